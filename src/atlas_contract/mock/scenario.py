"""Scenarios: what a world is like at its start, and the making of such a world."""

from __future__ import annotations

import hashlib
import random
import string
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock.clock import Clock
from atlas_contract.mock.lifecycle import Life, Lifecycle, Wishes
from atlas_contract.mock.world import (
    ApiKey,
    Cluster,
    Member,
    Place,
    Project,
    ServiceAccount,
    Snapshot,
    World,
)

HOME_ID = "32b6e34b3d91647abb20e7b8"
FOREIGN_ID = "32b6e34b3d91647abb20e7b9"
ORGANIZATION_ID = "32b6e34b3d91647abb20e7a0"


@dataclass(frozen=True, slots=True)
class PastSnapshot:
    """A snapshot that exists at the start; `where` is the place that speaks of it.

    Asked for `age` seconds before the start, or so that it just has come to `status`.
    """

    place: Place
    where: str = ""
    id: str | None = None
    description: str | None = None
    days: int | None = None
    age: float | None = None
    status: str | None = None
    fails: bool | None = None
    length: float | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A service account and a key pair of one member; what is None follows from the seed."""

    roles: frozenset[str]
    projects: frozenset[str]
    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    public: str | None = None
    private: str | None = field(default=None, repr=False)
    revoked: bool = False
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world at its start; `left` are the tokens left in projects' buckets, the rest are full.

    None in place of projects or credentials means those of the default world.
    """

    seed: int = 0
    start: float | None = None
    wishes: Wishes = field(default_factory=Wishes)
    projects: tuple[Project, ...] | None = None
    credentials: tuple[Credential, ...] | None = None
    snapshots: tuple[PastSnapshot, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)


def default_world(contract: Contract, *, seed: int = 0, clock: Clock) -> World:
    """The staging project with a replica set and a sharded cluster, and a project nobody may touch.

    There is a member for each role that the contract's operations name, the most powerful one first.
    """
    return world_of(contract, Scenario(seed=seed), clock=clock)


