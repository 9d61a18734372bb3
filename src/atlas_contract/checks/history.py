"""What has been seen at one target so far: of each snapshot, of each cluster, of what is counted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from atlas_contract.checks.facts import Facts
from atlas_contract.checks.moment import Moment
from atlas_contract.contract import Contract
from atlas_contract.dates import iso_second

Place: TypeAlias = tuple[str, ...]  # project id and cluster name
Key = TypeVar("Key")
Value = TypeVar("Value")
REMEMBERED = 5000  # snapshots, clusters, projects and nonces that are remembered; the oldest are forgotten


@dataclass(slots=True)
class Seen:
    """One snapshot as it was seen last, and what was seen of it before.

    Times are seconds since 1970 by the target's own Date. `asked` is what the request asked for, None if nobody saw
    it; `unfinished_at` and `finished_at` are the last and the first time that it was seen so; `changed` says that
    its retention was changed since it was asked for; `expiry` is what it was before it was finished.
    """

    place: Place
    document: Mapping[str, Any]
    at: float | None
    asked: Mapping[str, Any] | None = None
    requested: float | None = None
    expiry: float | None = None
    unfinished_at: float | None = None
    finished_at: float | None = None
    changed: bool = False
    removed: bool = False


@dataclass(slots=True)
class Cluster:
    """One cluster: the ids that it is known to have, and whether these are all and none of them is forgotten."""

    ids: set[str] = field(default_factory=set)
    whole: bool = False


class History:
    """Everything seen at one target, in the order in which it happened. Only `record` changes it."""

    def __init__(self, contract: Contract, facts: Facts | None = None) -> None:
        self.facts = facts or Facts(contract)
        self.snapshots: OrderedDict[str, Seen] = OrderedDict()
        self.clusters: OrderedDict[Place, Cluster] = OrderedDict()
        self.nonces: OrderedDict[str, None] = OrderedDict()
        self.levels: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def record(self, moment: Moment) -> None:
        """Take in an exchange, once it has been judged."""
        if moment.level is not None and moment.place:
            self.levels[moment.place[0]] = (moment.header("Date") or "", moment.level[1])
            _shorten(self.levels)
        if moment.nonce:
            self.nonces[moment.nonce] = None
            _shorten(self.nonces)
        if moment.is_about_snapshots and moment.succeeded:
            self._record_snapshots(moment)

    def saw_later(self, moment: Moment) -> bool:
        """Whether a snapshot that a moment is about was seen later than that already, by the target's own Date.

        For one just taken or removed that includes the same second: then this very exchange was seen before.
        """
        if moment.second is None:
            return False
        for snapshot in {moment.snapshot, *(each for each, _ in moment.snapshots)}:
            seen = self.snapshots.get(snapshot)
            if seen is not None and self._is_later(seen, moment, moment.second):
                return True
        return False

    def _is_later(self, seen: Seen, moment: Moment, second: float) -> bool:
        again = moment.took or (seen.removed and moment.operation.id in self.facts.removals)
        return seen.at is not None and (seen.at > second or (again and seen.at == second))

    def of_place(self, place: Place) -> Iterator[tuple[str, Seen]]:
        """The snapshots of a cluster that were not removed, with their ids."""
        cluster = self.clusters.get(place, Cluster())
        return ((each, self.snapshots[each]) for each in cluster.ids if each in self.snapshots)

    def _record_snapshots(self, moment: Moment) -> None:
        cluster = self.clusters.setdefault(moment.place, Cluster())
        _shorten(self.clusters)
        if moment.operation.id in self.facts.removals:
            self._record_removal(moment, cluster)
            return
        for snapshot, document in moment.snapshots:
            cluster.ids.add(snapshot)
            self._record_snapshot(moment, snapshot, document)
        if moment.is_whole_list:
            cluster.ids = {snapshot for snapshot, _ in moment.snapshots}
            cluster.whole = True

    def _record_removal(self, moment: Moment, cluster: Cluster) -> None:
        snapshot = moment.snapshot
        cluster.ids.discard(snapshot)
        if snapshot in self.snapshots:
            self.snapshots[snapshot].removed, self.snapshots[snapshot].at = True, moment.second

    def _forget(self, snapshot: str, seen: Seen) -> None:
        cluster = self.clusters.get(seen.place)
        if cluster is not None and snapshot in cluster.ids:
            cluster.ids.discard(snapshot)
            cluster.whole = False

    def _record_snapshot(self, moment: Moment, snapshot: str, document: Mapping[str, Any]) -> None:
        seen = self.snapshots.get(snapshot)
        if seen is None:
            seen = self.snapshots[snapshot] = Seen(moment.place, document, moment.second)
            for forgotten, last in _shorten(self.snapshots):
                self._forget(forgotten, last)
        if moment.operation.id == self.facts.take:
            seen.asked, seen.requested = moment.asked, moment.second
        status = document.get("status")
        if isinstance(status, str) and status in self.facts.unfinished:
            seen.unfinished_at, seen.expiry = moment.second, iso_second(document.get("expiresAt"))
        elif seen.finished_at is None:
            seen.finished_at = moment.second
        seen.changed |= moment.operation.id in self.facts.changes
        seen.document, seen.at = {**seen.document, **document}, moment.second


def _shorten(remembered: OrderedDict[Key, Value]) -> list[tuple[Key, Value]]:
    """Forget the oldest entries beyond what is remembered, and name them."""
    return [remembered.popitem(last=False) for _ in range(REMEMBERED, len(remembered))]
