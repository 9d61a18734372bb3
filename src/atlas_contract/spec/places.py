"""Walks over the effective contract with a pointer in hand: operations, parameters, replies, schemas, examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from atlas_contract.spec.documents import Pointer, pointer_of
from atlas_contract.spec.validity import METHODS

Placed: TypeAlias = Iterator[tuple[Pointer, Mapping[str, Any]]]
_ONE = ("items", "contains", "additionalProperties", "not", "propertyNames", "if", "then", "else")
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs")


def operations(content: Mapping[str, Any]) -> Placed:
    """Each operation."""
    for path, item in content["paths"].items():
        yield from (
            (pointer_of(["paths", path, method]), item[method]) for method in METHODS if method in item
        )


def components(content: Mapping[str, Any], kind: str) -> Placed:
    """Each component of a kind."""
    for name, value in content.get("components", {}).get(kind, {}).items():
        yield pointer_of(["components", kind, name]), value


def parameters(content: Mapping[str, Any]) -> Placed:
    """Each parameter where it is written out."""
    yield from components(content, "parameters")
    items = ((pointer_of(["paths", path]), item) for path, item in content["paths"].items())
    for at, holder in (*items, *operations(content)):
        for index, parameter in enumerate(holder.get("parameters", ())):
            if "$ref" not in parameter:
                yield f"{at}/parameters/{index}", parameter


def replies(content: Mapping[str, Any]) -> Placed:
    """Each reply where it is written out."""
    yield from components(content, "responses")
    for at, operation in operations(content):
        for status, reply in operation.get("responses", {}).items():
            if "$ref" not in reply:
                yield at + pointer_of(["responses", status]), reply


def headers(content: Mapping[str, Any]) -> Placed:
    """Each reply header where it is written out."""
    yield from components(content, "headers")
    for at, reply in replies(content):
        for name, header in reply.get("headers", {}).items():
            if "$ref" not in header:
                yield at + pointer_of(["headers", name]), header


def bodies(content: Mapping[str, Any]) -> Placed:
    """Each media type of each request body and reply where it is written out."""
    requests = [*components(content, "requestBodies")]
    for at, operation in operations(content):
        if "$ref" not in operation.get("requestBody", {"$ref": ""}):
            requests.append((f"{at}/requestBody", operation["requestBody"]))
    for at, holder in (*requests, *replies(content)):
        for media_type, media in holder.get("content", {}).items():
            yield at + pointer_of(["content", media_type]), media


def schemas(content: Mapping[str, Any]) -> Placed:
    """Each schema, however deep, where it is written out."""
    for at, schema in components(content, "schemas"):
        yield from _within(at, schema)
    for at, holder in (*parameters(content), *headers(content), *bodies(content)):
        if "schema" in holder:
            yield from _within(f"{at}/schema", holder["schema"])


def _within(at: Pointer, schema: Any) -> Placed:
    if not isinstance(schema, Mapping):
        return
    yield at, schema
    for key in _ONE:
        yield from _within(f"{at}/{key}", schema.get(key))
    for key in _MANY:
        for index, part in enumerate(schema.get(key, ())):
            yield from _within(f"{at}/{key}/{index}", part)
    for key in _NAMED:
        for name, part in schema.get(key, {}).items():
            yield from _within(at + pointer_of([key, name]), part)
