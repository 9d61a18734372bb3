"""Sorts what is told differently: declared, new upstream, or ours only; and says which declarations are of no use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from atlas_contract.model import Accepted
from atlas_contract.upstream.difference import Difference, Kind


@dataclass(frozen=True, slots=True)
class Drift:
    """One edit of the fragment that would settle it, or one declaration: a difference, at all its places.

    `places` are operation and place of each; `declared` is the declaration that covers them, if one does.
    """

    kind: Kind
    what: str
    clause: str
    ours: str
    upstream: str
    places: tuple[tuple[str, str], ...]
    declared: Accepted | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All drift, declared or not, and the declarations that have run out or that nothing needs."""

    drifts: tuple[Drift, ...]
    expired: tuple[Accepted, ...] = ()
    unused: tuple[Accepted, ...] = ()

    @property
    def undeclared(self) -> tuple[Drift, ...]:
        """What nobody has declared, or not for today."""
        return tuple(drift for drift in self.drifts if drift.declared is None)

    def of(self, kind: Kind) -> tuple[Drift, ...]:
        """The undeclared drift of one kind."""
        return tuple(drift for drift in self.undeclared if drift.kind is kind)

    @property
    def declared(self) -> tuple[Drift, ...]:
        """What is declared for today."""
        return tuple(drift for drift in self.drifts if drift.declared is not None)


def sort(differences: Iterable[Difference], declared: Sequence[Accepted], today: dt.date) -> Verdict:
    """Holds each difference against the declarations; one that differs at several places in one way is told once."""
    places: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    holding: dict[tuple[str, ...], tuple[Difference, Accepted | None]] = {}
    used: set[int] = set()
    for difference in differences:
        meant = [index for index, each in enumerate(declared) if each.covers(difference.facts, each.expires)]
        used.update(meant)
        holds = next((index for index in meant if today <= declared[index].expires), None)
        key = (difference.clause, difference.what, difference.ours, difference.upstream, str(holds))
        places.setdefault(key, []).append((difference.operation, difference.place))
        holding.setdefault(key, (difference, None if holds is None else declared[holds]))
    return Verdict(
        tuple(_drift(*holding[key], places[key]) for key in places),
        tuple(each for index, each in enumerate(declared) if index in used and each.expires < today),
        tuple(each for index, each in enumerate(declared) if index not in used),
    )


def _drift(first: Difference, declared: Accepted | None, places: list[tuple[str, str]]) -> Drift:
    return Drift(first.kind, first.what, first.clause, first.ours, first.upstream, tuple(places), declared)
