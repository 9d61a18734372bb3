"""Which clauses of the contract the reply of a moment shows: those of headers and values that are really there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from atlas_contract.checks import Moment
from atlas_contract.contract import Contract, pointers
from atlas_contract.model import Gap, ReplyRule
from atlas_contract.runner.coverage import KEYWORDS, clauses_below

Clauses: TypeAlias = frozenset[str]
Shown: TypeAlias = frozenset[Clauses]
"""The clauses in groups, each of which is the same object whenever it comes, so that many replies are counted fast."""
MOST_SHAPES = (
    256  # kinds of objects of a schema, and of header lists, whose clauses are known without looking again
)


@dataclass(slots=True, eq=False)
class _Node:
    """What a schema says of any value, of members by their name, of items, and of variants by a tag."""

    clauses: Clauses
    members: Mapping[str, tuple[str, ...]]
    items: tuple[str, ...]
    tags: tuple[tuple[str, Mapping[str, str]], ...]
    shapes: dict[tuple[str, ...], _Shape] = field(default_factory=dict)
    """By the names of its members: the objects that came so far."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is said of what is in a value."""
        return not (self.members or self.items or self.tags)


@dataclass(slots=True, eq=False)
class _Shape:
    """What a schema says of an object with certain members: of it and its plain members, and where to look further."""

    clauses: Clauses
    further: tuple[tuple[str, _Node], ...]


class Showing:
    """Tells of each moment which clauses its reply shows. Not safe for threads.

    Args:
        absent: whether whatever a body could have is shown by it, and not only what it has.
    """

    def __init__(self, contract: Contract, *, absent: bool = False) -> None:
        self._contract = contract
        self._absent = absent
        self._nodes: dict[str, _Node] = {}
        self._headers: dict[tuple[str, tuple[str, ...]], Clauses] = {}

    def of(self, moment: Moment) -> Shown:
        """The clauses of the headers and values that the reply has, as far as they are known."""
        found: set[Clauses] = set()
        if moment.rule is not None and Gap.REPLY_HEADERS not in moment.exchange.gaps:
            found.add(self._of_headers(moment.rule, moment))
        if moment.parsed is not None and (content := moment.content) and content.pointer is not None:
            if self._absent:
                found.add(_below(self._contract, content.pointer))
            else:
                self._walk(self._node(content.pointer), moment.value, found)
        return frozenset(found)

    def _of_headers(self, rule: ReplyRule, moment: Moment) -> Clauses:
        key = rule.pointer, moment.header_names
        found = self._headers.get(key)
        if found is None:
            _make_room(self._headers)
            found = self._headers[key] = frozenset(_header_clauses(rule, moment.headers))
        return found

    def _walk(self, node: _Node, value: Any, found: set[Clauses]) -> None:
        if isinstance(value, dict):
            shape = node.shapes.get(tuple(value)) or self._shape(node, value)
            found.add(shape.clauses)
            for name, inner in shape.further:
                self._walk(inner, value[name], found)
            for name, variants in node.tags:
                tag = value.get(name)
                if isinstance(tag, str) and tag in variants:
                    self._walk(self._node(variants[tag]), value, found)
            return
        found.add(node.clauses)
        if isinstance(value, list) and value:
            for pointer in node.items:
                inner = self._node(pointer)
                for each in value:
                    self._walk(inner, each, found)

    def _shape(self, node: _Node, value: Mapping[str, Any]) -> _Shape:
        _make_room(node.shapes)
        found = node.shapes[tuple(value)] = self._shaped(node, value)
        return found

    def _shaped(self, node: _Node, names: Mapping[str, Any]) -> _Shape:
        inner = [(name, self._node(each)) for name in names for each in node.members.get(name, ())]
        plain = (each.clauses for _, each in inner if each.is_plain)
        further = tuple((name, each) for name, each in inner if not each.is_plain)
        return _Shape(node.clauses.union(*plain), further)

    def _node(self, pointer: str) -> _Node:
        found = self._nodes.get(pointer)
        if found is None:
            found = self._nodes[pointer] = self._read(pointer)
        return found

    def _read(self, pointer: str) -> _Node:
        """A schema with all that is part of it; of a union with tags only one variant is, chosen by the value."""
        clauses: list[str] = []
        members: dict[str, tuple[str, ...]] = {}
        items: list[str] = []
        tags: list[tuple[str, Mapping[str, str]]] = []
        for at, schema in self._parts(pointer):
            clauses += (pointers.join(at, keyword) for keyword in schema if keyword in KEYWORDS)
            for name in schema.get("properties", ()):
                members[name] = (*members.get(name, ()), pointers.join(at, "properties", name))
            if "items" in schema:
                items.append(pointers.join(at, "items"))
            if mapping := _mapping(schema):
                tags.append((schema["discriminator"]["propertyName"], mapping))
        return _Node(frozenset(clauses), members, tuple(items), tuple(tags))

    def _parts(self, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        at, schema = pointers.follow(self._contract.document, pointer)
        yield at, schema
        unions = ("allOf", "anyOf") if _mapping(schema) else ("allOf", "anyOf", "oneOf")
        for union in unions:
            for number in range(len(schema.get(union, ()))):
                yield from self._parts(pointers.join(at, union, number))


@lru_cache(maxsize=1024)
def _below(contract: Contract, pointer: str) -> Clauses:
    return frozenset(clauses_below(contract, pointer))


def _mapping(schema: Mapping[str, Any]) -> Mapping[str, str]:
    """Tag to pointer, where a union has such tags."""
    found = schema.get("discriminator", {}).get("mapping", {}) if "oneOf" in schema else {}
    return {
        tag: name if name.startswith("#") else pointers.join("#/components/schemas", name)
        for tag, name in found.items()
    }


def _header_clauses(rule: ReplyRule, headers: Mapping[str, str]) -> Iterator[str]:
    for header in rule.headers:
        if header.name.lower() in headers:
            yield header.pointer
        if header.required:
            yield pointers.join(header.pointer.removesuffix("/schema"), "required")


def _make_room(known: dict[Any, Any]) -> None:
    if len(known) >= MOST_SHAPES:
        known.clear()
