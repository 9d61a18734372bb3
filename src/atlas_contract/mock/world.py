"""What exists in the mock's Atlas: projects, clusters, credentials, snapshots; plain state, from one seed."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from atlas_contract.contract import Contract
    from atlas_contract.mock.clock import Clock

HOME_ID = "32b6e34b3d91647abb20e7b8"
FOREIGN_ID = "32b6e34b3d91647abb20e7b9"
ORGANIZATION_ID = "32b6e34b3d91647abb20e7a0"
GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster; one with shards is sharded, one without is a replica set."""

    name: str
    provider: str
    mongod_version: str
    shards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its clusters."""

    id: str
    name: str
    organization_id: str
    created: int
    clusters: tuple[Cluster, ...]

    def cluster(self, name: str) -> Cluster | None:
        """The cluster of this name, or None."""
        return next((cluster for cluster in self.clusters if cluster.name == name), None)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account: what buys Bearer tokens."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A pair of digest keys."""

    public: str
    private: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """Someone with one role in some projects, who can log in with a service account or with a key pair."""

    role: str
    projects: frozenset[str]
    account: ServiceAccount
    key: ApiKey


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot as it was asked for; its looks at any moment follow from its age.

    `kept_for` is the retention in seconds; `parts` are a sharded snapshot's shards, each with its part's id.
    """

    id: str
    cluster: Cluster
    requested: float
    kept_for: int
    description: str | None
    size: int
    parts: tuple[tuple[str, str], ...] = ()


Place: TypeAlias = tuple[str, str]  # project id and cluster name


@dataclass
class World:
    """The state of the mock's Atlas. Not safe for threads: `Mock` locks around every change."""

    clock: Clock
    projects: tuple[Project, ...]
    members: tuple[Member, ...]
    signing_key: bytes = field(repr=False)
    chance: random.Random = field(repr=False)
    snapshots: dict[Place, list[Snapshot]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the parts of ids that are this world's own."""
        self._machine = self.chance.getrandbits(40)
        self._counter = self.chance.getrandbits(24)

    @property
    def home(self) -> Project:
        """The project that the members belong to: the first one."""
        return self.projects[0]

    @property
    def home_cluster(self) -> Cluster:
        """The first cluster of the home project."""
        return self.home.clusters[0]

    @property
    def manager(self) -> Member:
        """The member who may do most: the first one."""
        return self.members[0]

    def project(self, project_id: str) -> Project | None:
        """The project of this id, or None."""
        return next((project for project in self.projects if project.id == project_id), None)

    def secrets(self) -> Iterator[str]:
        """Every secret of the world, for those who must keep them out of what is shown."""
        return chain.from_iterable((member.account.secret, member.key.private) for member in self.members)

    def new_id(self, now: float) -> str:
        """A new ObjectId: the current second, five bytes of this world, three of a counter."""
        self._counter = (self._counter + 1) % 2**24
        return f"{int(now) % 2**32:08x}{self._machine:010x}{self._counter:06x}"

    def new_size(self) -> int:
        """The size in bytes of a new snapshot, a few gigabytes."""
        return self.chance.randrange(GIGABYTE, 5 * GIGABYTE, 4096)

    def snapshots_of(self, place: Place) -> list[Snapshot]:
        """The snapshots of one cluster, oldest first."""
        return self.snapshots.setdefault(place, [])

    def replace(self, place: Place, old: Snapshot, new: Snapshot | None) -> None:
        """Put another snapshot in a snapshot's place, or take it away."""
        kept = self.snapshots_of(place)
        index = kept.index(old)
        kept[index : index + 1] = [] if new is None else [new]


def default_world(contract: Contract, *, seed: int = 0, clock: Clock) -> World:
    """The staging project with a replica set and a sharded cluster, and a project nobody may touch.

    There is a member for each role that the contract's operations name, the most powerful one first.
    """
    chance = random.Random(seed)  # noqa: S311  a mock's secrets must follow from its seed
    created = int(clock.now()) - 86_400
    samples = contract.behaviour("snapshot-lifecycle").values["samples"]
    build = partial(Cluster, provider=samples["cloudProvider"], mongod_version=samples["mongodVersion"])
    replica_set = build("Cluster0")
    sharded = build("Sharded0", shards=("Sharded0-shard-0", "Sharded0-shard-1"))
    home = Project(HOME_ID, "staging", ORGANIZATION_ID, created, (replica_set, sharded))
    foreign = Project(FOREIGN_ID, "somebody else's", ORGANIZATION_ID, created, (replica_set,))
    new_member = partial(_member, rules=contract.behaviour("access-token").values, chance=chance)
    members = tuple(new_member(role, frozenset({home.id})) for role in _roles(contract))
    return World(clock, (home, foreign), members, chance.randbytes(32), chance)


def _roles(contract: Contract) -> list[str]:
    """The roles that operations ask for, the one that most of them take first."""
    named = [role for operation in contract.operations.values() for role in operation.roles]
    return sorted(set(named), key=lambda role: (-named.count(role), role))


def _member(
    role: str, projects: frozenset[str], *, rules: Mapping[str, Any], chance: random.Random
) -> Member:
    digits = int(rules["clientIdDigits"])
    account = ServiceAccount(
        id=rules["clientIdPrefix"] + f"{chance.getrandbits(4 * digits):0{digits}x}",
        secret=rules["secretPrefix"] + chance.randbytes(24).hex(),
    )
    public = "".join(chance.choices(string.ascii_lowercase, k=8))
    private = str(uuid.UUID(bytes=chance.randbytes(16), version=4))
    return Member(role, projects, account, ApiKey(public, private))
