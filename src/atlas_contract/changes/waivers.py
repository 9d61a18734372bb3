"""Waivers laid over changes: breaking ones that somebody has accepted, with a reason and for a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from atlas_contract.changes.change import Change, Grade, Side
from atlas_contract.model import Accepted

FACTS = ("clause", "side", "what")
"""By what a waiver says which changes it is for."""
WORDS = {"side": tuple(each.value for each in Side)}
"""The values that one of them can have."""


def waived(
    changes: Sequence[Change], accepted: Sequence[Accepted], today: date
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes, the breaking ones with the first waiver that covers each; and what there is to say of waivers.

    Said is which waiver has expired, and which one fits no breaking change.
    """
    covered = tuple(_covered(change, accepted, today) for change in changes)
    return covered, tuple(note for each in accepted if (note := _note(each, changes, today)))


def _covered(change: Change, accepted: Sequence[Accepted], today: date) -> Change:
    if change.grade is not Grade.BREAKING:
        return change
    return replace(
        change, waiver=next((each for each in accepted if each.covers(_facts(change), today)), None)
    )


def _note(waiver: Accepted, changes: Sequence[Change], today: date) -> str:
    about = ", ".join(f"{name} {value}" for name, value in waiver.about.items())
    fits = any(
        waiver.covers(_facts(each), waiver.expires) for each in changes if each.grade is Grade.BREAKING
    )
    if not fits:
        return f"the waiver of {about} ({waiver.place}) fits no breaking change; delete it"
    if today > waiver.expires:
        over = f"the waiver of {about} ({waiver.place}) expired on {waiver.expires}"
        return f"{over}; {waiver.owner} owns it: take the change back, or give `expires` another day"
    return ""


def _facts(change: Change) -> dict[str, str]:
    return {"clause": change.clause, "side": change.side, "what": change.what}
