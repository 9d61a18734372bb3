"""Two schemas held against each other, keyword by keyword, at one place of a value; what lies deeper is only named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.changes import allowed
from atlas_contract.changes.allowed import Documents, clause_of
from atlas_contract.changes.alternatives import Alternatives, alternatives
from atlas_contract.changes.nodes import Node, Pieces, is_note, names, pieces, targets, under
from atlas_contract.changes.parts import one_sided
from atlas_contract.changes.suspect import Direction, Edit
from atlas_contract.changes.wording import moved, subject
from atlas_contract.contract import pointers

_OWN_RULE = frozenset(
    {"type", "enum", "const", "required", "properties", "items", "oneOf", "anyOf", "discriminator"}
)
_FLAGS = ("readOnly", "writeOnly")


@dataclass(frozen=True, slots=True)
class Two:
    """The pieces of both sides at one place, the documents that they stand in, and how their unions match."""

    documents: Documents
    old: Pieces
    new: Pieces
    unions: Alternatives


@dataclass(frozen=True, slots=True)
class Difference:
    """An edit of one keyword; `names` are the members that it is about, or the pointer of the variant."""

    keyword: str
    edit: Edit
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step from a schema to a part of it: a member of that name, an item, or a variant for the same value.

    `flags` are those that both sides set on a member: readOnly, writeOnly.
    """

    kind: str
    name: str
    old: Node
    new: Node
    flags: frozenset[str] = frozenset()


def two(documents: Documents, old: Node, new: Node) -> Two:
    """Two nodes made ready to be compared."""
    known, stated = pieces(documents[0], old), pieces(documents[1], new)
    unions = alternatives(documents, known, stated)
    known, stated = (
        tuple(each for each in side if each[0] not in unions.absorbed) for side in (known, stated)
    )
    return Two(documents, known, stated, unions)


def differences(both: Two) -> Iterator[Difference]:
    """Every keyword that differs at this place."""
    sides = both.old, both.new
    yield from (Difference("type", edit) for edit in allowed.types(sides))
    yield from (Difference("enum", edit) for edit in allowed.listed(sides))
    yield from _required(both)
    yield from _members(both)
    yield from _variants(both)
    yield from _flags(both)
    for keyword in _added(both):
        yield from (Difference(keyword, edit) for edit in allowed.added(both.documents, sides, keyword))


def steps(both: Two) -> Iterator[Step]:
    """Every part that both sides have."""
    for name in names(both.old, "properties"):
        old, new = (under(found, "properties", name) for found in (both.old, both.new))
        if new:
            flags = _flags_of(both.documents[0], old) & _flags_of(both.documents[1], new)
            yield Step("member", name, old, new, flags)
    old, new = under(both.old, "items"), under(both.new, "items")
    if old and new:
        yield Step("item", "", old, new)
    for key, one, other in both.unions.common:
        yield Step("variant", key, (one,), (other,))


def _added(both: Two) -> Iterator[str]:
    """The keywords without a rule of their own; a default is a note, but not to those who rely on it."""
    for keyword in dict.fromkeys(
        key for found in (both.old, both.new) for _, schema in found for key in schema
    ):
        if keyword == "default" or not (keyword in _OWN_RULE or is_note(keyword)):
            yield keyword
    if bool(under(both.old, "items")) != bool(under(both.new, "items")):
        yield "items"


def _required(both: Two) -> Iterator[Difference]:
    """One edit a clause: a name may be asked for by any of several pieces."""
    old, new = _requirements(both.old), _requirements(both.new)
    clauses: dict[str, tuple[list[str], list[str]]] = {}
    for name, clause in {**old, **new}.items():
        if (name in old) != (name in new):
            clauses.setdefault(clause, ([], []))[name in new].append(name)
    for clause, (gone, more) in clauses.items():
        whose = subject(clause.rpartition("/")[0])
        told = [f"`{name}` of {whose} is no longer required" for name in gone]
        told += [f"`{name}` of {whose} is required now" for name in more]
        direction = one_sided(gone, more).reversed
        edit = Edit(clause, "; ".join(told), direction, frozenset({clause}), gone or None, more or None)
        yield Difference("required", edit, (*gone, *more))


def _requirements(found: Pieces) -> dict[str, str]:
    """The clause that asks for each name."""
    return {
        name: pointers.join(pointer, "required")
        for pointer, schema in reversed(found)
        for name in schema.get("required", ())
    }


def _members(both: Two) -> Iterator[Difference]:
    """Members that only one side declares: for replies a rule more; callers may send no others, so a right more."""
    old, new = (names(found, "properties") for found in (both.old, both.new))
    for name in {**old, **new}:
        if (name in old) == (name in new):
            continue
        is_new = name in new
        document, found = (both.documents[1], both.new) if is_new else (both.documents[0], both.old)
        here = under(found, "properties", name)
        holders = frozenset(pointers.join(pointer, "properties") for pointer, _ in (*both.old, *both.new))
        rules = (targets(document, pointers.get(document, pointer)) for pointer in here)
        whose = subject(here[0].rpartition("/properties/")[0])
        what = f"`{name}` of {whose} is {'new' if is_new else 'gone'}"
        direction = Direction.NARROWER if is_new else Direction.WIDER
        edit = Edit(here[0], what, direction, holders, within=frozenset(here).union(*rules))
        yield Difference("properties", edit, (name,))


def _variants(both: Two) -> Iterator[Difference]:
    found = both.unions
    holders = [clause.rpartition("/")[0] for clause in found.clauses]
    within = found.absorbed.union(found.clauses, (pointers.join(each, "discriminator") for each in holders))
    for side, direction, told in (
        (found.gone, Direction.NARROWER, "is no longer"),
        (found.new, Direction.WIDER, "is now"),
    ):
        for key, pointer in side:
            name = subject(key) if key.startswith("#") else f"variant {pointer.rpartition('/')[2]}"
            what = f"{name} {told} a variant of {subject(pointer.rpartition('/')[0])}"
            yield Difference("oneOf", Edit(pointer, what, direction, within=within), (pointer,))
    if found.rewritten:
        clause = found.clauses[-1]
        what = f"the variants of {subject(clause.rpartition('/')[0])} are others"
        yield Difference("oneOf", Edit(clause, what, Direction.UNCLEAR, within=within))
    old, new = found.discriminators
    if old != new:
        clause = pointers.join(holders[-1], "discriminator")
        what = moved("discriminator", holders[-1], old or None, new or None)
        edit = Edit(clause, what, Direction.UNCLEAR, old=old, new=new, within=within)
        yield Difference("discriminator", edit)


def _flags_of(document: Mapping[str, Any], node: Node) -> frozenset[str]:
    return frozenset(
        flag for flag in _FLAGS for _, schema in pieces(document, node) if schema.get(flag) is True
    )


def _flags(both: Two) -> Iterator[Difference]:
    """Who may send a member, which is no matter of its value."""
    for flag in _FLAGS:
        old, new = (
            {pointers.join(pointer, flag): True for pointer, schema in found if schema.get(flag) is True}
            for found in (both.old, both.new)
        )
        if bool(old) != bool(new):
            clause = clause_of(old, new)
            before, after = bool(old) or None, bool(new) or None
            what = moved(flag, clause.rpartition("/")[0], before, after)
            direction = Direction.NARROWER if new else Direction.WIDER
            yield Difference(flag, Edit(clause, what, direction, frozenset({*old, *new}), before, after))
