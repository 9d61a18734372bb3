"""Values at and just beyond the boundaries of a keyword: what two schemas may disagree about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlas_contract.changes.differences import Difference
from atlas_contract.contract.plain import FORMATS, LARGEST
from atlas_contract.model import Json

SAMPLES: Sequence[Json] = (None, True, 0, 1, -1, 1.5, "", "x", [], [None], {}, {"odd": []})
UNNAMED = "unnamedMember"
STRANGE = "a value that nobody has stated"
_BITS = (2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 10**30)
_TIMES = (
    "2026-01-01T00:00:00.5Z",
    "2026-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00z",
    "2026-01-01 00:00:00Z",
)
_ODD = "gGzZ09_-.:/ é+\n"
_SEPARATORS = ".-/:_ "
_COUNTED = ("minItems", "maxItems", "minContains", "maxContains")
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")


@dataclass(frozen=True, slots=True)
class Around:
    """What is there to make values from: the value at the place, plain ones of either side, and what both sides say.

    `stated` are the numbers, texts and values that keywords of either side have.
    """

    difference: Difference
    current: Json
    plain: Sequence[Json]
    stated: Mapping[str, Sequence[Any]]


Maker: TypeAlias = Callable[[Around], Iterator[Json]]


def values(around: Around) -> Iterator[Json]:
    """Values that may tell the two sides apart, the most likely first."""
    special = _SPECIAL.get(around.difference.keyword)
    if special is not None:
        yield from special(around)
    yield around.current
    yield from around.plain
    if around.difference.keyword not in ("required", "properties"):
        yield from _by_kind(around)
    yield from SAMPLES


def _by_kind(around: Around) -> Iterator[Json]:
    """Values of the kinds that are usual at the place."""
    usual = {type(value) for value in (around.current, *around.plain)}
    for kind, makers in _MAKERS.items():
        if kind in usual:
            for make in makers:
                yield from make(around)


def _kinds(around: Around) -> Iterator[Json]:
    yield from around.plain
    yield from SAMPLES


def _listed(around: Around) -> Iterator[Json]:
    for keyword in ("const", "enum"):
        for stated in around.stated.get(keyword, ()):
            yield from stated if keyword == "enum" else (stated,)
    yield STRANGE
    yield from _texts(around)


def _numbers(around: Around) -> Iterator[Json]:
    for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        for bound in around.stated.get(keyword, ()):
            yield from (bound, bound - 1, bound + 1, bound - 0.5, bound + 0.5)
    for step in around.stated.get("multipleOf", ()):
        yield from (step, 2 * step, 3 * step, step + 1, step / 2)
    yield from _BITS


def _lengths(around: Around) -> Iterator[Json]:
    lengths = _near([*around.stated.get("minLength", ()), *around.stated.get("maxLength", ())])
    for seed in _seeds(around):
        yield from (_stretched(seed, length) for length in lengths)


def _texts(around: Around) -> Iterator[Json]:
    lengths = _near([each for pattern in around.stated.get("pattern", ()) for each in _bounds(pattern)])
    for seed in _seeds(around):
        yield from (_stretched(seed, length) for length in lengths)
        yield from (seed.upper(), seed.lower(), seed[:-1], seed[1:], seed * 2)
        yield from (seed + seed[-1:], seed + "x", "x" + seed)
        yield from _segments(seed)
        head, tail = seed[: len(seed) // 2], seed[len(seed) // 2 :]
        for odd in _ODD:
            yield from (seed[:-1] + odd, odd + seed[1:], seed + odd, head + odd + tail)
    yield ""


def _segments(seed: str) -> Iterator[str]:
    """A segment fewer and a segment more, wherever a text has some."""
    for separator in _SEPARATORS:
        head, _, tail = seed.rpartition(separator)
        if head:
            yield from (head, tail, seed + separator + tail)


def _formats(_: Around) -> Iterator[Json]:
    yield from FORMATS.values()
    yield from _TIMES
    yield from _BITS
    yield "x"


def _counts(around: Around) -> Iterator[Json]:
    current = around.current if isinstance(around.current, list) else []
    filled = current or next((value for value in around.plain if isinstance(value, list) and value), ["x"])
    stated = [around.stated.get(keyword, ()) for keyword in _COUNTED]
    for count in _near([count for counts in stated for count in counts]):
        yield [*filled * (count // len(filled) + 1)][:count]
    yield from (filled[:1] * 2, [*filled, None], list(reversed(filled)), filled[:1])
    for part in around.stated.get("contains", ()):
        constants, item = _constants(part), filled[0] if isinstance(filled[0], dict) else {}
        yield [{**item, **constants}] * len(filled)
        yield [{**item, **dict.fromkeys(constants, STRANGE)}] * len(filled)


def _constants(part: Any) -> dict[str, Json]:
    """The constants that `contains` asks for in an item."""
    named = part.get("properties", {}) if isinstance(part, Mapping) else {}
    return {
        name: rule["const"] for name, rule in named.items() if isinstance(rule, Mapping) and "const" in rule
    }


def _members(around: Around) -> Iterator[Json]:
    if isinstance(around.current, dict):
        yield from ({**around.current, UNNAMED: sample} for sample in SAMPLES)
        yield from (_without(around.current, name) for name in around.current)


def _missing(around: Around) -> Iterator[Json]:
    full: dict[str, Json] = {}
    for value in (*around.plain, around.current):
        full |= value if isinstance(value, dict) else {}
    names = around.difference.names
    if isinstance(around.current, dict):
        yield from (_without(around.current, name) for name in names)
        yield {name: value for name, value in around.current.items() if name not in names}
        lacking = {name: full.get(name, STRANGE) for name in names if name not in around.current}
        whole = {**around.current, **lacking}
        yield from (_without(whole, name) for name in names)
        yield whole


def _named(around: Around) -> Iterator[Json]:
    if isinstance(around.current, dict):
        for name in around.difference.names:
            yield from ({**around.current, name: value} for value in (*around.plain, *SAMPLES, STRANGE))
            yield _without(around.current, name)


def _without(value: Mapping[str, Json], name: str) -> Json:
    return {key: inner for key, inner in value.items() if key != name}


def _seeds(around: Around) -> list[str]:
    """Texts to start from; what both sides call plain, and examples."""
    texts = (around.current, *around.plain, *around.stated.get("example", ()))
    return list(dict.fromkeys(text for text in texts if isinstance(text, str) and text)) or ["x"]


def _near(bounds: Sequence[float | str]) -> list[int]:
    """Each bound with its neighbours, as far as anything of that size is made at all."""
    near = [int(bound) + step for bound in bounds for step in (0, -1, 1)]
    return [each for each in dict.fromkeys(near) if 0 <= each <= LARGEST]


def _stretched(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def _bounds(pattern: str) -> Iterator[str]:
    for least, most in _COUNT.findall(pattern):
        yield least
        if most:
            yield most


_SPECIAL: Mapping[str, Maker] = {
    "type": _kinds, "enum": _listed, "const": _listed, "required": _missing, "properties": _named,
    "format": _formats, "pattern": _texts, "minLength": _lengths, "maxLength": _lengths,
    "minItems": _counts, "maxItems": _counts, "contains": _counts, "uniqueItems": _counts,
    "additionalProperties": _members,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _numbers),
}  # fmt: skip
_MAKERS: Mapping[type, tuple[Maker, ...]] = {
    str: (_lengths, _texts),
    int: (_numbers,),
    float: (_numbers,),
    list: (_counts,),
    dict: (_members,),
}
