"""The kill matrix as a heat map: checks by families of faults, with every fault to look up below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEVELS = 5
WORST_FIRST = ("survived", "equivalent", "killed")


@dataclass(frozen=True, slots=True)
class Cell:
    """How many faults of a family a check found; `level` is 0 for none, and up to LEVELS for the whole family."""

    family: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Line:
    """One check across all families."""

    check: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Family:
    """The faults of one family, the survivors first."""

    name: str
    rows: tuple[Mapping[str, Any], ...]
    killed: int
    killable: int


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole map; `full` says that each fault met every case."""

    families: tuple[Family, ...]
    lines: tuple[Line, ...]
    full: bool


def heat(matrix: Mapping[str, Any] | None) -> Heat | None:
    """The map of a document's matrix, None where there is none."""
    if matrix is None:
        return None
    families: dict[str, list[Mapping[str, Any]]] = {}
    for row in matrix["rows"]:
        families.setdefault(row["family"], []).append(row)
    return Heat(
        tuple(_family(name, rows) for name, rows in families.items()),
        tuple(sorted(_lines(families), key=lambda line: -line.total)),
        matrix["full"],
    )


def _family(name: str, rows: list[Mapping[str, Any]]) -> Family:
    killable = sum(row["state"] != "equivalent" for row in rows)
    killed = sum(row["state"] == "killed" for row in rows)
    ordered = sorted(rows, key=lambda row: WORST_FIRST.index(row["state"]))
    return Family(name, tuple(ordered), killed, killable)


def _lines(families: Mapping[str, list[Mapping[str, Any]]]) -> list[Line]:
    found: dict[str, dict[str, int]] = {}
    for name, rows in families.items():
        for row in rows:
            for check in row["checks"]:
                counts = found.setdefault(check, dict.fromkeys(families, 0))
                counts[name] += 1
    return [
        Line(
            check,
            tuple(_cell(name, counts[name], len(families[name])) for name in families),
            sum(counts.values()),
        )
        for check, counts in sorted(found.items())
    ]


def _cell(family: str, count: int, size: int) -> Cell:
    return Cell(family, count, -(-count * LEVELS // size))
