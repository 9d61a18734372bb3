"""Hypothesis strategies for values: those a schema allows, and those that break one keyword of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

INT32_MAX = 2**31 - 1
_TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
_SCALARS: Mapping[str, st.SearchStrategy[Any]] = {
    "string": _TEXT,
    "integer": st.integers(-INT32_MAX, INT32_MAX),
    "number": st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not value.is_integer()),
    "boolean": st.booleans(),
    "null": st.none(),
    "array": st.lists(st.integers(), max_size=2),
    "object": st.dictionaries(_TEXT, st.integers(), max_size=2),
}


def allowed(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values the schema allows, its boundaries first among them."""
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    if schema.get("type") == "boolean":
        return st.booleans()
    if schema.get("type") == "integer":
        least, most = schema.get("minimum", -INT32_MAX), schema.get("maximum", INT32_MAX)
        return st.sampled_from([least, least + 1]) | st.integers(least, min(most, least + 3650))
    if "pattern" in schema:
        return st.from_regex(_anchored(schema["pattern"]), fullmatch=True)
    return st.sampled_from(["", "x", "snapshot before the release", 'quo"te', "línea\tñ 漢字 🍃"]) | _TEXT


def breaking(schema: Mapping[str, Any], keyword: str, known: str = "") -> st.SearchStrategy[Any] | None:
    """JSON values that break one keyword and, where it can be helped, no other; None for a keyword without any.

    Args:
        known: a text the target knows as good: its near misses are the likeliest to be let through.
    """
    make = _BREAKERS.get(keyword)
    return make(schema, known) if make else None


def breaking_text(schema: Mapping[str, Any], keyword: str, known: str = "") -> st.SearchStrategy[str] | None:
    """Texts for a path or query argument that break one keyword once they are read by the schema's type."""
    if keyword == "type":
        likely = [
            "",
            "yes",
            "TRUE",
            "1",
            "null",
            "true ",
            "truefalse",
            "\u0661",
            "1.5",
            "1e3",
            "0x1",
            "+1",
            " 1",
        ]
        return st.sampled_from(likely) | _TEXT
    values = breaking(schema, keyword, known)
    return values.map(str) if values is not None else None


def of_another_type(*types: str) -> st.SearchStrategy[Any]:
    """JSON values of every type but these."""
    held = {*types, *({"integer"} if "number" in types else ())}
    return st.one_of([values for name, values in _SCALARS.items() if name not in held])


def _break_pattern(schema: Mapping[str, Any], known: str) -> st.SearchStrategy[str]:
    accepted = re.compile(schema["pattern"])

    def refused(text: str) -> bool:
        return text != "" and (accepted.search(text) is None or text.endswith("\n"))

    near = _near_misses(known).filter(refused) if known else st.nothing()
    return near | _TEXT.filter(refused)


def _near_misses(known: str) -> st.SearchStrategy[str]:
    changed = (
        known.upper(),
        known[:-1],
        known + known[-1],
        known + "\n",
        " " + known,
        known + " ",
        "-" + known[1:],
    )
    odd = (
        known[:-1] + "g",
        known[:-1] + "_",
        known + "/",
        known + ".",
        known + "%00",
        known + "\x00",
        "." * len(known),
    )
    return st.sampled_from([text for text in (*changed, *odd) if text != known])


def _break_type(schema: Mapping[str, Any], _known: str) -> st.SearchStrategy[Any]:
    return of_another_type(*(schema["type"] if isinstance(schema["type"], list) else [schema["type"]]))


def _break_minimum(schema: Mapping[str, Any], _known: str) -> st.SearchStrategy[int]:
    least = schema["minimum"]
    return st.sampled_from([least - 1, -1, -INT32_MAX - 1]).filter(lambda n: n < least) | st.integers(
        -INT32_MAX - 1, least - 1
    )


def _break_maximum(schema: Mapping[str, Any], _known: str) -> st.SearchStrategy[int]:
    most = schema["maximum"]
    return st.sampled_from([most + 1, INT32_MAX]).filter(lambda n: n > most) | st.integers(most + 1)


def _break_format(schema: Mapping[str, Any], _known: str) -> st.SearchStrategy[Any]:
    if schema["format"] == "int32":
        return st.sampled_from([INT32_MAX + 1, 2**63, 10**30]) | st.integers(INT32_MAX + 1, 2**70)
    return _TEXT


def _break_enum(_schema: Mapping[str, Any], known: str) -> st.SearchStrategy[str]:
    return _near_misses(known or "value") | _TEXT


_BREAKERS: Mapping[str, Callable[[Mapping[str, Any], str], st.SearchStrategy[Any]]] = {
    "pattern": _break_pattern,
    "type": _break_type,
    "minimum": _break_minimum,
    "maximum": _break_maximum,
    "format": _break_format,
    "enum": _break_enum,
}


def _anchored(pattern: str) -> str:
    """The same pattern, ending where the text ends: Python's `$` would also stop before a last line break."""
    return pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
