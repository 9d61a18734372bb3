"""The verdict on a changed contract, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from atlas_contract import redact
from atlas_contract.callers import Comparison, Difference, Layer, Level, Verdict, draft
from atlas_contract.changes import Grade
from atlas_contract.quoting import printable

SHOWN = 8
"""Reasons that are shown one by one; the others are counted."""
_LEVELS = {
    Level.NONE: "no change for callers",
    Level.PATCH: "callers notice nothing but words and mended mistakes",
    Level.MINOR: "callers get more, and lose nothing",
    Level.MAJOR: "it breaks callers",
}


def lines(found: Verdict, compared: Comparison) -> Iterator[str]:
    """The verdict in a few lines, then the draft of the changelog's entry."""
    return (printable(redact.text(line)) for line in _lines(found, compared))


def _lines(found: Verdict, compared: Comparison) -> Iterator[str]:
    version = "" if found.level is Level.NONE else f": {found.current} becomes {found.next}"
    partly = ", as far as could be compared" if compared.troubles else ""
    yield f"verdict    {_LEVELS[found.level]}{partly}{version}"
    if compared.against:
        yield f"against    {compared.against}"
    for layer in Layer:
        reasons = [each for each in found.reasons if each.layer is layer]
        if reasons:
            yield f"{layer:<10} {_counted(reasons)}{_extent(layer, compared)}"
    for each in found.reasons[:SHOWN]:
        yield f"  {each.grade:<10} {_shortened(each.name)}: {each.what}"
        if each.layer is Layer.BEHAVIOUR:
            yield f"  {'':<10} {_times(each.seen)}, as in {each.example}"
    if len(found.reasons) > SHOWN:
        yield f"  and {len(found.reasons) - SHOWN} more"
    for trouble in compared.troubles:
        yield f"trouble    {'; '.join(part.strip() for part in str(trouble).splitlines())}"
    entry = draft(found)
    if entry:
        yield from ("", "a draft for CHANGELOG.md:", "", *entry)


def _shortened(names: str) -> str:
    first, *others = names.split(", ")
    return f"{first} and {len(others)} more" if others else first


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _counted(reasons: list[Difference]) -> str:
    counts = Counter(each.grade for each in reasons)
    return ", ".join(f"{counts[grade]} {grade}" for grade in Grade if counts[grade])


def _extent(layer: Layer, compared: Comparison) -> str:
    if layer is not Layer.BEHAVIOUR:
        return ""
    return f" ({compared.replies:,} replies and {compared.calls:,} calls through both clients)"


def missing(why: str, *, as_json: bool = False) -> Iterator[str]:
    """The lines that stand in place of a verdict where there is none."""
    said = printable(redact.text("; ".join(part.strip() for part in why.splitlines())))
    yield json.dumps({"level": None, "troubles": [said]}, indent=2) if as_json else f"verdict    none: {said}"


def to_json(found: Verdict, compared: Comparison) -> str:
    """What a program wants to know of a verdict, as a JSON text."""
    return json.dumps(document(found, compared), indent=2, ensure_ascii=False)


def document(found: Verdict, compared: Comparison) -> dict[str, Any]:
    """What a program wants to know of a verdict."""
    return {
        "level": found.level.name.lower(),
        "current": found.current,
        "next": found.next,
        "against": redact.text(compared.against),
        "replies": compared.replies,
        "calls": compared.calls,
        "troubles": [redact.text(str(each)) for each in compared.troubles],
        "reasons": [_reason(each) for each in found.reasons],
        "changelog": [redact.text(line) for line in draft(found)],
    }


def _reason(each: Difference) -> dict[str, Any]:
    return {
        "layer": each.layer,
        "grade": each.grade,
        "kind": each.kind,
        "name": each.name,
        "what": redact.text(each.what),
        "seen": each.seen,
        "example": redact.text(each.example),
    }
