"""One verdict from all that was found: how far the version has to move, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from atlas_contract.callers.difference import Difference, Kind, Layer, gravity
from atlas_contract.changes import Grade
from atlas_contract.errors import BadInput

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)


class Level(IntEnum):
    """What Semantic Versioning calls a change, the slightest first."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level, the version that there is and the one that comes next, and every reason, the gravest first."""

    level: Level
    current: str
    next: str
    reasons: tuple[Difference, ...]


def verdict(differences: Iterable[Difference], current: str) -> Verdict:
    """The verdict on differences, of which the gravest decides.

    Raises:
        BadInput: `current` is no plain version of three numbers.
    """
    reasons = tuple(sorted(_folded(differences), key=_order))
    level = max(map(level_of, reasons), default=Level.NONE)
    return Verdict(level, current, next_version(current, level), reasons)


def _folded(differences: Iterable[Difference]) -> Iterator[Difference]:
    """The differences, those that say the same of several operations as one."""
    alike: dict[tuple[str, ...], list[Difference]] = {}
    for each in differences:
        name = each.name if each.layer is Layer.SURFACE else ""
        alike.setdefault((each.layer, each.grade, each.kind, each.what, name), []).append(each)
    for first, *others in alike.values():
        names = sorted({name for each in (first, *others) for name in each.name.split(", ")})
        seen = first.seen + sum(each.seen for each in others)
        subjects = first.subjects.union(*(each.subjects for each in others))
        yield replace(first, name=", ".join(names), seen=seen, subjects=subjects)


def level_of(difference: Difference) -> Level:
    """The level that one difference alone would make."""
    if difference.grade is Grade.BREAKING:
        return Level.MAJOR
    mere_words = difference.grade is Grade.EDITORIAL or difference.kind is Kind.FIXED
    return Level.PATCH if mere_words else Level.MINOR


def next_version(current: str, level: Level) -> str:
    """The version that comes next. Before 1.0.0 the second number is the one that a breaking change moves.

    Raises:
        BadInput: `current` is no plain version of three numbers.
    """
    found = _VERSION.fullmatch(current)
    if found is None:
        msg = f"The version {current!r} is none that has a next one."
        raise BadInput(msg, where="pyproject.toml", expected="three numbers, such as 0.1.0")
    major, minor, patch = map(int, found.groups())
    if level is Level.NONE:
        return current
    if level is Level.MAJOR and major:
        return f"{major + 1}.0.0"
    if level is Level.MAJOR or (level is Level.MINOR and major):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _order(difference: Difference) -> tuple[int, int, str, str]:
    return gravity(difference.grade), list(Layer).index(difference.layer), difference.name, difference.what
