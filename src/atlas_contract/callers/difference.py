"""One thing that a Python caller notices, whichever layer shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from atlas_contract.changes import Change, Grade
from atlas_contract.contract import pointers

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")
_NAMED_BY = ("properties", "schemas", "parameters", "headers", "responses", "requestBodies")
"""Keys of an OpenAPI document below which the author's own names stand."""


class Layer(StrEnum):
    """Where a difference was seen."""

    CONTRACT = "contract"
    SURFACE = "surface"
    BEHAVIOUR = "behaviour"


class Kind(StrEnum):
    """What sort of difference it is, by the sections of a changelog."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two clients.

    `name` is what it is about, as a caller writes it, or the operations; `what` says the rest of the sentence.
    `subjects` are the plain names of the members or arguments concerned, by which layers are known to speak of the
    same thing. `seen` counts the replies and calls that show it, of which `example` describes the first.
    """

    layer: Layer
    grade: Grade
    kind: Kind
    name: str
    what: str
    subjects: frozenset[str] = frozenset()
    seen: int = 1
    example: str = ""


def plain(name: str) -> str:
    """A name without case and punctuation, which is how a name of the contract meets its Python name."""
    return _NOT_IN_NAMES.sub("", name.lower())


def gravity(grade: Grade) -> int:
    """The place of a grade in the order of gravity; the gravest is 0."""
    return list(Grade).index(grade)


def of_contract(change: Change) -> Difference:
    """A change of the wire contract as a difference."""
    kind = Kind.CHANGED
    if change.grade is not Grade.EDITORIAL and (change.old is None) != (change.new is None):
        kind = Kind.ADDED if change.old is None else Kind.REMOVED
    return Difference(
        Layer.CONTRACT,
        change.grade,
        kind,
        ", ".join(change.operations) or change.clause,
        change.what,
        subjects=_subjects(change.clause),
        example=change.clause,
    )


def _subjects(clause: str) -> frozenset[str]:
    tokens = pointers.split(clause) if clause.startswith("#/") else []
    names = [token for above, token in pairwise(tokens) if above in _NAMED_BY]
    return frozenset(plain(name) for name in names[-1:] if not name.isdigit())
