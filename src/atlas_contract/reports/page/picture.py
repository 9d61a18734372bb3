"""The contract as a picture: every clause with its state, in groups that a person would look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import Any

MOST_IN_A_COLUMN = 20
STATES = ("violated", "proved", "exercised", "unjudged")
SIDES = {"request": "What is asked", "reply": "What is answered", "behaviour": "What is promised beyond both"}
_JUDGED = {
    "violated": "At least one answer broke it.",
    "proved": "This run held it against what came back, and the suite is known to find a server that breaks it.",
    "exercised": "This run held it against what came back, but no known fault shows that a breach would be noticed.",
    "unjudged": "Nothing that this run judged was about it, so silence proves nothing.",
}
_TRIED = {
    "proved": "Faults that break it were given to the mock, and the suite found every one of them.",
    "exercised": "The suite has cases for it, but no fault shows in this run that they would notice a breach.",
    "unjudged": "No case of the suite is about it.",
}
_FAMILIES = {"parameters": "Parameters", "headers": "Headers", "responses": "Headers", "paths": "Statuses"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One state: how many clauses are in it, and what that means in one sentence."""

    state: str
    count: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses that belong together; `counts` are those of the states that occur, `broad` is one that needs a line."""

    name: str
    clauses: tuple[Mapping[str, Any], ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def broad(self) -> bool:
        """Whether there are too many clauses for a column."""
        return len(self.clauses) > MOST_IN_A_COLUMN


@dataclass(frozen=True, slots=True)
class Band:
    """One side of the contract."""

    title: str
    groups: tuple[Group, ...]


def tiles(kind: str, clauses: Iterable[Mapping[str, Any]]) -> tuple[Tile, ...]:
    """How many clauses are in which state after a run of that kind; what is violated comes first, if anything is."""
    counts = Counter(each["state"] for each in clauses)
    meanings = _TRIED if kind == "faults" else _JUDGED
    order = STATES if counts[STATES[0]] else (*STATES[1:], STATES[0])
    return tuple(Tile(state, counts[state], meanings[state]) for state in order if state in meanings)


def bands(clauses: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """The clauses by side and group, in the document's order, broad groups last."""
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {side: {} for side in SIDES}
    for clause in clauses:
        found[clause["side"]].setdefault(_group_name(clause["id"]), []).append(clause)
    return tuple(
        Band(SIDES[side], tuple(sorted(starmap(_group, groups.items()), key=lambda group: group.broad)))
        for side, groups in found.items()
        if groups
    )


def _group(name: str, clauses: list[Mapping[str, Any]]) -> Group:
    counts = Counter(each["state"] for each in clauses)
    return Group(name, tuple(clauses), tuple((state, counts[state]) for state in STATES if counts[state]))


def _group_name(clause: str) -> str:
    """What a clause is filed under: its schema, the kind of component, or the behaviours."""
    tokens = clause.split("/")
    if tokens[0] != "#":
        return "Behaviours"
    kind = next((each for each in tokens[1:3] if each in _FAMILIES), "")
    return _FAMILIES.get(kind) or (tokens[3] if len(tokens) > 3 else clause)  # noqa: PLR2004  #/components/schemas/NAME
