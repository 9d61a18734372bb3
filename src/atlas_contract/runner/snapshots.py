"""What a run knows of the snapshots that it can speak of, cluster by cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atlas_contract.checks.reading import json_of
from atlas_contract.contract import Contract
from atlas_contract.dates import iso_second
from atlas_contract.model import Exchange, Place, Scene

Cluster: TypeAlias = tuple[str, ...]  # project id and cluster name
LEAST_LEFT = 3600.0  # seconds that a snapshot must still be kept to be worth speaking of


@dataclass
class Known:
    """One cluster's snapshots: those that are completed with the second of their expiry, and what became of others.

    `taken` is when the unfinished one was asked for, by the target's clock; `lives` counts those seen to the end.
    """

    unfinished: str = ""
    taken: float = 0.0
    completed: dict[str, float] = field(default_factory=dict)
    removed: str = ""
    lives: int = 0


class Snapshots:
    """Learns from each exchange which snapshots there are, and in which state.

    Args:
        mine: tells, of a document, the completed snapshots that may be spoken of.
    """

    def __init__(
        self, contract: Contract, mine: Callable[[Mapping[str, Any]], bool] = lambda _: True
    ) -> None:
        self._mine = mine
        self._take = contract.main.id
        self._removals = contract.behaviour("deletion-reply").operations
        self._unfinished: frozenset[str] = frozenset(
            contract.behaviour("one-unfinished-at-a-time").values["unfinished"]
        )
        self._done = contract.behaviour("status-only-moves-forward").values["order"][-1]
        self._content = contract.behaviour("envelope-layout").values["contentKey"]
        self._results = contract.behaviour("envelope-layout").values["listKey"]
        self._depth = len(contract.main.parameters_in(Place.PATH))
        self.known: dict[Cluster, Known] = {}
        self.states: dict[str, dict[str, float]] = {}
        """Of each snapshot that was seen: its states, with the second when each was seen first."""

    def at(self, cluster: Cluster) -> Known:
        """What is known of a cluster."""
        return self.known.setdefault(cluster, Known())

    def spoken_of(self, scene: Scene, cluster: Cluster, now: float) -> str:
        """The id of the snapshot that a scene speaks of, "" if there is none."""
        known = self.at(cluster)
        if scene is Scene.UNFINISHED:
            return known.unfinished
        if scene is Scene.REMOVED:
            return known.removed
        kept = (each for each, expires in known.completed.items() if expires - now > LEAST_LEFT)
        return next(kept, "")

    def learn(self, exchange: Exchange, cluster: Cluster, now: float) -> None:
        """Take in what an exchange tells of a cluster."""
        case, known = exchange.case, self.at(cluster)
        if case.operation in self._removals and not case.method:
            self._learn_removal(exchange, cluster)
        elif exchange.reply.succeeded and len(case.path) >= self._depth:
            body = json_of(exchange.reply)
            for document in self._documents(body):
                self._learn_document(document, known, now, taken=case.operation == self._take)

    def forget(self, cluster: Cluster, snapshot: str) -> None:
        """Speak no more of a snapshot."""
        known = self.at(cluster)
        known.completed.pop(snapshot, None)
        if known.unfinished == snapshot:
            known.unfinished = ""

    def _documents(self, body: Any) -> list[Mapping[str, Any]]:
        if not isinstance(body, dict):
            return []
        inner = body.get(self._content, body)
        many = inner.get(self._results) if isinstance(inner, dict) else None
        found = many if isinstance(many, list) else [inner]
        return [each for each in found if isinstance(each, dict)]

    def _learn_document(self, document: Mapping[str, Any], known: Known, now: float, *, taken: bool) -> None:
        snapshot, status = document.get("id"), document.get("status")
        if not isinstance(snapshot, str) or not isinstance(status, str) or not snapshot.isalnum():
            return
        self.states.setdefault(snapshot, {}).setdefault(status, now)
        if status in self._unfinished:
            if taken:
                known.unfinished, known.taken = snapshot, now
            elif not known.unfinished and snapshot not in known.completed:
                known.unfinished = snapshot
        elif known.unfinished == snapshot:
            known.unfinished = ""
            known.lives += 1
        if status == self._done and snapshot != known.removed and self._mine(document):
            known.completed[snapshot] = _second(document.get("expiresAt"))

    def _learn_removal(self, exchange: Exchange, cluster: Cluster) -> None:
        snapshot = list(exchange.case.path.values())[-1]
        if exchange.reply.succeeded:
            self.forget(cluster, snapshot)
            self.at(cluster).removed = snapshot


def _second(text: Any) -> float:
    return iso_second(text) or 0.0
