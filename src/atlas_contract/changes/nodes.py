"""Schemas as conjunctions: a schema with all that it takes over by `$ref` and `allOf`, each piece where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from atlas_contract.contract import pointers

Node: TypeAlias = tuple[str, ...]
"""The pointers of schemas that hold for one value together."""
Pieces: TypeAlias = tuple[tuple[str, Mapping[str, Any]], ...]
_LINKS = ("$ref", "allOf")

NOTES = frozenset(
    {
        "$anchor", "$comment", "$defs", "$id", "$schema", "default", "deprecated", "description", "example", "examples",
        "externalDocs", "readOnly", "summary", "tags", "title", "writeOnly", "xml",
    }
)  # fmt: skip
"""Keywords that say something about values and refuse none of them. Extensions (`x-…`) don't either."""


def is_note(keyword: str) -> bool:
    """Whether a keyword of a schema refuses no value."""
    return keyword in NOTES or keyword.startswith("x-")


def pieces(document: Mapping[str, Any], node: Node) -> Pieces:
    """Every schema that a value of the node is held to, without its `$ref` and `allOf`; its own before taken ones."""
    found: dict[str, Mapping[str, Any]] = {}
    for pointer in node:
        _gather(document, pointer, found)
    return tuple(found.items())


def _gather(document: Mapping[str, Any], pointer: str, found: dict[str, Mapping[str, Any]]) -> None:
    if pointer in found:
        return
    raw = pointers.get(document, pointer)
    schema = as_object(raw)
    found[pointer] = {key: value for key, value in schema.items() if key not in _LINKS}
    if "$ref" in schema:
        _gather(document, schema["$ref"], found)
    for index in range(len(schema.get("allOf", ()))):
        _gather(document, pointers.join(pointer, "allOf", index), found)


def as_object(schema: Any) -> Mapping[str, Any]:
    """A schema as an object; `true` and `false` are written as the objects that mean the same."""
    if isinstance(schema, Mapping):
        return schema
    return {} if schema else {"not": {}}


def under(found: Pieces, keyword: str, name: str | None = None) -> Node:
    """The schemas that stand under a keyword of any piece, or under one name there, as a node."""
    holders = ((pointer, schema[keyword]) for pointer, schema in found if keyword in schema)
    if name is None:
        return tuple(pointers.join(pointer, keyword) for pointer, _ in holders)
    return tuple(pointers.join(pointer, keyword, name) for pointer, held in holders if name in held)


def names(found: Pieces, keyword: str) -> dict[str, None]:
    """Every name under a keyword that maps names to schemas, in order."""
    return {name: None for _, schema in found for name in schema.get(keyword, ())}


def variants(found: Pieces) -> Iterator[str]:
    """The pointer of every schema under `oneOf` or `anyOf`."""
    for pointer, schema in found:
        for keyword in ("oneOf", "anyOf"):
            for index in range(len(schema.get(keyword, ()))):
                yield pointers.join(pointer, keyword, index)


def expanded(document: Mapping[str, Any], schema: Any, above: tuple[str, ...] = ()) -> Any:
    """What a schema, or the value of a keyword, comes to: references followed, notes left out.

    A schema that contains itself is named where it comes round again.
    """
    if isinstance(schema, list):
        return [expanded(document, each, above) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {key: expanded(document, value, above) for key, value in schema.items() if not _left_out(key)}
    if not isinstance(schema.get("$ref"), str):
        return kept
    target = schema["$ref"]
    inner = (
        target if target in above else expanded(document, pointers.get(document, target), (*above, target))
    )
    return {**kept, "$ref": inner} if kept else inner


def targets(document: Mapping[str, Any], value: Any, found: dict[str, None] | None = None) -> dict[str, None]:
    """Every place that the references inside a value lead to, directly or by others: rules there are rules here."""
    found = {} if found is None else found
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inner:
        targets(document, each, found)
    reference = value.get("$ref") if isinstance(value, Mapping) else None
    if isinstance(reference, str) and reference not in found:
        found[reference] = None
        targets(document, pointers.get(document, reference), found)
    return found


def told_apart(value: Any) -> str:
    """A text for a JSON value, the same for values that are the same: 1 and 1.0 are, 1 and true are not."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    """A value with numbers that are whole written as such."""
    if isinstance(value, Mapping):
        return {key: _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _left_out(keyword: str) -> bool:
    return keyword == "$ref" or is_note(keyword)
