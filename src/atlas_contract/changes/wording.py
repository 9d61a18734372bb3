"""Words for what has changed: where it is, and from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from atlas_contract.contract import pointers

LONGEST = 60  # characters of a value in a sentence
_HOLDERS = (
    "properties",
    "parameters",
    "headers",
    "schemas",
    "responses",
    "securitySchemes",
    "patternProperties",
)
_INSIDE = {"items": "items of", "contains": "`contains` of", "additionalProperties": "other members of"}


def subject(pointer: str) -> str:
    """What stands at a pointer, as people call it: `retentionInDays`, `items of links`, `ApiError`."""
    tokens, inside = pointers.split(pointer), ""
    while len(tokens) > 1:
        if tokens[-2] in _HOLDERS and tokens[-1] not in _HOLDERS:
            return f"{inside}`{tokens[-1]}`"
        inside += _INSIDE[tokens[-1]] + " " if tokens[-1] in _INSIDE else ""
        tokens.pop()
    return f"{inside}{_operation(pointers.split(pointer)) or 'the document'}"


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
