"""Holds each enum to what a Python enum can be: values of one kind, each with a name of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from atlas_contract.errors import BadInput
from atlas_contract.spec import places
from atlas_contract.spec.documents import Document, Pointer
from atlas_contract.spec.wording import shown

_HELD: Mapping[type, str] = {str: "texts", int: "whole numbers"}
_PUNCTUATION = re.compile(r"[\W_]+")


class Fault(NamedTuple):
    """What of an enum has no place in a Python enum: the pointer, what is wrong, and how to mend it."""

    pointer: Pointer
    what: str
    remedy: str


def check(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput, naming file and line, at the first enum of which no client can be made."""
    for found in (*faults(content), *doubles(content)):
        hint = f"{found.remedy}, here or in the overlay action that touches this place"
        raise BadInput(found.what, where=source.place(found.pointer), hint=hint)


def faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Each enum without a value, each value of another kind than the first, and each that shares its name."""
    for at, values in _enums(content):
        if not values:
            yield Fault(at, "the enum has no value, so nothing fits it", "list its values, or take it out")
        yield from _of_another_kind(at, values)
        yield from _of_one_name(at, values)


def doubles(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Each value that stands twice in its enum."""
    for at, values in _enums(content):
        for index, value in enumerate(values):
            if json.dumps(value) in map(json.dumps, values[:index]):
                yield Fault(f"{at}/{index}", f"{json.dumps(value)} stands twice in the enum", "keep one")


def _enums(content: Mapping[str, Any]) -> Iterator[tuple[Pointer, Sequence[Any]]]:
    for at, schema in places.schemas(content):
        if isinstance(schema.get("enum"), list):
            yield f"{at}/enum", schema["enum"]


def _of_another_kind(at: Pointer, values: Sequence[Any]) -> Iterator[Fault]:
    """A Python enum holds texts or whole numbers; `true` is a number to Python, and none in JSON."""
    kind = next((type(value) for value in values if type(value) in _HELD), str)
    for index, value in enumerate(values):
        if value is not None and type(value) is not kind:
            what = f"the enum has {json.dumps(value)}, and its class in the client holds {_HELD[kind]} alone"
            yield Fault(f"{at}/{index}", what, "write it in quotes if a text is meant, else take it out")


def _of_one_name(at: Pointer, values: Sequence[Any]) -> Iterator[Fault]:
    """Names in Python are made of letters, upper case: what differs in case or signs alone gets the same one."""
    first: dict[str, str] = {}
    for index, value in enumerate(values):
        if isinstance(value, str) and value[:1].isalpha():
            name = _PUNCTUATION.sub("_", value).lower()
            if first.setdefault(name, value) != value:
                what = f"{shown(first[name])} and {shown(value)} get the same name in the client"
                yield Fault(f"{at}/{index}", what, "keep one, or describe them by a pattern")
