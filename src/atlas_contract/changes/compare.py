"""Compares two contracts: every change of the newer one, each graded for the caller, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable

from atlas_contract.changes import behaviours, operations, texts
from atlas_contract.changes.change import Change, Grade, Side
from atlas_contract.changes.grading import graded
from atlas_contract.changes.suspect import Suspect
from atlas_contract.contract import Contract

GRADES = tuple(Grade)
"""The gravest first."""


def compare(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Every change from the old contract to the new one; the same two give the same changes, in order.

    Both have to be contracts that hold together: `spec` composes and checks them.
    """
    both = operations.pairs(old, new)
    groups: dict[tuple[str, Side], list[Suspect]] = {}
    for suspect in operations.suspects(old, new, both):
        groups.setdefault((suspect.edit.clause, suspect.side), []).append(suspect)
    for suspect in behaviours.suspects(old, new, both):
        groups.setdefault((suspect.edit.clause, suspect.side), []).append(suspect)
    found = [graded(old, new, group) for group in groups.values()]
    found += behaviours.texts(old, new, both)
    found += texts.changes(old, new, [clause for clause, _ in groups])
    return tuple(sorted(found, key=_order))


def gravest(changes: Iterable[Change]) -> Grade | None:
    """The gravest grade of those changes that nobody has waived; None where there is none."""
    left = {change.grade for change in changes if change.waiver is None}
    return next((grade for grade in GRADES if grade in left), None)


def _order(change: Change) -> tuple[int, int, str]:
    return GRADES.index(change.grade), tuple(Side).index(change.side), change.clause
