"""What a look at recorded traffic has found, as values, as lines for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from atlas_contract.model import Gap, Source
from atlas_contract.quoting import printable
from atlas_contract.reports.verdict import NOTHING

SHOWN = 20  # unmatched names, and values of a deviation, that the lines show
VALUES_SHOWN = 5
MISSING: Mapping[Gap, str] = {
    Gap.REPLY_HEADERS: "no headers in {count} of {judged} replies: nothing is known of what they would say",
    Gap.REPLY_BODY: "no body in {count} of {judged} replies: nothing is known of what it would say",
    Gap.CUT_OFF: "{count} of these bodies were there, and taken for cut off: no JSON, and shorter than their `size`",
}
"""What is told of parts that a recording lacks."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where something was seen, and when: seconds since 1970, None where nobody knows."""

    place: str
    at: float | None


@dataclass(frozen=True, slots=True)
class Trace:
    """What a proposal needs to know of what was seen: a value, the names missing, a status with its media type.

    `value` is a small JSON value, by the keyword of the clause; None where there is nothing to go by.
    """

    value: Any
    count: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which the traffic breaks one clause.

    `count` is the number of exchanges that do, of `judged` ones of the same operations; `message` is about the first
    of them, free of secrets. `traces` are the different things seen; `more` says that there were more than are kept.
    """

    clause: str
    source: Source
    check: str
    message: str
    operations: Mapping[str, int]
    judged: int
    first: Sighting
    last: Sighting
    traces: tuple[Trace, ...] = ()
    more: bool = False

    @property
    def count(self) -> int:
        """The number of exchanges that break the clause so."""
        return sum(self.operations.values())


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Exchanges that no check was held against: why, what they have in common, how many."""

    reason: str
    name: str
    count: int
    first: Sighting


@dataclass(frozen=True, slots=True)
class Undescribed:
    """A reply header that the contract does not describe, which forbids nobody to send it."""

    name: str
    count: int
    judged: int
    first: Sighting
    last: Sighting


@dataclass(frozen=True, slots=True)
class Verified:
    """Everything found in recorded traffic.

    `judged` counts exchanges by operation. `guesses` are deviations from what is only inferred: worth to know, and no
    fault of the traffic. `unjudged_others` counts the unjudged exchanges beyond those that are named; `late` those
    judged without a history, because what they are about had been seen later already; `missing` those judged of which
    a part is not known, by the part. `repeated` are files that were named more than once, and read once.
    """

    layer: str
    files: int
    read: int
    judged: Mapping[str, int]
    deviations: tuple[Deviation, ...] = ()
    guesses: tuple[Deviation, ...] = ()
    undescribed: tuple[Undescribed, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    unjudged_others: int = 0
    late: int = 0
    missing: Mapping[Gap, int] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)


def lines(found: Verified) -> Iterator[str]:
    """The lines of the report: deviations first, the verdict last, where a terminal leaves the eye."""
    return map(printable, _lines(found))


def document(found: Verified) -> dict[str, Any]:
    """The report for programs."""
    return {
        "layer": found.layer,
        "files": found.files,
        "exchanges": found.read,
        "seconds": round(found.seconds, 3),
        "judged": dict(found.judged),
        "deviations": [_deviation(each) for each in found.deviations],
        "guesses": [_deviation(each) for each in found.guesses],
        "undescribedHeaders": [
            {"name": each.name, "count": each.count, "judged": each.judged, **_span(each.first, each.last)}
            for each in found.undescribed
        ],
        "unjudged": [
            {"reason": each.reason, "name": each.name, "count": each.count, "first": _sighting(each.first)}
            for each in found.unjudged
        ],
        "unjudgedOthers": found.unjudged_others,
        "outOfOrder": found.late,
        "namedAgain": list(found.repeated),
        "missing": {str(gap): count for gap, count in found.missing.items()},
    }


def notes(found: Verified) -> Iterator[str]:
    """What the recording lacks, so that nobody takes silence for proof."""
    judged = sum(found.judged.values())
    for gap, text in MISSING.items():
        if count := found.missing.get(gap, 0):
            yield text.format(count=f"{count:,}", judged=f"{judged:,}")


