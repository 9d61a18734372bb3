"""What each operation does to the world, once a request has been found in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.mock.call import Call, Refusal, Success
from atlas_contract.mock.documents import Documents
from atlas_contract.mock.lifecycle import Lifecycle
from atlas_contract.mock.tokens import Tokens
from atlas_contract.mock.world import Project, Snapshot, World

Outcome: TypeAlias = Success | Refusal


class Operations:
    """The operations that the mock serves, by operationId. Not safe for threads by itself."""

    def __init__(
        self, contract: Contract, world: World, lifecycle: Lifecycle, documents: Documents, tokens: Tokens
    ) -> None:
        self._world = world
        self._lifecycle = lifecycle
        self._documents = documents
        self._tokens = tokens
        self._day = int(contract.behaviour("expiry-follows-retention").values["secondsPerDay"])
        self._default_days = int(contract.behaviour("default-retention").values["days"])
        self._unit_days: Mapping[str, int] = contract.behaviour("retention-units").values["days"]
        self._sharded_only = contract.behaviour("sharded-path-needs-sharded").operations
        self.served: Mapping[str, Callable[[Call], Outcome]] = {
            "takeGroupClusterBackupSnapshots": self._take,
            "getGroupClusterBackupSnapshot": self._get,
            "listGroupClusterBackupSnapshots": self._list,
            "deleteGroupClusterBackupSnapshot": self._delete,
            "getGroupClusterBackupSnapshotShardedCluster": self._get_sharded,
            "listGroupClusterBackupSnapshotShardedClusters": self._list_sharded,
            "deleteGroupClusterBackupSnapshotShardedCluster": self._delete,
            "listGroups": self._list_projects,
            contract.token.id: self._issue_token,
            "updateGroupClusterBackupSnapshot": self._change_retention,
        }

    def _take(self, call: Call) -> Outcome:
        if any(self._lifecycle.stage(each, call.now).unfinished for each in self._kept(call)):
            return Refusal("unfinished-snapshot")
        world, cluster = self._world, call.cluster
        assert cluster is not None  # noqa: S101  the cluster step has found it
        snapshot = Snapshot(
            id=world.new_id(call.now),
            cluster=cluster,
            requested=call.now,
            kept_for=int(call.body.get("retentionInDays", self._default_days)) * self._day,
            description=call.body.get("description"),
            size=world.new_size(),
            life=self._lifecycle.draw(world.chance, world.wishes),
            parts=tuple((part, world.new_id(call.now)) for part in cluster.parts),
        )
        world.add(call.target.place, snapshot)
        return self._shown(call, snapshot)

    def _get(self, call: Call) -> Outcome:
        found = self._find(call)
        return found if isinstance(found, Refusal) else self._shown(call, found)

    def _get_sharded(self, call: Call) -> Outcome:
        found = self._find(call)
        return found if isinstance(found, Refusal) else self._shown(call, found, parts=True)

    def _list(self, call: Call) -> Outcome:
        def shown(snapshot: Snapshot) -> dict[str, Any]:
            return self._documents.snapshot(call.target.place, snapshot, call.now)

        return Success(self._documents.page(call, self._kept(call), shown))

    def _list_sharded(self, call: Call) -> Outcome:
        kept = [each for each in self._kept(call) if each.cluster.parts]
        shown = [self._documents.snapshot(call.target.place, each, call.now, parts=True) for each in kept]
        return Success(self._documents.whole(call, shown))

    def _delete(self, call: Call) -> Outcome:
        found = self._find(call)
        if isinstance(found, Refusal):
            return found
        if self._lifecycle.stage(found, call.now).unfinished:
            return Refusal("deletion-of-unfinished-refused")
        self._world.replace(call.target.place, found, None)
        return Success()

    def _change_retention(self, call: Call) -> Outcome:
        found = self._find(call)
        if isinstance(found, Refusal):
            return found
        if not self._lifecycle.state(found, call.now).completed:
            return Refusal("retention-change-of-unfinished-refused")
        value = int(call.body["retentionValue"])
        if value < 1:
            return Refusal("retention-value-invalid")
        days = value * self._unit_days.get(
            call.body["retentionUnit"], 1
        )  # a unit that the contract has just come to know
        changed = replace(found, kept_for=days * self._day)
        self._world.replace(call.target.place, found, changed)
        return self._shown(call, changed)

    def _list_projects(self, call: Call) -> Outcome:
        def shown(project: Project) -> dict[str, Any]:
            return self._documents.project(call, project)

        mine = call.member.projects if call.member else ()
        kept = [each for each in self._world.projects if each.id in mine]
        return Success(self._documents.page(call, kept, shown))

    def _issue_token(self, call: Call) -> Outcome:
        client_id = call.member.account.id if call.member else ""
        token = self._tokens.issue(client_id, call.now)
        return Success(
            {"access_token": token, "expires_in": self._tokens.lifetime, "token_type": self._tokens.kind}
        )

    def _find(self, call: Call) -> Snapshot | Refusal:
        wanted = call.target.arguments["snapshotId"]
        found = next((each for each in self._kept(call) if each.id == wanted), None)
        if found is None:
            return Refusal("snapshot-unknown")
        if call.target.rules.id in self._sharded_only and not found.cluster.parts:
            return Refusal("sharded-path-needs-sharded")
        return found

    def _kept(self, call: Call) -> list[Snapshot]:
        """The snapshots of the call's cluster, those that have expired taken away."""
        kept = self._world.snapshots_of(call.target.place)
        if any(self._lifecycle.is_gone(each, call.now) for each in kept):
            kept[:] = [each for each in kept if not self._lifecycle.is_gone(each, call.now)]
        return kept

    def _shown(self, call: Call, snapshot: Snapshot, *, parts: bool = False) -> Success:
        return Success(self._documents.snapshot(call.target.place, snapshot, call.now, parts=parts))
