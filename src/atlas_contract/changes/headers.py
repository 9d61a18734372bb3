"""Where the headers of a reply differ: those that are gone or new, those that are always there, what each may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TypeAlias

from atlas_contract.changes import schemas
from atlas_contract.changes.change import Side
from atlas_contract.changes.exchanges import ABSENT, header_text, reply, text_of
from atlas_contract.changes.parts import other_keys
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.walk import Seen
from atlas_contract.contract import Contract, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import HeaderRule, Json, Operation, ReplyRule

Rules: TypeAlias = tuple[ReplyRule, ReplyRule]
"""What the old and the new contract say of one status."""
_ODD = ("x", "-1", "?")


def suspects(pair: Pair, rules: Rules, seen: Seen) -> Iterator[Suspect]:
    """Every difference of the headers that come with one status; names are compared without regard to case."""
    old, new = ({header.name.lower(): header for header in rule.headers} for rule in rules)
    for name in {**old, **new}:
        if name in old and name in new:
            yield from _compared(pair, rules, old[name], new[name], seen)
        elif name in new:
            yield _one_sided(pair, rules, pair.new, new[name])
        else:
            yield _one_sided(pair, rules, pair.old, old[name])


def _one_sided(pair: Pair, rules: Rules, owner: Contract, header: HeaderRule) -> Suspect:
    is_new = owner is pair.new
    clause = pointers.join(rules[is_new].pointer, "headers", header.name)
    what = f"the reply header {header.name} is {'new' if is_new else 'gone'}"
    within = frozenset({clause, pointers.follow(owner.document, clause)[0], header.pointer})
    edit = Edit(clause, what, Direction.NARROWER if is_new else Direction.WIDER, within=within)
    return Suspect(
        edit, Side.REPLY, (pair.operation,), partial(_with_and_without, pair, rules, owner, header)
    )


def _with_and_without(pair: Pair, rules: Rules, owner: Contract, header: HeaderRule) -> Iterator[Json]:
    texts: list[Json] = [ABSENT, *_ODD]
    with suppress(BadInput):
        texts.insert(1, header_text(owner, header))
    for (contract, operation), rule in zip(pair.sides, rules, strict=True):
        with suppress(BadInput):
            yield from (reply(contract, operation, rule, {header.name: text}) for text in texts)


def _compared(pair: Pair, rules: Rules, old: HeaderRule, new: HeaderRule, seen: Seen) -> Iterator[Suspect]:
    at = _place(pair.old, rules[0], old), _place(pair.new, rules[1], new)
    if old.required != new.required:
        what = f"the reply header {new.name} is {'always there now' if new.required else 'no longer always there'}"
        clauses = [pointers.join(place, "required") for place in at]
        direction = Direction.NARROWER if new.required else Direction.WIDER
        edit = Edit(clauses[1], what, direction, frozenset(clauses), old.required, new.required)
        yield Suspect(
            edit, Side.REPLY, (pair.operation,), partial(_with_and_without, pair, rules, pair.new, new)
        )
    yield from other_keys(pair, Side.REPLY, at, ("required", "schema"))
    carrying = partial(_carrying, {pair.old: rules[0], pair.new: rules[1]}, new.name)
    nodes = (pointers.join(at[0], "schema"),), (pointers.join(at[1], "schema"),)
    yield from schemas.suspects(
        schemas.Site(pair, Side.REPLY, f"/headers/{new.name}", *nodes, carrying), seen
    )


def _place(contract: Contract, rule: ReplyRule, header: HeaderRule) -> str:
    place: str = pointers.follow(contract.document, pointers.join(rule.pointer, "headers", header.name))[0]
    return place


def _carrying(
    rules: dict[Contract, ReplyRule], name: str, contract: Contract, operation: Operation, value: Json
) -> Json | None:
    """A reply with the value as the header; None where no header can have it."""
    if isinstance(value, (list, dict)) or value is None:
        return None
    text = text_of(value)
    fits = text.isascii() and text.isprintable() and text == text.strip()
    return reply(contract, operation, rules[contract], {name: text}) if fits else None
