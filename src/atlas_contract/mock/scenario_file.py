"""Reading a scenario from a YAML file; docs/scenario.yaml explains every key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.errors import MissingExtra
from atlas_contract.mock.clock import END
from atlas_contract.mock.lifecycle import Lifecycle, Wishes
from atlas_contract.mock.scenario import (
    ORGANIZATION_ID,
    Credential,
    PastSnapshot,
    Scenario,
    cluster_of,
    default_projects,
    roles_of,
)
from atlas_contract.mock.world import Cluster, Place, Project

if TYPE_CHECKING:
    from atlas_contract.mock.entries import Entry
    from atlas_contract.spec.documents import Document

TOP = ("seed", "start", "lifecycle", "projects", "credentials")
LIFECYCLE = ("duration", "createdAt", "stages", "failing")
PROJECT = ("id", "name", "rateLimitLeft", "clusters")
SHARDED_ONLY = ("shards", "configServer")
CLUSTER = ("name", "kind", "provider", "mongodbVersion", *SHARDED_ONLY, "paused", "backup", "snapshots")
SNAPSHOT = ("id", "description", "retentionInDays", "age", "status", "fate", "duration")
CREDENTIAL = ("roles", "projects", "serviceAccount", "apiKey", "revoked", "onAccessList")
KINDS = ("replicaSet", "sharded", "flex")
SHORTEST, LONGEST = 1.0, 10 * 365 * 86_400.0  # seconds
MOST_SEED, MOST_SHARDS = 10**9, 50
_SCHEMAS = "#/components/schemas"
FACTS = {
    "provider": ("provider", f"{_SCHEMAS}/CloudProvider"),
    "mongodbVersion": ("mongod_version", f"{_SCHEMAS}/SnapshotBase/properties/mongodVersion"),
    "configServer": ("config_server", f"{_SCHEMAS}/ConfigServerType"),
}
_KEY_NAME = r"[!-9;-~]+"  # digest authentication puts a colon behind it


def read_scenario(contract: Contract, path: Path) -> Scenario:
    """Read a scenario file (YAML, or JSON where the name ends so).

    Raises:
        BadInput: the file can't be read, or something in it can't be used; the message says where and what would do.
        MissingExtra: the `mock` extra isn't installed.
    """
    try:
        from atlas_contract.spec.documents import load
    except ImportError:
        msg = "Reading a scenario needs the `mock` extra."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[mock]'") from None
    return scenario_in(contract, load(path))


def scenario_in(contract: Contract, document: Document) -> Scenario:
    """The scenario that a document describes.

    Raises:
        BadInput: something in it can't be used.
    """
    from atlas_contract.mock.entries import Entry

    return _Reader(contract).scenario(Entry(document, Judge(contract), document.content, TOP))


class _Reader:
    """Reads one scenario; what must be there only once is kept with the place where it was first."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._roles = roles_of(contract)
        progress = contract.behaviour("status-only-moves-forward").values
        self._fates, self._done = tuple(progress["final"]), progress["order"][-1]
        self._parameters = {
            each.name: each.pointer for one in contract.operations.values() for each in one.parameters
        }
        self._places: dict[tuple[str, str], str] = {}
        self._snapshots: list[PastSnapshot] = []
        self._left: dict[str, int] = {}

    def scenario(self, top: Entry) -> Scenario:
        projects = tuple(default_projects(self._contract))
        if "projects" in top:
            listed = top.entries("projects", PROJECT)
            projects = tuple(self._project(each, n) for n, each in enumerate(listed))
            if not projects:
                top.refuse("projects", expected="at least one project, or no such key")
        return Scenario(
            seed=top.number("seed", 0, least=0, most=MOST_SEED),
            start=self._start(top),
            wishes=self._wishes(top.entry("lifecycle", LIFECYCLE)),
            projects=projects,
            credentials=self._credentials(top, [each.id for each in projects]),
            snapshots=tuple(self._snapshots),
            left=self._left,
        )

    def _start(self, top: Entry) -> float | None:
        if "start" not in top:
            return None
        pattern: str = self._contract.behaviour("timestamps").values["format"]
        expected = "a second from 1970 to 2106 in UTC, such as 2026-01-01T00:00:00Z"
        text = top.text("start", "", "[0-9TZ:-]+", expected)
        try:
            start = datetime.strptime(text, pattern).replace(tzinfo=UTC).timestamp()
        except ValueError:
            start = -1.0
        if not 0 <= start <= END:
            top.refuse("start", expected=expected)
        return start

    def _wishes(self, entry: Entry) -> Wishes:
        names = Lifecycle(self._contract).inner_stages
        stages = entry.entry("stages", names)
        ages: dict[str, float] = {}
        earliest = SHORTEST
        for name in names:
            if name in stages:
                ages[name] = earliest = float(stages.number(name, 0.0, least=earliest, most=LONGEST))
        length = entry.number("duration", None, least=earliest, most=LONGEST)
        return Wishes(
            ages=ages,
            length=length,
            taken=entry.number("createdAt", None, least=0.0, most=LONGEST if length is None else length),
            failing=entry.number("failing", 0.0, least=0.0, most=1.0),
        )

    def _project(self, entry: Entry, index: int) -> Project:
        usual = default_projects(self._contract)[0]
        id_ = entry.fitting("id", f"{int(usual.id, 16) + index:024x}", self._parameters["groupId"])
        self._once(entry, "project", "id", id_)
        if "rateLimitLeft" in entry:
            most = int(self._contract.behaviour("rate-limit").values["capacity"])
            self._left[id_] = entry.number("rateLimitLeft", most, least=0, most=most)
        name = entry.text("name", f"project {index}" if index else usual.name, "(?s).+", "a text")
        clusters = tuple(self._cluster(each, id_) for each in entry.entries("clusters", CLUSTER))
        return Project(id_, name, ORGANIZATION_ID, 0, clusters)

    def _cluster(self, entry: Entry, project: str) -> Cluster:
        entry.required("name")
        name = entry.fitting("name", "", self._parameters["clusterName"])
        self._once(entry, f"cluster of {project}", "name", name)
        kind = entry.choice("kind", KINDS, KINDS[0])
        for key in (each for each in SHARDED_ONLY if each in entry and kind != "sharded"):
            entry.refuse(key, expected="no such key but where `kind` is sharded")
        self._snapshots += self._past(entry, (project, name), kind)
        stated = {
            fact: entry.fitting(key, None, schema) for key, (fact, schema) in FACTS.items() if key in entry
        }
        return cluster_of(
            self._contract,
            project,
            name,
            shards=entry.number("shards", 2, least=1, most=MOST_SHARDS) if kind == "sharded" else 0,
            flex=kind == "flex",
            paused=entry.flag("paused", default=False),
            backup=entry.flag("backup", default=True),
            **stated,
        )

    def _past(self, cluster: Entry, place: Place, kind: str) -> Iterator[PastSnapshot]:
        found = cluster.entries("snapshots", SNAPSHOT)
        if found and kind == "flex":
            cluster.refuse("snapshots", expected="no such key where `kind` is flex")
        for entry in found:
            id_ = entry.fitting("id", None, self._parameters["snapshotId"])
            if id_ is not None:
                self._once(entry, "snapshot", "id", id_)
            request = f"{_SCHEMAS}/SnapshotRequest/properties"
            yield PastSnapshot(
                place,
                where=entry.where,
                id=id_,
                description=entry.fitting("description", None, f"{request}/description"),
                days=entry.fitting("retentionInDays", None, f"{request}/retentionInDays"),
                age=entry.number("age", None, least=0.0, most=LONGEST),
                status=self._status(entry),
                fails=self._fate(entry),
                length=entry.number("duration", None, least=SHORTEST, most=LONGEST),
            )

    def _status(self, entry: Entry) -> str | None:
        status: str | None = entry.fitting("status", None, f"{_SCHEMAS}/SnapshotStatus")
        if status is not None and "age" in entry:
            entry.refuse("status", expected="either `age` or `status`")
        return status

    def _fate(self, entry: Entry) -> bool | None:
        status = entry.choice("status", self._fates, None) if self._status(entry) in self._fates else None
        fate = entry.choice("fate", self._fates, status)
        if status not in (None, fate):
            entry.refuse("fate", expected=f"{status}, as `status` says, or no such key")
        return None if fate is None else fate != self._done

    def _credentials(self, top: Entry, ids: list[str]) -> tuple[Credential, ...] | None:
        if "credentials" not in top:
            return None
        found = tuple(self._credential(each, ids) for each in top.entries("credentials", CREDENTIAL))
        if all(each.revoked for each in found):
            top.refuse("credentials", expected="at least one that isn't revoked, or no such key")
        return found

    def _credential(self, entry: Entry, ids: list[str]) -> Credential:
        rules = self._contract.behaviour("access-token").values
        account = entry.entry("serviceAccount", ("id", "secret"))
        key = entry.entry("apiKey", ("publicKey", "privateKey"))
        form = f"{rules['clientIdPrefix']}[0-9a-f]{{{rules['clientIdDigits']}}}"
        client_id = account.text("id", None, form, f"a text that matches {form}")
        public = key.text("publicKey", None, _KEY_NAME, "printable ASCII without blanks and colons")
        for inner, kind, name, value in (
            (account, "client", "id", client_id),
            (key, "key", "publicKey", public),
        ):
            if value is not None:
                self._once(inner, kind, name, value)
        projects = entry.words("projects", ids, ids[:1])
        if not projects:
            entry.refuse("projects", expected="at least one project, or no such key")
        return Credential(
            roles=entry.words("roles", self._roles, self._roles[:1]),
            projects=projects,
            client_id=client_id,
            secret=account.secret("secret"),
            public=public,
            private=key.secret("privateKey"),
            revoked=entry.flag("revoked", default=False),
            barred=not entry.flag("onAccessList", default=True),
        )

    def _once(self, entry: Entry, kind: str, key: str, value: str) -> None:
        """Remember that a value is taken, or complain that it is already."""
        first = self._places.setdefault((kind, value), entry.where)
        if first != entry.where:
            entry.refuse(key, expected="each only once", hint=f"change one; first: {first}")
