"""Which members a body may name: a caller sends what is declared and writable, a reply carries what is readable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from atlas_contract.changes.nodes import Node, Pieces, names, pieces, under, variants
from atlas_contract.contract import Contract, pointers
from atlas_contract.model import Json, Violation

READ_ONLY, WRITE_ONLY = "readOnly", "writeOnly"


@dataclass(frozen=True, slots=True)
class Face:
    """What a schema says of names, its variants included: the members, its items, whether others are welcome.

    `flags` has, by flag and member, the pointer of the flag. `clause` is where members are declared.
    """

    members: Mapping[str, Node]
    items: Node
    flags: Mapping[str, Mapping[str, str]]
    is_open: bool
    clause: str


def not_for_requests(contract: Contract, node: Node, body: Json) -> Iterator[Violation]:
    """Every member of a request body that the contract does not declare, or that only the server writes."""
    return _odd(contract, node, body, "", READ_ONLY)


def not_for_replies(contract: Contract, node: Node, body: Json) -> Iterator[Violation]:
    """Every member of a reply body that only callers write; members that nobody declares are welcome."""
    return _odd(contract, node, body, "", WRITE_ONLY)


def writable(contract: Contract, node: Node, body: Json) -> Json:
    """A body without the members that only the server writes."""
    if not isinstance(body, (list, dict)):
        return body
    own = face(contract, node)
    if isinstance(body, list):
        return [writable(contract, own.items, each) for each in body] if own.items else body
    return {
        name: writable(contract, own.members[name], value) if name in own.members else value
        for name, value in body.items()
        if name not in own.flags[READ_ONLY]
    }


@lru_cache(maxsize=1024)
def face(contract: Contract, node: Node) -> Face:
    """What the schemas of a node say of names."""
    found = _all_pieces(contract, node)
    members = {name: under(found, "properties", name) for name in names(found, "properties")}
    flags = {flag: dict(_flagged(contract, members, flag)) for flag in (READ_ONLY, WRITE_ONLY)}
    speaks_of_others = any(
        {"additionalProperties", "patternProperties"} & schema.keys() for _, schema in found
    )
    is_open = speaks_of_others or all("properties" not in schema for _, schema in found)
    return Face(members, under(found, "items"), flags, is_open, pointers.join(found[0][0], "properties"))


def _odd(contract: Contract, node: Node, value: Json, place: str, flag: str) -> Iterator[Violation]:
    if not isinstance(value, (list, dict)):
        return
    own = face(contract, node)
    if isinstance(value, list):
        for index, each in enumerate(value if own.items else ()):
            yield from _odd(contract, own.items, each, f"{place}/{index}", flag)
        return
    for name, inner in value.items():
        here = pointers.join(place, name)
        if name in own.members:
            if name in own.flags[flag]:
                yield Violation(own.flags[flag][name], here, f"{name} is {flag}")
            yield from _odd(contract, own.members[name], inner, here, flag)
        elif flag == READ_ONLY and not own.is_open:
            yield Violation(own.clause, here, f"there is no member {name}")


def _all_pieces(contract: Contract, node: Node) -> Pieces:
    """The pieces of a node, and those of all its variants."""
    known = dict(pieces(contract.document, node))
    waiting = list(variants(tuple(known.items())))
    while waiting:
        more = pieces(contract.document, (waiting.pop(0),))
        waiting += [each for each in variants(more) if each not in known]
        known.update(more)
    return tuple(known.items())


def _flagged(contract: Contract, members: Mapping[str, Node], flag: str) -> Iterator[tuple[str, str]]:
    for name, node in members.items():
        for pointer, schema in pieces(contract.document, node):
            if schema.get(flag) is True:
                yield name, pointers.join(pointer, flag)
