"""Looks for a whole request or reply that one contract takes and the other refuses for the clause in question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from atlas_contract.changes.change import Witness
from atlas_contract.changes.holding import violations
from atlas_contract.changes.suspect import Direction, Suspect
from atlas_contract.contract import Contract
from atlas_contract.model import Json, Violation

MOST_TRIALS = 1500
"""Requests or replies that are held against both contracts before a search is given up."""
MOST_PLACES = 3
"""Places of one clause that are searched: a schema that forty replies share says the same in each."""
_KINDS = {"command": "a command of `atlas-contract api`", "status": "a reply"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found: what the new contract refuses, what only it takes, and how much was tried."""

    narrower: Witness | None = None
    wider: Witness | None = None
    tried: int = 0


def search(old: Contract, new: Contract, suspects: Sequence[Suspect]) -> Found:
    """The best witness of either direction: one that is refused for nothing but the clause in question."""
    enough = frozenset(suspect.edit.direction for suspect in suspects)
    best: dict[Direction, tuple[bool, Witness]] = {}
    tried = 0
    for suspect, value in islice(_trials(suspects), MOST_TRIALS):
        tried += 1
        found = _held(old, new, suspect, value)
        if found is not None:
            direction, alone, witness = found
            if direction not in best or (alone and not best[direction][0]):
                best[direction] = alone, witness
            if _done(best, enough):
                break
    narrower, wider = (best.get(direction) for direction in (Direction.NARROWER, Direction.WIDER))
    return Found(narrower and narrower[1], wider and wider[1], tried)


def _trials(suspects: Sequence[Suspect]) -> Iterator[tuple[Suspect, Json]]:
    known = set()
    for suspect in _places(suspects):
        for value in suspect.trials():
            key = repr(value)
            if key not in known:
                known.add(key)
                yield suspect, value


def _places(suspects: Sequence[Suspect]) -> Iterator[Suspect]:
    """Some suspects of each kind of difference."""
    counts: dict[str, int] = {}
    for suspect in suspects:
        counts[suspect.edit.what] = counts.get(suspect.edit.what, 0) + 1
        if counts[suspect.edit.what] <= MOST_PLACES:
            yield suspect


def _done(best: dict[Direction, tuple[bool, Witness]], enough: frozenset[Direction]) -> bool:
    """Both directions are shown, or the only one that the form of the difference leaves open."""
    sure = {direction for direction, (alone, _) in best.items() if alone}
    return sure == {Direction.NARROWER, Direction.WIDER} or (len(enough) == 1 and enough <= sure)


def _held(
    old: Contract, new: Contract, suspect: Suspect, value: Json
) -> tuple[Direction, bool, Witness] | None:
    by_old, by_new = violations(old, value), violations(new, value)
    if bool(by_old) == bool(by_new):
        return None
    broken = by_new or by_old
    due = [violation for violation in broken if _is_due(violation, suspect)]
    if not due:
        return None
    direction = Direction.NARROWER if by_new else Direction.WIDER
    witness = Witness(_about(value), value, not by_old, not by_new, due[0].message)
    return direction, len(due) == len(broken), witness


def _about(value: Json) -> str:
    return next((name for key, name in _KINDS.items() if key in value), "a request")


def _is_due(violation: Violation, suspect: Suspect) -> bool:
    """Whether a refusal is due to the edit: for one of its clauses, or within one, and at its place."""
    edit, clause = suspect.edit, violation.clause
    named = clause in edit.marks or any(_inside(clause, holder) for holder in edit.within)
    return named and _inside(violation.place, suspect.place)


def _inside(pointer: str, holder: str) -> bool:
    return pointer == holder or pointer.startswith(holder + "/") or not holder
