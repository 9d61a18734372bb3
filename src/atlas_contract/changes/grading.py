"""What a difference means for the caller, decided by what was found to tell the two contracts apart."""

from __future__ import annotations

from collections.abc import Sequence

from atlas_contract.changes.change import Change, Grade, Side, Witness
from atlas_contract.changes.suspect import Direction, Suspect
from atlas_contract.changes.witness import Found, search
from atlas_contract.contract import Contract

_LOST: dict[Side, Direction] = {
    Side.REQUEST: Direction.NARROWER,
    Side.REPLY: Direction.WIDER,
    Side.BEHAVIOUR: Direction.WIDER,
}
"""The direction in which a caller loses: fewer requests are right, or more replies can come."""


def graded(old: Contract, new: Contract, suspects: Sequence[Suspect]) -> Change:
    """The change that suspects of one clause and side are together."""
    found = search(old, new, suspects)
    grade, witness, note = _verdict(suspects, found)
    first = suspects[0]
    notes = [note, *(suspect.note for suspect in suspects if suspect.note != note)]
    return Change(
        clause=first.edit.clause,
        side=first.side,
        grade=grade,
        what="; ".join(dict.fromkeys(suspect.edit.what for suspect in suspects)),
        operations=tuple(dict.fromkeys(name for suspect in suspects for name in suspect.operations)),
        old=first.edit.old,
        new=first.edit.new,
        witness=witness,
        note="; ".join(dict.fromkeys(each for each in notes if each)),
    )


def _verdict(suspects: Sequence[Suspect], found: Found) -> tuple[Grade, Witness | None, str]:
    """A witness decides. Without one, the form of the difference does, and whatever it leaves open is breaking."""
    lost = _LOST[suspects[0].side]
    losing, winning = found.narrower, found.wider
    if lost is Direction.WIDER:
        losing, winning = winning, losing
    if losing is not None:
        return Grade.BREAKING, losing, ""
    directions = {suspect.edit.direction for suspect in suspects}
    unseen = any(not suspect.edit.marks | suspect.edit.within for suspect in suspects)
    tried = f"no witness found among {found.tried:,}" if found.tried else "no witness"
    if directions == {lost.reversed}:
        return Grade.COMPATIBLE, winning, "" if winning else f"{tried}; by its form it can only be compatible"
    if winning is not None and directions <= {Direction.UNCLEAR, lost.reversed} and not unseen:
        return (
            Grade.COMPATIBLE,
            winning,
            f"not proved: none of {found.tried:,} tries shows the breaking direction",
        )
    return Grade.BREAKING, None, f"{tried}: held to be breaking, for want of proof that it isn't"