def _lines(found: Verified) -> Iterator[str]:
    for number, deviation in enumerate(found.deviations, 1):
        yield from _told(f"deviation {number}", deviation)
    for number, guess in enumerate(found.guesses, 1):
        yield from _told(f"guess {number}", guess)
    yield from _headers(found)
    yield from _unmatched(found)
    judged = sum(found.judged.values())
    per_second = f", {found.read / found.seconds:,.0f} a second" if found.seconds >= 1 else ""
    yield f"read       {_of(found.read, 'exchange')} in {_of(found.files, 'file')}, {found.seconds:.1f} s{per_second}"
    by_operation = ", ".join(f"{count:,} {name}" for name, count in found.judged.items())
    yield f"judged     {judged:,}" + (f": {by_operation}" if by_operation else "")
    if found.late:
        yield f"note       {found.late:,} seen out of order, and judged each by itself"
    for name in found.repeated:
        yield f"note       {name} was named more than once, and read once"
    for note in notes(found):
        yield f"note       {note}"
    yield f"layer      {found.layer}"
    yield f"verdict    {_verdict(found, judged)}"


def _told(title: str, deviation: Deviation) -> Iterator[str]:
    yield f"{title}: {deviation.message}"
    yield f"  clause     {deviation.clause} ({deviation.source})"
    yield f"  check      {deviation.check}"
    where = ", ".join(deviation.operations)
    yield f"  seen       {deviation.count:,} of {deviation.judged:,} judged: {where}"
    if values := [each for each in deviation.traces if each.value is not None]:
        shown = ", ".join(f"{_short(each.value)} ({each.count:,})" for each in values[:VALUES_SHOWN])
        more = ", …" if deviation.more or len(values) > VALUES_SHOWN else ""
        yield f"  values     {shown}{more}"
    yield f"  first      {_when(deviation.first)}"
    yield f"  last       {_when(deviation.last)}"
    yield ""


def _headers(found: Verified) -> Iterator[str]:
    if found.undescribed:
        yield "headers that the contract does not describe, which is no deviation"
        for each in found.undescribed:
            yield f"  {each.count:>7,}  {each.name}, first {_when(each.first)}"
        yield ""


def _unmatched(found: Verified) -> Iterator[str]:
    by_reason: dict[str, list[Unjudged]] = {}
    for each in found.unjudged:
        by_reason.setdefault(each.reason, []).append(each)
    for reason, group in by_reason.items():
        yield f"not judged: {reason}"
        for each in group[:SHOWN]:
            yield f"  {each.count:>7,}  {each.name}"
        if rest := sum(each.count for each in group[SHOWN:]):
            yield f"  {rest:>7,}  others"
        yield ""
    if found.unjudged_others:
        yield f"not judged: {found.unjudged_others:,} more, of too many kinds to name"
        yield ""


def _verdict(found: Verified, judged: int) -> str:
    if not judged:
        return NOTHING
    guesses = f", {_of(len(found.guesses), 'guess', 'es')} refuted" if found.guesses else ""
    unjudged = found.read - judged
    rest = f"{_of(judged, 'exchange')} judged, {unjudged:,} not{guesses}"
    if not found.deviations:
        known = ", as far as it was recorded" if any(notes(found)) else ""
        return f"the traffic keeps the contract{known}: {rest}"
    broken = len({each.clause for each in found.deviations})
    return f"{_of(len(found.deviations), 'deviation')} from {_of(broken, 'clause')} ({rest})"


def _of(count: int, word: str, plural: str = "s") -> str:
    return f"{count:,} {word}{'' if count == 1 else plural}"


def _short(value: Any) -> str:
    if isinstance(value, dict) and "status" in value:
        return f"{value['status']} {value['mediaType'] or 'without a media type'}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN * 4 else f"{text[: SHOWN * 4]}…"


def _when(sighting: Sighting) -> str:
    return f"{time_of(sighting.at) or 'at an unknown time'}, {sighting.place}"


def time_of(at: float | None) -> str:
    """A second since 1970 as ISO 8601 has it; "" where it is none that a calendar has."""
    try:
        return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def _deviation(found: Deviation) -> dict[str, Any]:
    return {
        "clause": found.clause,
        "source": found.source,
        "check": found.check,
        "message": found.message,
        "count": found.count,
        "judged": found.judged,
        "operations": dict(found.operations),
        **_span(found.first, found.last),
        "values": [
            {"value": each.value, "count": each.count} for each in found.traces if each.value is not None
        ],
        "moreValues": found.more,
    }


def _span(first: Sighting, last: Sighting) -> dict[str, Any]:
    return {"first": _sighting(first), "last": _sighting(last)}


def _sighting(found: Sighting) -> dict[str, Any]:
    return {"place": found.place, "at": time_of(found.at) or None}
