"""Where the replies of an operation differ: statuses, media types and bodies. Headers have a module of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TypeAlias

from atlas_contract.changes import headers, schemas
from atlas_contract.changes.change import Side
from atlas_contract.changes.contents import content_places, judged_keys, matched, media_types, of_media_types
from atlas_contract.changes.exchanges import ABSENT, is_negotiated, reply, reply_body, request
from atlas_contract.changes.headers import Rules
from atlas_contract.changes.parts import other_keys
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.walk import Seen
from atlas_contract.contract import Contract, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import Content, Json, Operation, ReplyRule

Alike: TypeAlias = set[tuple[str, str]]
"""Where replies stand that were compared before and do not differ: many operations share the same ones."""
_OPTIONAL = "x-atlas-body-optional"


def suspects(pair: Pair, seen: Seen, alike: Alike) -> Iterator[Suspect]:
    """Every difference of the replies."""
    old, new = pair.old_operation.replies, pair.new_operation.replies
    for status in sorted({**old, **new}):
        if status in old and status in new:
            at = old[status].pointer, new[status].pointer
            found = () if at in alike else tuple(_compared(pair, (old[status], new[status]), seen))
            if not found:
                alike.add(at)
            yield from found
        elif status in new:
            yield _one_sided(pair, pair.new, pair.new_operation, new[status], Direction.WIDER)
        else:
            yield _one_sided(pair, pair.old, pair.old_operation, old[status], Direction.NARROWER)
    places = tuple(pointers.join(operation.pointer, "responses") for _, operation in pair.sides)
    judged = {str(status) for status in (*old, *new)}
    yield from other_keys(pair, Side.REPLY, (places[0], places[1]), judged, names=True)


def _one_sided(
    pair: Pair, owner: Contract, operation: Operation, rule: ReplyRule, direction: Direction
) -> Suspect:
    def trials() -> Iterator[Json]:
        with suppress(BadInput):
            yield reply(owner, operation, rule)

    what = f"status {rule.status} is {'new' if direction is Direction.WIDER else 'gone'}"
    marks = frozenset(pointers.join(each.pointer, "responses") for _, each in pair.sides)
    clause = pointers.join(operation.pointer, "responses", rule.status)
    return Suspect(Edit(clause, what, direction, marks), Side.REPLY, (pair.operation,), trials)


def _compared(pair: Pair, rules: Rules, seen: Seen) -> Iterator[Suspect]:
    old, new = rules
    yield from _media_types(pair, rules)
    yield from _optional(pair, rules)
    yield from headers.suspects(pair, rules, seen)
    at = old.pointer, new.pointer
    yield from other_keys(pair, Side.REPLY, at, ("content", "headers", _OPTIONAL))
    for one, other in matched(old.contents, new.contents):
        yield from other_keys(pair, Side.REPLY, content_places(at, one, other), judged_keys(one, other))
        if one.pointer and other.pointer:
            carrying = partial(_carrying, {pair.old: (old, one), pair.new: (new, other)})
            site = schemas.Site(pair, Side.REPLY, "/body", (one.pointer,), (other.pointer,), carrying)
            yield from schemas.suspects(site, seen)


def _carrying(
    rules: dict[Contract, tuple[ReplyRule, Content]], contract: Contract, operation: Operation, value: Json
) -> Json:
    rule, content = rules[contract]
    return reply(contract, operation, rule, body=value, content=content)


def _media_types(pair: Pair, rules: Rules) -> Iterator[Suspect]:
    before, after = (media_types(rule.contents) for rule in rules)
    clause = pointers.join(rules[1].pointer, "content")
    for edit in of_media_types(clause, before, after, f"status {rules[1].status}: "):
        if is_negotiated(rules[1].status) and before and after:
            trials = partial(_asking, pair, [*before, *after])
            yield Suspect(edit, Side.REQUEST, (pair.operation,), trials)
        else:
            yield Suspect(edit, Side.REPLY, (pair.operation,), partial(_in_each_type, pair, rules))


def _asking(pair: Pair, types: list[str]) -> Iterator[Json]:
    """A success comes in the media type that the caller asks for, so its types are a matter of requests."""
    for contract, operation in pair.sides:
        with suppress(BadInput):
            plain = request(contract, operation)
            yield from ({**plain, "headers": {**plain["headers"], "Accept": each}} for each in types)


def _in_each_type(pair: Pair, rules: Rules) -> Iterator[Json]:
    for (contract, operation), rule in zip(pair.sides, rules, strict=True):
        with suppress(BadInput):
            yield reply(contract, operation, rule, body=ABSENT)
            for content in rule.contents:
                body = reply_body(contract, content)
                yield reply(contract, operation, rule, body=body, content=content)


def _optional(pair: Pair, rules: Rules) -> Iterator[Suspect]:
    before, after = (rule.body_optional for rule in rules)
    if before != after:
        marks = frozenset(pointers.join(rule.pointer, "content") for rule in rules)
        clause = pointers.join(rules[1].pointer, _OPTIONAL)
        what = f"status {rules[1].status} {'may come' if after else 'no longer comes'} without its body"
        edit = Edit(clause, what, Direction.WIDER if after else Direction.NARROWER, marks, before, after)
        yield Suspect(edit, Side.REPLY, (pair.operation,), partial(_in_each_type, pair, rules))
