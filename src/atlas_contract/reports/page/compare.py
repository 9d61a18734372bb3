"""Two documents side by side: what is new, what is gone, which clauses stand otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
Identity: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Shift:
    """A clause or a fault that stands otherwise than before; "" where it was not there."""

    id: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different from a former run.

    `unlike` says why the two may not be worth comparing, "" if they are; `new` are identities of findings, `gone` the
    former's findings themselves.
    """

    started: str
    unlike: str
    new: frozenset[Identity]
    gone: tuple[Mapping[str, Any], ...]
    stayed: int
    shifts: tuple[Shift, ...]


def identity(finding: Mapping[str, Any]) -> Identity:
    """What makes two findings the same one, in whatever run."""
    return finding["check"], finding["clause"], finding["operation"]


def compare(former: Document, latter: Document) -> Comparison:
    """What has changed from one document to the other."""
    before = {identity(each): each for each in former["findings"]}
    after = {identity(each) for each in latter["findings"]}
    return Comparison(
        started=former["started"],
        unlike=_unlike(former, latter),
        new=frozenset(after - before.keys()),
        gone=tuple(each for key, each in before.items() if key not in after),
        stayed=len(after & before.keys()),
        shifts=(*_shifts(former["clauses"], latter["clauses"]), *_fates(former, latter)),
    )


def _unlike(former: Document, latter: Document) -> str:
    told = {"kind": "another command", "target": "another target", "operation": "another endpoint"}
    return " and ".join(words for key, words in told.items() if former[key] != latter[key])


def _shifts(former: list[Mapping[str, Any]], latter: list[Mapping[str, Any]]) -> list[Shift]:
    """The clauses that stand otherwise, those that one side lacks included; nothing where one side has none."""
    if not former or not latter:
        return []
    before = {each["id"]: each for each in former}
    after = {each["id"]: each for each in latter}
    return [
        Shift(key, (after.get(key) or before[key])["title"], _state(before.get(key)), _state(after.get(key)))
        for key in (*after, *(key for key in before if key not in after))
        if _state(before.get(key)) != _state(after.get(key))
    ]


def _fates(former: Document, latter: Document) -> list[Shift]:
    if not former["matrix"] or not latter["matrix"]:
        return []
    before = {row["fault"]: row["state"] for row in former["matrix"]["rows"]}
    return [
        Shift(row["fault"], f"a server that {row['harm']}", before[row["fault"]], row["state"])
        for row in latter["matrix"]["rows"]
        if before.get(row["fault"], row["state"]) != row["state"]
    ]


def _state(clause: Mapping[str, Any] | None) -> str:
    return clause["state"] if clause else ""
