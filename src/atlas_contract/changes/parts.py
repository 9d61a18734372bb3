"""Objects of a document held against each other key by key, where no other rule looks at the key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeAlias

from atlas_contract.changes.change import Side
from atlas_contract.changes.nodes import expanded, is_note, told_apart
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.wording import moved
from atlas_contract.contract import pointers

Places: TypeAlias = tuple[str, str]
"""Where the same object stands in the old document and in the new one."""
UNSEEN = "no request or reply by itself shows it"


def other_keys(
    pair: Pair, side: Side, at: Places, judged: Collection[str], *, names: bool = False
) -> Iterator[Suspect]:
    """Every key that differs between the objects at two places and is neither a note nor judged by another rule.

    Nobody knows what these mean for a caller, so each is suspected of the worst. With `names`, keys are as their author
    likes, so none is a note.
    """
    old, new = (
        pointers.get(each.document, place) for each, place in zip((pair.old, pair.new), at, strict=True)
    )
    for key in {**old, **new}:
        if key in judged or (is_note(key) and not key.startswith("x-") and not names):
            continue
        before, after = expanded(pair.old.document, old.get(key)), expanded(pair.new.document, new.get(key))
        if told_apart(before) != told_apart(after):
            holder = at[1] if key in new else at[0]
            what = moved(key, holder, old.get(key), new.get(key))
            edit = Edit(
                pointers.join(holder, key), what, Direction.UNCLEAR, old=old.get(key), new=new.get(key)
            )
            yield Suspect(edit, side, (pair.operation,), tuple, UNSEEN)


def one_sided(gone: Collection[object], more: Collection[object]) -> Direction:
    """The direction of a list of alternatives from which some are gone, or on which some are new."""
    if gone and more:
        return Direction.BOTH
    return Direction.NARROWER if gone else Direction.WIDER
