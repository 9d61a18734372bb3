"""A draft of the changelog's entry, in the form of Keep a Changelog, for a person to put into better words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from atlas_contract.callers.difference import Difference, Kind, Layer, gravity
from atlas_contract.callers.verdict import Verdict
from atlas_contract.changes import Grade

_LAYERS = (Layer.SURFACE, Layer.CONTRACT, Layer.BEHAVIOUR)
"""Who is heard first: names that callers write say more to them than pointers, and both more than replays."""
MANY = 3
"""Names beyond which a sentence counts instead."""
_REWORDED = "Descriptions and messages were reworded."


def draft(found: Verdict) -> tuple[str, ...]:
    """The lines of the entry; none where there is nothing to tell.

    What several layers say of one member is told once, by the first of them that takes it as gravely as any.
    """
    told = list(_told(found.reasons))
    if not told:
        return ()
    lines = [f"## [{found.next}]"]
    for kind in Kind:
        sentences = list(dict.fromkeys(_sentence(each) for each in told if each.kind is kind))
        if sentences:
            lines += ["", f"### {kind.capitalize()}", "", *(f"- {sentence}" for sentence in sentences)]
    return tuple(lines)


def _told(reasons: Iterable[Difference]) -> Iterator[Difference]:
    heard: list[Difference] = []
    for layer in _LAYERS:
        for each in (reason for reason in reasons if reason.layer is layer):
            if not any(_says(other, each) for other in heard):
                heard.append(each)
    return iter(sorted(heard, key=lambda each: (gravity(each.grade), _LAYERS.index(each.layer), each.name)))


def _says(one: Difference, other: Difference) -> bool:
    """Whether a difference that was heard says already what another layer has to say."""
    if one.layer is other.layer or gravity(one.grade) > gravity(other.grade):
        return False
    more_to_read = one.kind is other.kind is Kind.ADDED and other.layer is Layer.BEHAVIOUR
    return more_to_read or (bool(other.subjects) and other.subjects <= one.subjects)


def _sentence(difference: Difference) -> str:
    if difference.grade is Grade.EDITORIAL:
        return _REWORDED
    mark = "**Breaking:** " if difference.grade is Grade.BREAKING else ""
    joint = "" if difference.layer is Layer.SURFACE else ":"
    return f"{mark}{_names(difference.name)}{joint} {difference.what.strip().rstrip('.')}."


def _names(name: str) -> str:
    """The names as code; of many only the first, and how many more there are."""
    names = name.split(", ")
    if len(names) > MANY:
        return f"`{names[0]}` and {len(names) - 1} other operations"
    return ", ".join(f"`{each}`" for each in names)
