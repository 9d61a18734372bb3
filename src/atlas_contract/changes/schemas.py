"""Where the schemas of bodies, arguments and headers differ, and whole exchanges that may show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from atlas_contract.changes import bodies
from atlas_contract.changes.boundaries import Around, values
from atlas_contract.changes.change import Side
from atlas_contract.changes.differences import Difference, Step
from atlas_contract.changes.exchanges import request
from atlas_contract.changes.naming import READ_ONLY, WRITE_ONLY, writable
from atlas_contract.changes.nodes import Node, pieces, under, variants
from atlas_contract.changes.suspect import Direction, Pair, Suspect
from atlas_contract.changes.walk import Seen, walk
from atlas_contract.contract import Contract, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import Json, Operation

_OPEN = "the client of this project keeps values that it does not know"
_BARRIERS: Mapping[Side, str] = {Side.REQUEST: READ_ONLY, Side.REPLY: WRITE_ONLY}
"""The flag of members that one side of an exchange never carries."""
_NO_MATTER: Mapping[Side, tuple[str, ...]] = {
    Side.REQUEST: (WRITE_ONLY,),
    Side.REPLY: (READ_ONLY, "default"),  # a default says what it means that a caller leaves something out
}
_KEPT = (
    "const", "contains", "enum", "example", "exclusiveMaximum", "exclusiveMinimum", "maxContains", "maxItems",
    "maxLength", "maximum", "minContains", "minItems", "minLength", "minimum", "multipleOf", "pattern",
)  # fmt: skip
"""Keywords whose values help to make others."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where in an exchange two schemas are held against values: `place` is `/body`, or `/query/name` and the like.

    `whole` makes an exchange that carries a value there; None where it can't be carried, like a list as a header.
    """

    pair: Pair
    side: Side
    place: str
    old: Node
    new: Node
    whole: Callable[[Contract, Operation, Json], Json | None]


def suspects(site: Site, seen: Seen) -> Iterator[Suspect]:
    """Every difference of the two schemas at a site."""
    documents = site.pair.old.document, site.pair.new.document
    for difference, path in walk(documents, site.old, site.new, seen, _BARRIERS[site.side]):
        if difference.keyword in _NO_MATTER[site.side]:
            continue
        edit = replace(difference.edit, direction=_direction(site, difference))
        trials = partial(_trials, site, difference, path)
        note = _OPEN if _opens(site, difference) else ""
        yield Suspect(edit, site.side, (site.pair.operation,), trials, note, _place(site, path))


def _direction(site: Site, difference: Difference) -> Direction:
    """A member that is declared allows callers more, and servers less."""
    names_members = difference.keyword == "properties" and site.side is Side.REQUEST
    return difference.edit.direction.reversed if names_members else difference.edit.direction


def _place(site: Site, path: tuple[Step, ...]) -> str:
    """Where in the exchange the steps lead to: a member by its name, of a list the first item."""
    tokens = (step.name if step.kind == "member" else 0 for step in path if step.kind != "variant")
    return pointers.join(site.place, *tokens)


def _opens(site: Site, difference: Difference) -> bool:
    both = isinstance(difference.edit.old, list) and isinstance(difference.edit.new, list)
    more = both and any(value not in difference.edit.old for value in difference.edit.new)
    return site.side is Side.REPLY and difference.keyword == "enum" and more


def _trials(site: Site, difference: Difference, path: tuple[Step, ...]) -> Iterator[Json]:
    if difference.keyword == "default":
        return _left_out(site, difference, path)
    return _sent(site, difference, path)


def _left_out(site: Site, difference: Difference, path: tuple[Step, ...]) -> Iterator[Json]:
    """Plain requests that leave a member out and say what they mean by that."""
    place = pointers.join(site.place, *(step.name for step in path if step.kind == "member"))
    for contract, operation in site.pair.sides:
        with suppress(BadInput):
            for meant in (difference.edit.old, difference.edit.new):
                if meant is not None:
                    yield {**request(contract, operation), "means": {place: meant}}


def _sent(site: Site, difference: Difference, path: tuple[Step, ...]) -> Iterator[Json]:
    sides = tuple(enumerate(site.pair.sides))
    stated, plain = _stated(site, path), tuple(_plain(site, difference, path))
    known = []
    for full in (False, True):
        for index, (contract, operation) in reversed(sides):
            with suppress(BadInput):
                base = _base(site, contract, index, path, full=full)
                if base not in known:
                    known.append(base)
                    for value in values(Around(difference, bodies.at(base, path), plain, stated)):
                        whole = site.whole(contract, operation, bodies.put(base, path, value))
                        if whole is not None:
                            yield whole


def _base(site: Site, contract: Contract, index: int, path: tuple[Step, ...], *, full: bool) -> Json:
    root = site.new if index == bodies.NEW else site.old
    base = bodies.made(contract, root, full=full)
    if site.side is Side.REQUEST:
        base = writable(contract, root, base)
    return bodies.grown(contract, base, path, index)


def _plain(site: Site, difference: Difference, path: tuple[Step, ...]) -> Iterator[Json]:
    """Plain values of either side for the place, or for the member or variant that one side has."""
    for index, (contract, _) in enumerate(site.pair.sides):
        nodes = [_node(site, path, index)]
        if difference.keyword == "properties":
            nodes = [under(pieces(contract.document, nodes[0]), "properties", difference.names[0])]
        if difference.keyword == "oneOf":
            listed = difference.names or variants(pieces(contract.document, nodes[0]))
            nodes = [(pointer,) for pointer in listed]
        for node in nodes:
            for full in (False, True):
                with suppress(BadInput, KeyError, IndexError):
                    yield bodies.made(contract, node, full=full)


def _node(site: Site, path: tuple[Step, ...], index: int) -> Node:
    if path:
        return path[-1].new if index == bodies.NEW else path[-1].old
    return site.new if index == bodies.NEW else site.old


def _stated(site: Site, path: tuple[Step, ...]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for index, (contract, _) in enumerate(site.pair.sides):
        for _, schema in pieces(contract.document, _node(site, path, index)):
            for keyword in _KEPT:
                if keyword in schema:
                    found.setdefault(keyword, []).append(schema[keyword])
            found.setdefault("example", []).extend(schema.get("examples", ()))
    return found
