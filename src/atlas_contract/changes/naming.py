"""Which members a body may name: a caller sends what is declared and writable, a reply carries what is readable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.changes.nodes import Node, Pieces, names, pieces, under, variants
from atlas_contract.contract import pointers
from atlas_contract.model import Json, Violation


def not_for_requests(document: Mapping[str, Any], pointer: str, body: Json) -> Iterator[Violation]:
    """Every member of a request body that the contract does not declare, or that only the server writes."""
    return _odd(document, (pointer,), body, "", "readOnly")


def not_for_replies(document: Mapping[str, Any], pointer: str, body: Json) -> Iterator[Violation]:
    """Every member of a reply body that only callers write; members that nobody declares are welcome."""
    return _odd(document, (pointer,), body, "", "writeOnly")


def writable(document: Mapping[str, Any], node: Node, body: Json) -> Json:
    """A body without the members that only the server writes."""
    if isinstance(body, list):
        item = under(_all_pieces(document, node), "items")
        return [writable(document, item, each) for each in body] if item else body
    if not isinstance(body, Mapping):
        return body
    found = _all_pieces(document, node)
    declared = {name: under(found, "properties", name) for name in names(found, "properties")}
    return {
        name: writable(document, declared[name], value) if name in declared else value
        for name, value in body.items()
        if name not in declared or _flagged(document, declared[name], "readOnly") is None
    }


def declared(document: Mapping[str, Any], node: Node) -> dict[str, Node]:
    """The members that an object may name, those of its variants included."""
    found = _all_pieces(document, node)
    return {name: under(found, "properties", name) for name in names(found, "properties")}


def _odd(document: Mapping[str, Any], node: Node, value: Json, place: str, flag: str) -> Iterator[Violation]:
    found = _all_pieces(document, node)
    if isinstance(value, list) and (item := under(found, "items")):
        for index, each in enumerate(value):
            yield from _odd(document, item, each, f"{place}/{index}", flag)
    if not isinstance(value, Mapping):
        return
    known = names(found, "properties")
    for name, inner in value.items():
        here = pointers.join(place, name)
        if name in known:
            member = under(found, "properties", name)
            at = _flagged(document, member, flag)
            if at is not None:
                yield Violation(pointers.join(at, flag), here, f"{name} is {flag}")
            yield from _odd(document, member, inner, here, flag)
        elif flag == "readOnly" and not _is_open(found):
            clause = pointers.join(found[0][0], "properties")
            yield Violation(clause, here, f"there is no member {name}")


def _all_pieces(document: Mapping[str, Any], node: Node) -> Pieces:
    """The pieces of a node, and those of all its variants."""
    found = pieces(document, node)
    waiting, known = list(variants(found)), dict(found)
    while waiting:
        more = pieces(document, (waiting.pop(0),))
        waiting += [each for each in variants(more) if each not in known]
        known.update(more)
    return tuple(known.items())


def _is_open(found: Pieces) -> bool:
    """Whether an object says itself which other members it takes, or speaks of none at all."""
    speaks = any("properties" in schema for _, schema in found)
    return not speaks or any(
        {"additionalProperties", "patternProperties"} & schema.keys() for _, schema in found
    )


def _flagged(document: Mapping[str, Any], node: Node, flag: str) -> str | None:
    return next((pointer for pointer, schema in pieces(document, node) if schema.get(flag) is True), None)
