"""JSON values for the replay: every shape that a schema allows once, and small mistakes in each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from atlas_contract.contract import pointers
from atlas_contract.contract.plain import plain_value
from atlas_contract.errors import BadInput
from atlas_contract.model import Json

DEEPEST = 6
"""Schemas within schemas; those that contain themselves end here."""
STRANGE_TEXT = "something new"
_Path = tuple[str | int, ...]
_ABSENT = object()


def samples(document: Mapping[str, Any], pointer: str, depth: int = 0) -> list[Json]:
    """Values of a schema that together show each variant, each enumerated value and each property.

    The first is the fullest; nothing comes of a schema with a pattern for which no value can be guessed.
    """
    pointer, schema = pointers.follow(document, pointer)
    if depth > DEEPEST:
        return []
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            inner = (pointers.join(pointer, key, n) for n in range(len(schema[key])))
            return distinct(value for each in inner for value in samples(document, each, depth + 1))
    members = _properties(document, pointer)
    if members:
        return _objects({name: samples(document, at, depth + 1) for name, at in members.items()})
    if "items" in schema:
        return [[value] for value in samples(document, pointers.join(pointer, "items"), depth + 1)]
    return _scalars(document, pointer, schema)


def distinct(values: Iterable[Json]) -> list[Json]:
    """The values without those that are written like an earlier one."""
    return list({json.dumps(value, sort_keys=True): value for value in values}.values())


def mistakes(value: Json) -> Iterator[tuple[str, Json]]:
    """The value with one thing wrong, and what that is: for each part of it another type, null, absence, news."""
    yield "another type", [value]
    yield "an unknown member", {**value, "somethingNew": {"a": [1]}} if isinstance(value, dict) else 7
    for path in _paths(value):
        for replacement in _replacements(_at(value, path)):
            yield _said(path, replacement), _replaced(value, path, replacement)


def shuffled(value: Json, chance: Random, rounds: int) -> Iterator[Json]:
    """The value with several things changed at once, as chance has it."""
    for _ in range(rounds):
        changed = value
        for _ in range(chance.randint(2, 4)):
            paths = list(_paths(changed))
            if paths:
                path = chance.choice(paths)
                changed = _replaced(changed, path, chance.choice(_replacements(_at(changed, path))))
        yield changed


# --- Values of a schema -----------------------------------------------------------------------------------------------


def _properties(document: Mapping[str, Any], pointer: str) -> dict[str, str]:
    """The pointer of each property, those of the parts of `allOf` included."""
    pointer, schema = pointers.follow(document, pointer)
    found: dict[str, str] = {}
    for n in range(len(schema.get("allOf", ()))):
        found |= _properties(document, pointers.join(pointer, "allOf", n))
    return found | {name: pointers.join(pointer, "properties", name) for name in schema.get("properties", ())}


def _objects(members: Mapping[str, list[Json]]) -> list[Json]:
    """An object with everything, one for each further value of a member, and the empty one."""
    full = {name: values[0] for name, values in members.items() if values}
    others = ({**full, name: value} for name, values in members.items() for value in values[1:])
    return [full, *others, {}]


def _scalars(document: Mapping[str, Any], pointer: str, schema: Mapping[str, Any]) -> list[Json]:
    if "enum" in schema:
        return list(schema["enum"])
    try:
        usual = plain_value(document, pointer)
    except BadInput:
        return []
    kinds = schema.get("type", ())
    nulls = [None] if isinstance(kinds, list) and "null" in kinds else []
    edges = [schema[key] for key in ("minimum", "maximum") if key in schema]
    return distinct([usual, *edges, *nulls, *schema.get("examples", ())])


# --- Mistakes in a value ----------------------------------------------------------------------------------------------


def _paths(value: Json, above: _Path = ()) -> Iterator[_Path]:
    """The way to each member of each object; of a list only the first item is looked into."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*above, name)
            yield from _paths(inner, (*above, name))
    elif isinstance(value, list) and value:
        yield (*above, 0)
        yield from _paths(value[0], (*above, 0))


def _replacements(value: Json) -> Sequence[Any]:
    if isinstance(value, str):
        return (_ABSENT, None, STRANGE_TEXT, 7)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (_ABSENT, None, "7", -1, 1.5)
    return (_ABSENT, None, STRANGE_TEXT)


def _at(value: Json, path: _Path) -> Json:
    for step in path:
        value = value[step]
    return value


def _replaced(value: Json, path: _Path, new: Any) -> Json:
    step, *rest = path
    inner = new if not rest else _replaced(value[step], tuple(rest), new)
    if isinstance(value, dict):
        return {
            key: inner if key == step else old
            for key, old in value.items()
            if key != step or inner is not _ABSENT
        }
    return [inner if n == step else old for n, old in enumerate(value) if n != step or inner is not _ABSENT]


def _said(path: _Path, new: Any) -> str:
    name = ".".join(map(str, path))
    return f"no {name}" if new is _ABSENT else f"{name} {json.dumps(new)}"
