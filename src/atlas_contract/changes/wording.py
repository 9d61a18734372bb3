"""Words for what has changed: where it is, and from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from atlas_contract.contract import pointers

LONGEST = 60  # characters of a value in a sentence
_HOLDERS = frozenset(
    {"headers", "parameters", "patternProperties", "properties", "responses", "schemas", "securitySchemes"}
)
_INSIDE = {"items": "items of ", "contains": "`contains` of ", "additionalProperties": "other members of "}


def subject(pointer: str) -> str:
    """What stands at a pointer, as people call it: `retentionInDays`, items of `links`, POST /groups."""
    tokens = pointers.split(pointer)
    named, inside, rest = _operation(tokens) or "the document", "", iter(tokens)
    for part in rest:
        if part in _HOLDERS:
            name = next(rest, "")
            if name and not name.isdigit():
                named, inside = f"`{name}`", ""
            elif part == "responses" and name:
                named, inside = f"status {name}", ""
        else:
            inside = _INSIDE.get(part, "") + inside
    return inside + named


def _operation(tokens: list[str]) -> str:
    """Method and path, where a pointer leads into an operation; the path alone, where it leads to that."""
    path, method = [*tokens, "", "", ""][1:3]
    return f"{method.upper()} {path}".strip() if tokens[:1] == ["paths"] else ""


def shown(value: Any) -> str:
    """A value as JSON, cut to a length that fits a sentence."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def moved(keyword: str, at: str, old: Any, new: Any) -> str:
    """`keyword` of something, from what to what; None stands for nothing."""
    whose = f"`{keyword}` of {subject(at)}"
    if old is None:
        return f"{whose} is new: {shown(new)}"
    if new is None:
        return f"{whose} is gone: {shown(old)}"
    return f"{whose}: {shown(old)} → {shown(new)}"


def gone_and_new(words: str, gone: Iterable[Any], new: Iterable[Any]) -> str:
    """`x is gone; y is new`, each put into the words."""
    told = [words.format(each) + " is gone" for each in gone]
    return "; ".join([*told, *(words.format(each) + " is new" for each in new)])
