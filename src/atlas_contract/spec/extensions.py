"""Holds the contract's own extensions, `x-atlas-…`, to their names, their places and their kinds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer, parts_of, pointer_of
from atlas_contract.spec.schemas import followed
from atlas_contract.spec.validity import METHODS
from atlas_contract.spec.wording import nearest, one_of, shown

PREFIX = "x-atlas-"
WRITTEN = ("x-atlas-behaviours", "x-atlas-generated", "x-atlas-place", "x-atlas-provenance")
"""Extensions that the generation writes; nobody states them."""
_VALUES = ("const", "default", "enum", "example", "examples", "value")
_NAMED = (
    "$defs", "callbacks", "content", "headers", "links", "mapping", "parameters", "pathItems", "paths",
    "patternProperties", "properties", "requestBodies", "responses", "schemas", "scopes", "securitySchemes",
    "variables",
)  # fmt: skip
_NEAR = 0.85
_HINT = "correct the fragment, or the overlay action that touches this place"


class Extension(NamedTuple):
    """Where an extension stands, and whether a value is one of its own."""

    place: str
    expected: str
    takes: Callable[[Any], bool]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _cli(value: Any) -> bool:
    known = isinstance(value, dict) and value.keys() <= {"command", "aliases"}
    return known and isinstance(value.get("command"), str) and _texts(value.get("aliases", ["-"]))


KNOWN: Mapping[str, Extension] = {
    "x-atlas-body-optional": Extension("a response", "true or false", _flag),
    "x-atlas-cli": Extension(
        "an operation", "a mapping with `command` and perhaps a list of `aliases`", _cli
    ),
    "x-atlas-companion": Extension("an operation", "true or false", _flag),
    "x-atlas-essential": Extension("a schema", "a list of property names", _texts),
    "x-atlas-rate-limit-group": Extension("an operation", "a text", lambda value: isinstance(value, str)),
    "x-atlas-roles": Extension("an operation", "a list of roles", _texts),
}


def check(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput, naming file and line, for an extension that is unknown, misspelt, misplaced or malformed."""
    for pointer, key, holder in _extensions(content, ""):
        here = pointer + pointer_of([key])
        if key not in KNOWN:
            raise _unknown(source, here, key)
        extension, value = KNOWN[key], holder[key]
        if extension.place != _kind_of(parts_of(pointer)):
            msg = f"nothing reads `{key}` here"
            raise BadInput(msg, where=source.place(here), expected=f"it in {extension.place}", hint=_HINT)
        if not extension.takes(value):
            msg = f"`{key}` is {shown(value)}"
            raise BadInput(msg, where=source.place(here), expected=extension.expected, hint=_HINT)
        if key == "x-atlas-essential":
            _check_names(content, holder, source, here)


def _extensions(node: Any, pointer: Pointer, *, named: bool = False) -> Iterator[tuple[Pointer, str, Any]]:
    """Each extension of ours, or what looks like one: the pointer of its holder, its key, the holder."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _extensions(item, f"{pointer}/{index}")
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if not named and _is_meant(key):
            yield pointer, key, node
        elif named or not (key in _VALUES or key.startswith("x-")):
            inner = not named and key in _NAMED
            yield from _extensions(value, pointer + pointer_of([key]), named=inner)


def _is_meant(key: str) -> bool:
    lower = key.lower()
    near = lower.startswith("x") and difflib.get_close_matches(lower, KNOWN, n=1, cutoff=_NEAR)
    return lower.startswith(PREFIX) or bool(near)


def _unknown(source: Document, here: Pointer, key: str) -> BadInput:
    if key in WRITTEN:
        msg = f"`{key}` is written by the generation, not by hand"
        return BadInput(msg, where=source.place(here), hint="take it out")
    hint = nearest(key, KNOWN) or "another extension needs another prefix than x-atlas-"
    return BadInput(f"unknown extension {key!r}", where=source.place(here), expected=one_of(KNOWN), hint=hint)


def _kind_of(parts: list[str]) -> str:
    """The kind of object that stands at a place, as far as extensions tell kinds apart."""
    if len(parts) == 3 and parts[0] == "paths" and parts[2] in METHODS:  # noqa: PLR2004  paths, path, method
        return "an operation"
    if len(parts) > 1 and parts[-2] == "responses":
        return "a response"
    return "a schema" if {"schema", "schemas"} & set(parts) else ""


def _check_names(content: Mapping[str, Any], schema: dict[str, Any], source: Document, here: Pointer) -> None:
    members = _members(content, schema, ())
    for index, name in enumerate(schema["x-atlas-essential"]):
        if name not in members:
            msg = f"there is no property {name!r} to be essential"
            place, expected = source.place(f"{here}/{index}"), one_of(members)
            raise BadInput(msg, where=place, expected=expected, hint=nearest(name, members))


def _members(content: Mapping[str, Any], schema: Any, above: tuple[int, ...]) -> list[str]:
    """The names of all properties that an object may have by its own schema, its parts and its variants."""
    schema = followed(content, schema)
    if not isinstance(schema, Mapping) or id(schema) in above:
        return []
    inner = [part for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, ())]
    found = [name for part in inner for name in _members(content, part, (*above, id(schema)))]
    return list(dict.fromkeys([*found, *schema.get("properties", ())]))
