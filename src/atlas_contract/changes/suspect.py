"""What may be a change for the caller: where two contracts differ, and what to hold against both to find out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from atlas_contract.changes.change import Side
from atlas_contract.contract import Contract
from atlas_contract.model import Json, Operation

Trials: TypeAlias = Callable[[], Iterable[Json]]
"""Makes requests or replies, in the form that `changes.holding` reads, the most telling first."""


class Direction(StrEnum):
    """What the form of a difference says of it by itself: what is added to a conjunction can only narrow it."""

    NARROWER = "narrower"
    WIDER = "wider"
    BOTH = "both"
    UNCLEAR = "unclear"

    @property
    def reversed(self) -> Direction:
        """The direction of the same difference, read the other way round."""
        return _REVERSED.get(self, self)


_REVERSED = {Direction.NARROWER: Direction.WIDER, Direction.WIDER: Direction.NARROWER}


@dataclass(frozen=True, slots=True)
class Pair:
    """Both contracts, the old one first, and the operation that is compared, as each of them has it."""

    old: Contract
    new: Contract
    old_operation: Operation
    new_operation: Operation

    @property
    def operation(self) -> str:
        """The operation's id; the new one, where it was renamed."""
        return self.new_operation.id

    @property
    def sides(self) -> tuple[tuple[Contract, Operation], tuple[Contract, Operation]]:
        """Each contract with its own reading of the operation."""
        return (self.old, self.old_operation), (self.new, self.new_operation)


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between two documents, by itself: its clause, what it says, where its form points.

    A refusal is due to this edit, and to no other one, if it is for one of the clauses `marks`, of either contract, or
    for something that stands within one of `within`. There are none of both where no request or reply can show it.
    """

    clause: str
    what: str
    direction: Direction
    marks: frozenset[str] = frozenset()
    old: Json = None
    new: Json = None
    within: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suspect:
    """An edit in one half of an exchange, not graded yet, with what may show its meaning.

    `place` is where in a request or reply it shows, for instance `/body/links/0`.
    """

    edit: Edit
    side: Side
    operations: tuple[str, ...]
    trials: Trials
    note: str = ""
    place: str = ""
