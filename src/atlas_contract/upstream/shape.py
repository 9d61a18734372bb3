"""What a schema comes to: references followed, `allOf` merged, the kinds of a union told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atlas_contract.spec.documents import Pointer, pointer_of
from atlas_contract.spec.validity import as_reference
from atlas_contract.upstream.dialect import NULL, WORDING, checked, facts, listed, stricter, text_of
from atlas_contract.upstream.side import Part, Side

Node: TypeAlias = tuple[Part, ...]
"""Schemas that hold together for one value, as those of an `allOf` do; the first is the one that it is about."""
_UNIONS = ("oneOf", "anyOf")
_BY_VALUE = {
    "str": "string",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "list": "array",
    "dict": "object",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What a keyword says, and the pointer of that keyword."""

    value: Any
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema without `$ref` and `allOf`. `pointer` is where it stands, `identity` tells what it consists of.

    `options` are the kinds of a union, by the value of the member `tells`, or by number where there is no such member.
    """

    pointer: Pointer
    identity: tuple[Pointer, ...]
    facts: Mapping[str, Fact]
    properties: Mapping[str, Node] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Node = ()
    additional: Node = ()
    options: Mapping[str, Node] = field(default_factory=dict)
    tells: str = ""


def shape_of(side: Side, node: Node) -> Shape:
    """What the schemas of a node come to together. Raises BadInput where one of them is no schema."""
    leaves, passed, nullable = _leaves(side, node)
    tells, options = _options(side, leaves, passed)
    properties: dict[str, Node] = {}
    required: set[str] = set()
    items: Node = ()
    additional: Node = ()
    for leaf in leaves:
        for name in leaf.value.get("properties", {}):
            properties[name] = (*properties.get(name, ()), leaf.at("properties").at(name))
        required.update(leaf.value.get("required", ()))
        items += (leaf.at("items"),) if "items" in leaf.value else ()
        if leaf.value.get("additionalProperties") not in (None, True, {}):
            additional += (leaf.at("additionalProperties"),)
    said = _said(side, leaves, nullable=nullable)
    pointer = side.followed(node[0]).pointer
    identity = tuple(leaf.pointer for leaf in leaves) or (pointer,)
    return Shape(pointer, identity, said, properties, frozenset(required), items, additional, options, tells)


def summary(side: Side, node: Node) -> str:
    """A schema in a few words: its types, format and values, and those of its items."""
    shape = shape_of(side, node)
    words = " or ".join(sorted(shape.facts["type"].value)) if "type" in shape.facts else "any value"
    if shape.options:
        words += " of the kinds " + ", ".join(sorted(shape.options))
    if "format" in shape.facts:
        words += f" ({shape.facts['format'].value})"
    if "enum" in shape.facts:
        words += f" {listed(shape.facts['enum'].value) or 'of no value'}"
    if shape.items and "type" in (inside := shape_of(side, shape.items)).facts:
        words += " of " + " or ".join(sorted(inside.facts["type"].value))
    return words


def _leaves(side: Side, node: Node) -> tuple[list[Part], set[Pointer], bool]:
    """The schemas that a value of a node has to keep to, none twice; all that led to them; whether `null` will do, too.

    What a schema refers to comes before what it says itself.
    """
    leaves: list[Part] = []
    seen: set[Pointer] = set()
    nullable = False
    waiting = [(part, False) for part in reversed(node)]
    while waiting:
        part, opened = waiting.pop()
        if opened:
            leaves.append(part)
        elif part.pointer not in seen:
            seen.add(part.pointer)
            value = checked(side, part)
            inner, null = _inner(side, part, value)
            nullable |= null
            own = _own(value, bare=side.old and "$ref" in value)
            if own or not inner:
                waiting.append((Part(own, part.pointer), True))
            waiting += ((each, False) for each in reversed(inner))
    return leaves, seen, nullable


def _inner(side: Side, part: Part, value: Mapping[str, Any]) -> tuple[list[Part], bool]:
    """What else a value has to keep to by `$ref`, `allOf` and unions of one, and whether `null` will do as well."""
    inner = [side.followed(part)] if "$ref" in value else []
    inner += [part.at("allOf").at(index) for index in range(len(value.get("allOf", ())))]
    null = side.old and value.get("nullable") is True and "allOf" in value
    for union in (union for union in _UNIONS if union in value):
        rest = _listed(side, part, union)
        null |= len(rest) < len(value[union])
        inner += rest if len(rest) == 1 else []
    return inner, null


def _listed(side: Side, part: Part, union: str) -> list[Part]:
    """The kinds that a union lists, `null` left out."""
    options = (side.followed(part.at(union).at(index)) for index in range(len(part.value[union])))
    return [option for option in options if option.value != {"type": NULL}]


def _own(value: Mapping[str, Any], *, bare: bool) -> dict[str, Any]:
    """What a schema says itself, words left out; nothing where only its reference counts."""
    if bare:
        return {}
    single = {union for union in _UNIONS if len(value.get(union, ())) == 1}
    passing = {"allOf", "$ref", *single, *WORDING}
    return {key: each for key, each in value.items() if key not in passing}


def _said(side: Side, leaves: list[Part], *, nullable: bool) -> dict[str, Fact]:
    said: dict[str, Fact] = {}
    for leaf in leaves:
        for key, (value, keyword) in facts(leaf.value, old=side.old).items():
            before = said.get(key)
            strictest = value if before is None else stricter(key, before.value, value)
            where = (
                before.pointer
                if before and strictest == before.value
                else leaf.pointer + pointer_of([keyword])
            )
            said[key] = Fact(strictest, where)
    types = said["type"].value if "type" in said else _guessed(leaves, said)
    if types:
        where = said["type"].pointer if "type" in said else f"{leaves[0].pointer}/type"
        said["type"] = Fact(types | ({NULL} if nullable else set()), where)
    if "enum" in said and NULL in said["enum"].value:  # a value among others, or a type
        rest = said["enum"].value - {text_of(None)}
        said["enum"] = Fact(rest, said["enum"].pointer)
    return said


def _guessed(leaves: list[Part], said: Mapping[str, Fact]) -> frozenset[str]:
    """The types of a schema that names none, by what else it says."""
    if any("properties" in leaf.value for leaf in leaves):
        return frozenset({"object"})
    if any("items" in leaf.value for leaf in leaves):
        return frozenset({"array"})
    if "enum" in said:
        values = [
            value for leaf in leaves for value in (*leaf.value.get("enum", ()), leaf.value.get("const"))
        ]
        return frozenset(_BY_VALUE[type(value).__name__] for value in values if value is not None)
    return frozenset()


def _options(side: Side, leaves: list[Part], passed: set[Pointer]) -> tuple[str, dict[str, Node]]:
    """The member that tells the kinds of a union apart, and for each kind all that its values have to keep to.

    A union is settled, and none any more, where one of its kinds led to it.
    """
    for leaf in leaves:
        tells, kinds = _kinds(side, leaf)
        if kinds and not any(kind.pointer in passed for kind in kinds.values()):
            bare = tuple(_without_union(each) for each in leaves)
            return tells, {
                key: (kind, *bare, *_narrowed(tells, key, leaf.pointer)) for key, kind in kinds.items()
            }
    return "", {}


def _kinds(side: Side, leaf: Part) -> tuple[str, dict[str, Part]]:
    union = next((union for union in _UNIONS if leaf.value.get(union)), "")
    listed = _listed(side, leaf, union) if union else []
    listed = listed if len(listed) > 1 else []
    discriminator = leaf.value.get("discriminator", {})
    tells = discriminator.get("propertyName")
    mapping = discriminator.get("mapping")
    if not isinstance(tells, str) or not (mapping is None or isinstance(mapping, dict)):
        return "", {str(number): kind for number, kind in enumerate(listed, 1)}
    targets = {
        name: side.followed(Part({"$ref": as_reference(target)}, leaf.pointer))
        for name, target in (mapping or {}).items()
    }
    known = {target.pointer for target in targets.values()}
    targets |= {kind.pointer.rpartition("/")[2]: kind for kind in listed if kind.pointer not in known}
    return tells, targets


def _narrowed(tells: str, key: str, pointer: Pointer) -> Node:
    """The member that tells the kinds apart has one value only in each of them."""
    return (
        (Part({"properties": {tells: {"enum": [key]}}}, f"{pointer}/discriminator/{key}"),) if tells else ()
    )


def _without_union(leaf: Part) -> Part:
    own = {key: each for key, each in leaf.value.items() if key not in (*_UNIONS, "discriminator")}
    return Part(own, leaf.pointer)
