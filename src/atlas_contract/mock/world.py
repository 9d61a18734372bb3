"""What exists in the mock's Atlas: projects, clusters, credentials, snapshots; plain state, from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from atlas_contract.mock.lifecycle import Life, Wishes

if TYPE_CHECKING:
    from atlas_contract.mock.clock import Clock

GIGABYTE = 1_000_000_000
MOST_SNAPSHOTS = 1000  # kept of one cluster, lest a client fill the memory; the oldest make room
MOST_TEXT = 16 * 1024 * 1024  # characters of the descriptions of one cluster's snapshots, likewise


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster; one with `parts` is sharded, and those are the names of its shards and config host."""

    name: str
    id: str
    provider: str
    mongod_version: str
    parts: tuple[str, ...] = ()
    config_server: str = ""
    flex: bool = False
    paused: bool = False
    backup: bool = True


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
    """Someone with roles in some projects, who can log in with a service account or with a key pair.

    One who is `barred` logs in from an address that the access list lacks.
    """

    roles: frozenset[str]
    projects: frozenset[str]
    account: ServiceAccount
    key: ApiKey
    barred: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One snapshot as it was asked for; its looks at any moment follow from its life and its age.

    `kept_for` is the retention in seconds; `parts` are a sharded snapshot's parts, each with an id of its own.
    """

    id: str
    cluster: Cluster
    requested: float
    kept_for: int
    description: str | None
    size: int
    life: Life
    parts: tuple[tuple[str, str], ...] = ()


Place: TypeAlias = tuple[str, str]  # project id and cluster name


@dataclass
class World:
    """The state of the mock's Atlas. Whoever changes `snapshots` or `levels` holds the `lock`.

    `members` are those whose credentials are good, `revoked` those whose no longer are; `levels` are the token
    buckets, each with its tokens and the period in which they were counted.
    """

    clock: Clock
    projects: tuple[Project, ...]
    members: tuple[Member, ...]
    signing_key: bytes = field(repr=False)
    chance: random.Random = field(repr=False)
    wishes: Wishes = field(default_factory=Wishes)
    revoked: tuple[Member, ...] = ()
    snapshots: dict[Place, list[Snapshot]] = field(default_factory=dict)
    levels: dict[str, tuple[int, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        """Choose the parts of ids that are this world's own."""
        self._machine = self.chance.getrandbits(40)
        self._counter = self.chance.getrandbits(24)
        self.remember()

    @property
    def manager(self) -> Member:
        """The member who may do most: the first one."""
        return self.members[0]

    @property
    def home(self) -> Project:
        """The first project that the manager belongs to."""
        return next(project for project in self.projects if project.id in self.manager.projects)

    @property
    def home_cluster(self) -> Cluster:
        """The first cluster of the home project."""
        return self.home.clusters[0]

    def project(self, project_id: str) -> Project | None:
        """The project of this id, or None."""
        return next((project for project in self.projects if project.id == project_id), None)

    def secrets(self) -> Iterator[str]:
        """Every secret of the world, for those who must keep them out of what is shown."""
        everyone = (*self.members, *self.revoked)
        return chain.from_iterable((member.account.secret, member.key.private) for member in everyone)

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

    def add(self, place: Place, snapshot: Snapshot) -> None:
        """Put a new snapshot behind the others of its cluster; the oldest go where there are too many."""
        kept = self.snapshots_of(place)
        kept.append(snapshot)
        while len(kept) > MOST_SNAPSHOTS or sum(len(each.description or "") for each in kept) > MOST_TEXT:
            del kept[0]

    def replace(self, place: Place, old: Snapshot, new: Snapshot | None) -> None:
        """Put another snapshot in a snapshot's place, or take it away."""
        kept = self.snapshots_of(place)
        index = kept.index(old)
        kept[index : index + 1] = [] if new is None else [new]

    def remember(self) -> None:
        """Take the world as it is now for the one that `restart` brings back."""
        kept = {place: tuple(each) for place, each in self.snapshots.items()}
        self._first = (self.chance.getstate(), self._counter, kept, dict(self.levels))

    def restart(self) -> None:
        """Bring back the snapshots, the token buckets and the luck of the beginning."""
        with self.lock:
            state, self._counter, kept, levels = self._first
            self.chance.setstate(state)
            self.snapshots = {place: list(each) for place, each in kept.items()}
            self.levels.clear()
            self.levels.update(levels)
