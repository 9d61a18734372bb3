"""Two schemas held against each other, whatever their components are called and however they are put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from atlas_contract.spec.documents import Pointer, pointer_of
from atlas_contract.upstream.dialect import listed, told
from atlas_contract.upstream.difference import Difference, Spot
from atlas_contract.upstream.shape import Fact, Node, Shape, shape_of, summary
from atlas_contract.upstream.side import Side

_READ_ONLY, _ENUM, _TYPE = "readOnly", "enum", "type"


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides, and which schemas of one were already held against which of the other."""

    ours: Side
    theirs: Side
    compared: set[tuple[Any, ...]] = field(default_factory=set)


def compare(pair: Pair, ours: Node, theirs: Node, spot: Spot) -> Iterator[Difference]:
    """Everything that two schemas tell differently; each two schemas of an operation are compared once.

    What only one side has is not looked into, so the size of the fragment bounds the work.
    """
    one, other = shape_of(pair.ours, ours), shape_of(pair.theirs, theirs)
    key = (one.identity, other.identity, spot.read_only)
    if key in pair.compared:
        return
    pair.compared.add(key)
    if one.options and other.options:
        yield from _kinds(pair, one, other, spot)
        return
    if one.options or other.options:
        where = one.pointer + pointer_of(["oneOf"])
        yield spot.step("kinds").differs(where, "kinds", ", ".join(one.options), ", ".join(other.options))
    yield from _facts(one, other, spot)
    spot = replace(spot, read_only=spot.read_only or any(_READ_ONLY in each.facts for each in (one, other)))
    yield from _properties(pair, one, other, spot)
    yield from _inside(pair, (one.items, other.items), one.pointer + "/items", "[]", spot)
    yield from _inside(
        pair, (one.additional, other.additional), one.pointer + "/additionalProperties", "{}", spot
    )


def _facts(ours: Shape, theirs: Shape, spot: Spot) -> Iterator[Difference]:
    """Keywords that bound single values. Below what only Atlas writes, `readOnly` says nothing new."""
    for key in sorted(ours.facts.keys() | theirs.facts.keys()):
        one, other = ours.facts.get(key), theirs.facts.get(key)
        if (key == _READ_ONLY and spot.read_only) or (one and other and _alike(one.value, other.value)):
            continue
        where = one.pointer if one else ours.pointer + pointer_of([key])
        here = spot.step(key)
        if key == _ENUM and one and other:
            for text in sorted(one.value ^ other.value):
                value = listed([text])
                mine = text in one.value
                yield here.differs(where, "value", value if mine else "", "" if mine else value)
        else:
            yield here.differs(where, key, _words(key, one), _words(key, other))


def _properties(pair: Pair, ours: Shape, theirs: Shape, spot: Spot) -> Iterator[Difference]:
    for name in sorted(ours.properties.keys() | theirs.properties.keys()):
        here = spot.step(name)
        one, other = ours.properties.get(name), theirs.properties.get(name)
        if one and other:
            yield from _required(ours, theirs, name, here)
            yield from compare(pair, one, other, here)
        elif one:
            yield here.differs(one[0].pointer, "property", summary(pair.ours, one))
        elif other:
            where = ours.pointer + pointer_of(["properties", name])
            yield here.differs(where, "property", upstream=summary(pair.theirs, other))


def _required(ours: Shape, theirs: Shape, name: str, spot: Spot) -> Iterator[Difference]:
    if (name in ours.required) != (name in theirs.required):
        mine, yours = ("true" if name in each.required else "" for each in (ours, theirs))
        yield spot.step("required").differs(ours.pointer + pointer_of(["required"]), "required", mine, yours)


def _inside(
    pair: Pair, nodes: tuple[Node, Node], pointer: Pointer, sign: str, spot: Spot
) -> Iterator[Difference]:
    """What stands in a list, or under the free keys of an object."""
    ours, theirs = nodes
    here = spot.within(sign)
    if ours and theirs:
        yield from compare(pair, ours, theirs, here)
    elif ours or theirs:
        what = "items" if sign == "[]" else "additional properties"
        mine = summary(pair.ours, ours) if ours else ""
        yield here.differs(pointer, what, mine, summary(pair.theirs, theirs) if theirs else "")


def _kinds(pair: Pair, ours: Shape, theirs: Shape, spot: Spot) -> Iterator[Difference]:
    where = ours.pointer + pointer_of(["discriminator"])
    if ours.tells != theirs.tells:
        yield spot.step("discriminator").differs(where, "discriminator", ours.tells, theirs.tells)
    options = theirs.options if ours.tells and theirs.tells else _paired(pair, ours, theirs, spot)
    for name in sorted(ours.options.keys() | options.keys()):
        here = spot.step(f"when {ours.tells or 'kind'} is {name}")
        one, other = ours.options.get(name), options.get(name)
        if one and other:
            yield from compare(pair, one, other, here)
        else:
            yield here.differs(where, "kind", name if one else "", name if other else "")


def _paired(pair: Pair, ours: Shape, theirs: Shape, spot: Spot) -> Mapping[str, Node]:
    """Their kinds under our names, where nothing tells kinds apart: to each of ours the one that differs least."""
    rest = list(theirs.options.values())
    paired: dict[str, Node] = {}
    for name, node in ours.options.items():
        if rest:
            differing = [
                sum(1 for _ in compare(Pair(pair.ours, pair.theirs), node, other, spot)) for other in rest
            ]
            paired[name] = rest.pop(differing.index(min(differing)))
    return paired | {f"further {number}": node for number, node in enumerate(rest, 1)}


def _alike(one: Any, other: Any) -> bool:
    """`1` and `1.0` are alike, `1` and `true` are not."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _words(key: str, fact: Fact | None) -> str:
    if fact is None:
        return ""
    if key == _ENUM:
        return listed(fact.value) or "no value"
    return " or ".join(sorted(fact.value)) or "no type" if key == _TYPE else told(fact.value)
