"""Walks over a document's schemas: what is reachable from where, and what an object consists of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from atlas_contract.spec.validity import METHODS, resolve

Schema = dict[str, Any]
SCHEMA_PREFIX = "#/components/schemas/"
_SINGLE = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


def operations_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of the document, in order."""
    for item in document["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def followed(document: Mapping[str, Any], node: Any) -> Any:
    """The node itself, or what its `$ref` finally leads to."""
    seen: set[str] = set()
    while isinstance(node, Mapping) and "$ref" in node and node["$ref"] not in seen:
        seen.add(node["$ref"])
        node = resolve(document, node["$ref"])
    return node


def replies_of(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Status and reply of every response of every operation, references followed."""
    for operation in operations_of(document):
        for status, reply in operation["responses"].items():
            yield status, followed(document, reply)


def bodies_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The request body of each operation that has one, references followed."""
    for operation in operations_of(document):
        if "requestBody" in operation:
            yield followed(document, operation["requestBody"])


def content_schemas(holders: Iterable[Mapping[str, Any]]) -> Iterator[Schema]:
    """The schemas of the media types of replies or bodies."""
    for holder in holders:
        for media in holder.get("content", {}).values():
            if "schema" in media:
                yield media["schema"]


def reachable(document: Mapping[str, Any], roots: Iterable[Schema]) -> list[Schema]:
    """Every schema reachable from the roots through keywords and references, each once."""
    found: dict[int, Schema] = {}
    waiting: list[Any] = list(roots)
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict) or id(schema) in found:
            continue
        found[id(schema)] = schema
        if "$ref" in schema:
            waiting.append(followed(document, schema))
        waiting.extend(_children(schema))
    return list(found.values())


def flatten(document: Mapping[str, Any], schema: Schema) -> Schema:
    """An object schema without `allOf`: the members of its parts first, its own last and strongest."""
    if "allOf" not in schema:
        return schema
    merged: Schema = {"type": "object", "properties": {}}
    required: dict[str, None] = {}
    for part in [*schema["allOf"], {key: value for key, value in schema.items() if key != "allOf"}]:
        flat = flatten(document, followed(document, part))
        for name, prop in flat.get("properties", {}).items():
            merged["properties"][name] = {**merged["properties"].get(name, {}), **prop}
        required.update(dict.fromkeys(flat.get("required", ())))
        merged.update({key: flat[key] for key in flat if key not in ("properties", "required")})
    if required:
        merged["required"] = list(required)
    return merged


def _children(schema: Schema) -> Iterator[Schema]:
    for key in _SINGLE:
        if isinstance(schema.get(key), dict):
            yield schema[key]
    for key in _LISTS:
        yield from schema.get(key, ())
    yield from schema.get("properties", {}).values()