def world_of(contract: Contract, scenario: Scenario, *, clock: Clock, pace: float = 1.0) -> World:
    """A new world as the scenario wants it; `pace` is that of the mock it is for.

    Raises:
        BadInput: a snapshot of the scenario can't exist at its start, or not beside another one.
    """
    projects = scenario.projects if scenario.projects is not None else default_projects(contract)
    credentials = scenario.credentials
    if credentials is None:
        credentials = tuple(
            Credential(frozenset({role}), frozenset({projects[0].id})) for role in roles_of(contract)
        )
    chance = random.Random(scenario.seed)  # noqa: S311  a mock's secrets must follow from its seed
    new_member = _Members(contract.behaviour("access-token").values, chance)
    members = [(new_member(each), each.revoked) for each in credentials]
    start = clock.now()
    limit = contract.behaviour("rate-limit").values
    world = World(
        clock,
        projects=tuple(replace(each, created=int(start) - 86_400) for each in projects),
        members=tuple(member for member, revoked in members if not revoked),
        signing_key=chance.randbytes(32),
        chance=chance,
        wishes=scenario.wishes,
        revoked=tuple(member for member, revoked in members if revoked),
        levels={
            key: (left, int(start) // int(limit["periodSeconds"])) for key, left in scenario.left.items()
        },
    )
    _Past(contract, world, pace).add(scenario.snapshots)
    world.remember()
    return world


def roles_of(contract: Contract) -> list[str]:
    """The roles that operations ask for, the one that most of them take first."""
    named = [role for operation in contract.operations.values() for role in operation.roles]
    return sorted(set(named), key=lambda role: (-named.count(role), role))


def cluster_of(contract: Contract, project_id: str, name: str, *, shards: int = 0, **facts: Any) -> Cluster:
    """A cluster; `facts` are those attributes of it that are not the usual ones."""
    samples = contract.behaviour("snapshot-lifecycle").values["samples"]
    sharded = contract.behaviour("sharded-snapshot-parts").values
    usual = {
        "provider": samples["cloudProvider"],
        "mongod_version": samples["mongodVersion"],
        "config_server": sharded["usualConfigServer"],
        **facts,
    }
    parts = tuple(f"{name}-shard-{n}" for n in range(shards))
    if shards and usual["config_server"] == sharded["configServerWithPart"]:
        parts += (f"{name}-config-0",)
    digits = hashlib.sha256(f"{project_id}/{name}".encode()).hexdigest()[:24]
    return Cluster(name, digits, parts=parts, **usual)


def default_projects(contract: Contract) -> tuple[Project, ...]:
    """The staging project with a replica set and a sharded cluster, and a project nobody may touch."""
    replica_set, sharded = (
        cluster_of(contract, HOME_ID, "Cluster0"),
        cluster_of(contract, HOME_ID, "Sharded0", shards=2),
    )
    other = cluster_of(contract, FOREIGN_ID, "Cluster0")
    return (
        Project(HOME_ID, "staging", ORGANIZATION_ID, 0, (replica_set, sharded)),
        Project(FOREIGN_ID, "somebody else's", ORGANIZATION_ID, 0, (other,)),
    )


class _Members:
    """Makes members; as much of the chance is used for each, whatever its credential says."""

    def __init__(self, rules: Mapping[str, Any], chance: random.Random) -> None:
        self._rules = rules
        self._chance = chance

    def __call__(self, credential: Credential) -> Member:
        digits = int(self._rules["clientIdDigits"])
        client_id = self._rules["clientIdPrefix"] + f"{self._chance.getrandbits(4 * digits):0{digits}x}"
        secret = self._rules["secretPrefix"] + self._chance.randbytes(24).hex()
        public = "".join(self._chance.choices(string.ascii_lowercase, k=8))
        private = str(uuid.UUID(bytes=self._chance.randbytes(16), version=4))
        return Member(
            credential.roles,
            credential.projects,
            ServiceAccount(credential.client_id or client_id, credential.secret or secret),
            ApiKey(credential.public or public, credential.private or private),
            credential.barred,
        )


class _Past:
    """Puts the snapshots into a world that are older than it."""

    def __init__(self, contract: Contract, world: World, pace: float) -> None:
        self._world = world
        self._pace = pace
        self._lifecycle = Lifecycle(contract, pace)
        self._day = int(contract.behaviour("expiry-follows-retention").values["secondsPerDay"])
        self._days = int(contract.behaviour("default-retention").values["days"])

    def add(self, past: tuple[PastSnapshot, ...]) -> None:
        """Add them in the order of their requests."""
        found = sorted(((each, self._made(each)) for each in past), key=lambda pair: pair[1].requested)
        for each, snapshot in found:
            self._check(each, snapshot)
            self._world.add(each.place, snapshot)

    def _check(self, past: PastSnapshot, snapshot: Snapshot) -> None:
        now = self._world.clock.now()
        if snapshot.requested < 0:
            msg = "This snapshot would have been asked for before 1970."
            raise BadInput(msg, where=past.where, hint="let it be younger")
        if self._lifecycle.is_gone(snapshot, now):
            msg = "This snapshot would have expired before the start."
            raise BadInput(msg, where=past.where, hint="keep it longer, or let it be younger")
        kept = (*self._world.snapshots_of(past.place), snapshot)
        if sum(self._lifecycle.stage(each, now).unfinished for each in kept) > 1:
            msg = "This is the second unfinished snapshot of its cluster."
            raise BadInput(msg, where=past.where, expected="one unfinished snapshot of a cluster at a time")

    def _made(self, past: PastSnapshot) -> Snapshot:
        project = self._world.project(past.place[0])
        cluster = project.cluster(past.place[1]) if project else None
        if cluster is None:
            msg = f"There is no cluster {past.place[1]!r} in a project {past.place[0]!r}."
            raise BadInput(msg, where=past.where)
        world = self._world
        wishes = world.wishes if past.length is None else replace(world.wishes, length=past.length)
        life = self._lifecycle.draw(world.chance, wishes, fails=past.fails)
        requested = world.clock.now() - self._age(past, life)
        own_id = world.new_id(requested)
        return Snapshot(
            id=past.id or own_id,
            cluster=cluster,
            requested=requested,
            kept_for=(self._days if past.days is None else past.days) * self._day,
            description=past.description,
            size=world.new_size(),
            life=life,
            parts=tuple((part, world.new_id(requested)) for part in cluster.parts),
        )

    def _age(self, past: PastSnapshot, life: Life) -> float:
        if past.age is not None:
            return past.age
        age = life.length if past.status is None else life.age_at(past.status)
        if age is None:
            msg = f"The life of this snapshot never has the status {past.status!r}."
            raise BadInput(msg, where=past.where, expected=", ".join(each.status for each in life.stages))
        return age * self._pace
