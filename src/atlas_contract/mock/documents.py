"""The JSON documents of the mock's world: snapshots, projects, lists, with their links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import unquote_plus

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge
from atlas_contract.contract.plain import plain_value
from atlas_contract.mock.call import Call
from atlas_contract.mock.lifecycle import Lifecycle, State
from atlas_contract.mock.world import Place, Project, Snapshot

Item = TypeVar("Item")
MOST_REMEMBERED = 256  # documents of snapshots
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last one that the timestamp format can write


class Documents:
    """Writes documents as the contract describes them; `origin` is the scheme and host of every link."""

    def __init__(self, contract: Contract, judge: Judge, lifecycle: Lifecycle, origin: str) -> None:
        self.origin = origin
        self._lifecycle = lifecycle
        self._creation = contract.behaviour("snapshot-creation").values
        self._list_links = contract.behaviour("list-links")
        self._parts: list[str] = contract.behaviour("sharded-by-plain-path").values["onlyOnShardedPath"]
        self._time_format: str = contract.behaviour("timestamps").values["format"]
        self._kinds = _kinds(contract, judge, self._parts)
        self._plain = {kind: plain_value(contract.document, at) for kind, at in _variants(contract)}
        self._remembered = lru_cache(maxsize=MOST_REMEMBERED)(self._snapshot)
        self._plain_project = plain_value(contract.document, _item_of(contract, "listGroups"))

    def snapshot(
        self, place: Place, snapshot: Snapshot, now: float, *, parts: bool = False
    ) -> dict[str, Any]:
        """A snapshot as it is now; `parts` adds what only the paths of sharded clusters tell.

        Most look as they did a moment ago, so the document is shared: nobody may change it.
        """
        state = self._lifecycle.state(snapshot, now)
        return self._remembered(self.origin, place, snapshot, state, parts=parts)

    def _snapshot(
        self, origin: str, place: Place, snapshot: Snapshot, state: State, *, parts: bool
    ) -> dict[str, Any]:
        assert origin == self.origin  # noqa: S101  what was remembered of another origin is of no use
        kind, declared = self._kinds[bool(snapshot.cluster.parts)]
        whole = {
            **self._plain[kind],  # what the contract has come to require, and nothing here knows of
            **self._from_request(place, snapshot),
            **self._from_state(snapshot, state),
            **(_parts(snapshot) if parts else {}),
            "type": kind,
        }
        return {name: value for name, value in whole.items() if name in declared}

    def _from_request(self, place: Place, snapshot: Snapshot) -> dict[str, Any]:
        project_id, cluster_name = place
        named = {"groupId": project_id, "clusterName": cluster_name, "snapshotId": snapshot.id}
        links = self._creation["links"]
        return {
            **self._creation["constants"],
            **{name: named[argument] for name, argument in self._creation["equals"].items()},
            **({} if snapshot.description is None else {"description": snapshot.description}),
            "configServerType": snapshot.cluster.config_server,
            "id": snapshot.id,
            "links": [self._link(link["path"].format_map(named), link["rel"]) for link in links],
        }

    def _from_state(self, snapshot: Snapshot, state: State) -> dict[str, Any]:
        later = {
            "createdAt": self._time(state.created),
            "mongodVersion": snapshot.cluster.mongod_version,
            "cloudProvider": snapshot.cluster.provider,
            "storageSizeBytes": snapshot.size,
        }
        known = {name: value for name, value in later.items() if name in state.stage.known}
        return {**known, "expiresAt": self._time(state.expires), "status": state.stage.status}

    def project(self, call: Call, project: Project) -> dict[str, Any]:
        """A project, as the list of projects tells of it."""
        rel = self._list_links.values["self"]["rel"]
        return {
            **self._plain_project,
            "clusterCount": len(project.clusters),
            "created": self._time(project.created),
            "id": project.id,
            "links": [self._link(f"{call.target.path}/{project.id}", rel)],
            "name": project.name,
            "orgId": project.organization_id,
        }

    def page(self, call: Call, items: list[Item], document: Callable[[Item], Any]) -> dict[str, Any]:
        """The page of a list that the call asks for; `document` writes one item."""
        page, size = call.target.number("pageNum"), call.target.number("itemsPerPage")
        shown = [document(each) for each in items[(page - 1) * size : page * size]]
        links = [self._page_link(call, "self", page, size)]
        if page * size < len(items):
            links.append(self._page_link(call, "next", page + 1, size))
        count = {"totalCount": len(items)} if call.target.wants("includeCount") else {}
        return {"links": links, "results": shown, **count}

    def whole(self, call: Call, items: list[dict[str, Any]]) -> dict[str, Any]:
        """A list that has no pages."""
        query = f"?{call.target.query}" if call.target.query else ""
        link = self._link(call.target.path + query, self._list_links.values["self"]["rel"])
        return {"links": [link], "results": items, "totalCount": len(items)}

    def _page_link(self, call: Call, name: str, page: int, size: int) -> dict[str, str]:
        rule = self._list_links.values[name]
        last = {"pageNum": page, "itemsPerPage": size}
        kept = [
            pair
            for pair in call.target.query.split("&")
            if pair and unquote_plus(pair.partition("=")[0]) not in last
        ]
        pairs = (*kept, *(f"{each}={last[each]}" for each in rule["last"]))
        return self._link(f"{call.target.path}?{'&'.join(pairs)}", rule["rel"])

    def _link(self, path: str, rel: str) -> dict[str, str]:
        return {"href": self.origin + path, "rel": rel}

    def _time(self, second: int) -> str:
        return _written(second, self._time_format)


@lru_cache(maxsize=4096)
def _written(second: int, time_format: str) -> str:
    return datetime.fromtimestamp(min(second, LAST_SECOND), UTC).strftime(time_format)


def _parts(snapshot: Snapshot) -> dict[str, Any]:
    provider = snapshot.cluster.provider
    return {
        "members": [
            {"cloudProvider": provider, "id": id_, "replicaSetName": name} for name, id_ in snapshot.parts
        ],
        "snapshotIds": [id_ for _, id_ in snapshot.parts],
    }


def _kinds(contract: Contract, judge: Judge, parts: list[str]) -> Mapping[bool, tuple[str, set[str]]]:
    """For sharded clusters (True) and replica sets (False): the kind's name and declared attributes."""
    declared = {kind: judge.properties(pointer) for kind, pointer in _variants(contract)}
    return {set(parts) <= names: (kind, names) for kind, names in declared.items()}


def _variants(contract: Contract) -> Iterator[tuple[str, str]]:
    """The kinds of snapshots, each with the pointer of its schema."""
    content = contract.main.success.contents[0]
    _, schema = pointers.follow(contract.document, str(content.pointer))
    yield from schema["discriminator"]["mapping"].items()


def _item_of(contract: Contract, operation_id: str) -> str:
    """The pointer of the schema of a list's items."""
    content = contract.operations[operation_id].success.contents[0]
    pointer, _ = pointers.follow(contract.document, str(content.pointer))
    return pointers.join(pointer, "properties", "results", "items")
