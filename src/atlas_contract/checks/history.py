"""What has been seen at one target so far: of each snapshot, of each cluster, of what is counted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atlas_contract.checks.facts import Facts
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import iso_second
from atlas_contract.contract import Contract

Place: TypeAlias = tuple[str, ...]  # project id and cluster name
REMEMBERED = 5000  # snapshots, and nonces, that are remembered; the oldest are forgotten


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
    """One cluster: the ids that it is known to have, and whether these are all."""

    ids: set[str] = field(default_factory=set)
    whole: bool = False


class History:
    """Everything seen at one target, in the order in which it happened. Only `record` changes it."""

    def __init__(self, contract: Contract) -> None:
        self.facts = Facts(contract)
        self.snapshots: OrderedDict[str, Seen] = OrderedDict()
        self.clusters: dict[Place, Cluster] = {}
        self.nonces: OrderedDict[str, None] = OrderedDict()
        self.levels: dict[str, tuple[str, int]] = {}

    def record(self, moment: Moment) -> None:
        """Take in an exchange, once it has been judged."""
        if moment.level is not None and moment.place:
            self.levels[moment.place[0]] = (moment.header("Date") or "", moment.level[1])
        if moment.nonce:
            self.nonces[moment.nonce] = None
            _shorten(self.nonces)
        if moment.is_about_snapshots and moment.succeeded:
            self._record_snapshots(moment)

    def of_place(self, place: Place) -> Iterator[tuple[str, Seen]]:
        """The snapshots of a cluster that were not removed, with their ids."""
        cluster = self.clusters.get(place, Cluster())
        return ((each, self.snapshots[each]) for each in cluster.ids if each in self.snapshots)

    def _record_snapshots(self, moment: Moment) -> None:
        cluster = self.clusters.setdefault(moment.place, Cluster())
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
            self.snapshots[snapshot].removed = True

    def _record_snapshot(self, moment: Moment, snapshot: str, document: Mapping[str, Any]) -> None:
        seen = self.snapshots.get(snapshot)
        if seen is None:
            seen = self.snapshots[snapshot] = Seen(moment.place, document, moment.second)
            _shorten(self.snapshots)
        if moment.operation.id == self.facts.take:
            seen.asked, seen.requested = moment.asked, moment.second
        status = document.get("status")
        if isinstance(status, str) and status in self.facts.unfinished:
            seen.unfinished_at, seen.expiry = moment.second, iso_second(document.get("expiresAt"))
        elif seen.finished_at is None:
            seen.finished_at = moment.second
        seen.changed |= moment.operation.id in self.facts.changes
        seen.document, seen.at = {**seen.document, **document}, moment.second


def _shorten(remembered: OrderedDict[str, Any]) -> None:
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
