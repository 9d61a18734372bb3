"""Ways to be valid at the very edge, and ways to be just not valid: plain data, the same in every run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

INT32_MAX = 2**31 - 1
LONG_TEXT = 200  # characters that any description may have

TAME: Mapping[str, Callable[[str], str]] = {
    "upper-case": str.upper,
    "lower-case": str.lower,
    "one-short": lambda known: known[:-1],
    "one-long": lambda known: known + known[-1:],
    "other-letter": lambda known: known[:-1] + "g",
    "underscore": lambda known: known[:-1] + "_",
    "leading-hyphen": lambda known: "-" + known[1:],
    "inner-dot": lambda known: known[:-1] + "." + known[-1:],
}
"""Near misses that any server reads as one value, and so can refuse for what it is."""

WILD: Mapping[str, Callable[[str], str]] = {
    "leading-space": lambda known: " " + known,
    "trailing-space": lambda known: known + " ",
    "trailing-newline": lambda known: known + "\n",
    "trailing-nul": lambda known: known + "\x00",
    "trailing-slash": lambda known: known + "/",
    "percent": lambda known: known + "%00",
    "dots": lambda known: "." * len(known),
    "accent": lambda known: known[:-1] + "é",
    "wide-digit": lambda known: known[:-1] + "\uff10",
}
"""Near misses that a server may refuse anywhere on the way, each in its own words."""

NEAR_MISSES: Mapping[str, Callable[[str], str]] = {**TAME, **WILD}

ODD_TEXTS: Mapping[str, str] = {
    "empty": "",
    "word": "yes",
    "capitals": "TRUE",
    "capital": "True",
    "digit": "1",
    "minus-one": "-1",
    "zero": "0",
    "null": "null",
    "trailing-space": "true ",
    "leading-space": " 1",
    "doubled": "truefalse",
    "arabic-digit": "\u0661",
    "fraction": "1.5",
    "exponent": "1e3",
    "hexadecimal": "0x1",
    "plus": "+1",
    "endless": "9" * 40,
}
"""Texts for query parameters that read as no boolean, no number, or as one that is out of bounds."""


def near_misses(known: str) -> Iterator[tuple[str, str]]:
    """Every near miss of a text that differs from it, each with its label."""
    for label, miss in NEAR_MISSES.items():
        text = miss(known)
        if text not in ("", known):
            yield label, text


def edges(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values at the edges of what a schema allows, each with its label."""
    if "const" in schema:
        yield "const", schema["const"]
    elif "enum" in schema:
        for value in schema["enum"]:
            yield f"enum-{value}", value
    else:
        yield from _EDGES.get(_type(schema), _no_edges)(schema)


def misses(schema: Mapping[str, Any], plain: Any) -> Iterator[tuple[str, Any]]:
    """JSON values that a schema is likely to forbid, each with its label; who asks holds them against the schema."""
    yield from _other_types(plain)
    yield from _numbers(schema)
    if isinstance(plain, str):
        yield from ((label, miss(plain)) for label, miss in TAME.items())
        yield "empty", ""
        if "maxLength" in schema:
            yield "too-long", "x" * (int(schema["maxLength"]) + 1)
        if "minLength" in schema:
            yield "too-short", "x" * (int(schema["minLength"]) - 1)
    if isinstance(plain, list):
        yield from _lists(schema, plain)


def text_of(value: Any) -> str:
    """A value as a query parameter carries it."""
    return value if isinstance(value, str) else json.dumps(value)


def _other_types(plain: Any) -> Iterator[tuple[str, Any]]:
    yield "as-text", text_of(plain)
    yield "text", "x"
    yield "fraction", 1.5
    yield "number", 7
    yield "true", True
    yield "list", [plain]
    yield "empty-list", []
    yield "object", {}
    yield "null", None


def _numbers(schema: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if "minimum" in schema:
        yield "below-minimum", schema["minimum"] - 1
        yield "far-below-minimum", schema["minimum"] - 1000
    if "maximum" in schema:
        yield "above-maximum", schema["maximum"] + 1
    yield "above-int32", INT32_MAX + 1
    yield "above-int64", 2**63
    yield "below-int32", -INT32_MAX - 2
    yield "endless", 10**30


def _lists(schema: Mapping[str, Any], plain: list[Any]) -> Iterator[tuple[str, Any]]:
    if "minItems" in schema:
        yield "too-few", plain[: int(schema["minItems"]) - 1]
    if "maxItems" in schema:
        yield "too-many", (plain or [0]) * (int(schema["maxItems"]) + 1)
    yield "odd-item", [*plain, {"odd": []}]
    yield "odd-items", [None]


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    return str(kind[0] if isinstance(kind, list) else kind)


def _integers(schema: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    least = schema.get("minimum", 1)
    most = schema.get("maximum", INT32_MAX if schema.get("format") == "int32" else None)
    yield "minimum", least
    yield "above-minimum", least + 1
    if most is not None:
        yield "maximum", most


def _texts(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "pattern" in schema or "format" in schema:
        return
    least, most = schema.get("minLength", 0), schema.get("maxLength", LONG_TEXT)
    yield "shortest", "x" * least
    yield "longest", "x" * most
    for label, text in (("quotes", "quo\"te \\ 'n'"), ("unicode", "línea\tñ 漢字 🍃"), ("spaces", "  two  ")):
        if least <= len(text) <= most:
            yield label, text


def _booleans(_: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    yield "true", True
    yield "false", False


def _no_edges(_: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return iter(())


_EDGES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[tuple[str, Any]]]] = {
    "integer": _integers,
    "string": _texts,
    "boolean": _booleans,
}
