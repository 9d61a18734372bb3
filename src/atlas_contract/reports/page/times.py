"""The timeline of a run as shapes: requests in steps of time, snapshots as bars that grow with their state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from atlas_contract.reports.page.wording import clock, lasting

WIDTH, HALF, LANE = 1000, 40, 24  # of the drawings, in their own units
STEPS = 100
TICKS = 4
MOST_LANES = 50


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: `kind` is a class of the style sheet, `label` what it is."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One snapshot: its bars, and its life in words."""

    snapshot: str
    bars: tuple[Bar, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The requests of one operation: how many were answered well, refused, and not answered or answered with a 5xx."""

    operation: str
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Times:
    """A whole timeline, ready to be drawn in a box WIDTH wide; requests go up when answered well, down otherwise."""

    bars: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    more_lanes: int
    ticks: tuple[str, ...]
    answers: tuple[Answers, ...]
    step: str
    most: int


FATES = ("answered", "refused", "failed")
UP = "answered"


def times(timeline: Mapping[str, Any] | None, seconds: float) -> Times | None:
    """The timeline of a document whose run took so many seconds, None where there is none."""
    if timeline is None:
        return None
    requests, lives = timeline["requests"], timeline["snapshots"]
    moments = [seconds, *(each["at"] for each in requests), *(each["to"] or each["from"] for each in lives)]
    end = max(*moments, 1.0)
    counts = _counted(requests, end)
    most = _most(counts)
    return Times(
        bars=tuple(_steps(counts, most, end)),
        lanes=tuple(_lane(each, end) for each in lives[:MOST_LANES]),
        more_lanes=len(lives[MOST_LANES:]),
        ticks=tuple(clock(end * n / TICKS) for n in range(TICKS + 1)),
        answers=_answers(requests),
        step=lasting(end / STEPS),
        most=most,
    )


def fate(status: int | None) -> str:
    """What became of a request, by the status that came back."""
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "failed"
    return "refused" if status >= HTTPStatus.BAD_REQUEST else "answered"


def _counted(requests: Iterable[Mapping[str, Any]], end: float) -> Counter[tuple[int, str]]:
    """How many requests of which fate fall into each step."""
    return Counter(
        (min(int(STEPS * max(each["at"], 0.0) / end), STEPS - 1), fate(each["status"])) for each in requests
    )


def _most(counts: Counter[tuple[int, str]]) -> int:
    """The height of the tallest step, upwards or downwards."""
    heights = (max(counts[n, UP], counts[n, "refused"] + counts[n, "failed"]) for n in range(STEPS))
    return max(*heights, 1)


def _steps(counts: Counter[tuple[int, str]], most: int, end: float) -> Iterator[Bar]:
    width = WIDTH / STEPS
    for step in range(STEPS):
        below = float(HALF)
        for kind in FATES:
            if not (count := counts[step, kind]):
                continue
            height = count * HALF / most
            top = HALF - height if kind == UP else below
            below = below if kind == UP else below + height
            label = f"{count} {kind} from {clock(end * step / STEPS)}"
            yield Bar(kind, round(step * width, 2), round(top, 2), width * 0.8, round(height, 2), label)


def _lane(life: Mapping[str, Any], end: float) -> Lane:
    states = life["states"] or [{"at": life["from"], "state": "taken"}]
    gone = end if life["to"] is None else life["to"]
    edges = [*(each["at"] for each in states), gone]
    words = [f"{each['state']} {clock(each['at'])}" for each in states]
    words.append("not seen gone" if life["to"] is None else f"removed {clock(gone)}")
    return Lane(
        life["id"],
        tuple(
            _bar(each["state"], (n + 1) / len(states), edges[n] / end, edges[n + 1] / end)
            for n, each in enumerate(states)
        ),
        tuple(words),
    )


def _bar(state: str, share: float, start: float, stop: float) -> Bar:
    """A bar as high as a snapshot has come; never so narrow that nobody would see it."""
    height = round(LANE * share, 2)
    width = max(WIDTH * (stop - start), 2.0)
    kind = "whole" if share == 1 else "part"
    left = min(WIDTH * start, WIDTH - width)
    return Bar(kind, round(left, 2), round(LANE - height, 2), round(width, 2), height, state)


def _answers(requests: Iterable[Mapping[str, Any]]) -> tuple[Answers, ...]:
    counts: dict[str, Counter[str]] = {}
    for each in requests:
        counts.setdefault(each["operation"] or "no operation of the contract", Counter())[
            fate(each["status"])
        ] += 1
    return tuple(
        Answers(name, (got["answered"], got["refused"], got["failed"])) for name, got in counts.items()
    )
