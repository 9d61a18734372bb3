"""Where request bodies differ: whether there is one, whether it must be sent, in which media types, and what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from atlas_contract.changes import schemas
from atlas_contract.changes.change import Side
from atlas_contract.changes.exchanges import ABSENT, request, sent_body
from atlas_contract.changes.parts import Places, one_sided, other_keys
from atlas_contract.changes.rules import body_rule
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.walk import Seen
from atlas_contract.changes.wording import gone_and_new
from atlas_contract.contract import Contract, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import Content, Json, Operation

EXAMPLES = ("example", "examples")


def suspects(pair: Pair, seen: Seen) -> Iterator[Suspect]:
    """Every difference of the request bodies."""
    old, new = pair.old_operation.body, pair.new_operation.body
    at = body_rule(pair.old, pair.old_operation), body_rule(pair.new, pair.new_operation)
    if bool(old) != bool(new):
        yield _one_sided(pair, at)
    elif new:
        yield from _required(pair, at)
        yield from _media_types(pair, at)
        yield from other_keys(pair, Side.REQUEST, at, ("required", "content"))
        for one, other in matched(old, new):
            yield from _compared(pair, at, one, other, seen)


def matched(old: tuple[Content, ...], new: tuple[Content, ...]) -> Iterator[tuple[Content, Content]]:
    """Contents of the same media type; what is left on both sides belongs together in order, as renamed."""
    by_type = {other.media_type: other for other in new}
    same = {one.media_type for one in old} & by_type.keys()
    yield from ((one, by_type[one.media_type]) for one in old if one.media_type in same)
    left, right = ([each for each in side if each.media_type not in same] for side in (old, new))
    yield from zip(left, right, strict=False)


def media_types(contents: tuple[Content, ...]) -> list[str]:
    """The media types, in order."""
    return [content.media_type for content in contents]


def of_media_types(clause: str, before: list[str], after: list[str], words: str = "") -> Iterator[Edit]:
    """An edit of the media types, if there is one; `words` say what comes in them."""
    gone, more = (
        [each for each in before if each not in after],
        [each for each in after if each not in before],
    )
    if gone or more:
        what = words + gone_and_new("the media type {}", gone, more)
        yield Edit(clause, what, one_sided(gone, more), frozenset({clause}), before, after)


def content_places(at: Places, old: Content, new: Content) -> Places:
    """Where two contents stand under the objects at two places."""
    return pointers.join(at[0], "content", old.media_type), pointers.join(at[1], "content", new.media_type)


def judged_keys(old: Content, new: Content) -> tuple[str, ...]:
    """The keys of a content that are looked at elsewhere: its schema only if both sides have one."""
    return ("schema", *EXAMPLES) if old.pointer and new.pointer else EXAMPLES


def _one_sided(pair: Pair, at: Places) -> Suspect:
    new = bool(pair.new_operation.body)
    must = pair.new_operation.body_required or pair.old_operation.body_required
    direction = Direction.UNCLEAR if must else Direction.WIDER if new else Direction.NARROWER
    what = f"a body is {'taken now' if new else 'no longer taken'}"
    own = {pointers.join(operation.pointer, "requestBody") for _, operation in pair.sides}
    required = {pointers.join(place, "required") for place in at}
    return _suspect(pair, Edit(at[1] if new else at[0], what, direction, frozenset({*own, *required})))


def _required(pair: Pair, at: Places) -> Iterator[Suspect]:
    before, after = pair.old_operation.body_required, pair.new_operation.body_required
    if before != after:
        what = f"the body is {'required now' if after else 'no longer required'}"
        clauses = [pointers.join(place, "required") for place in at]
        direction = Direction.NARROWER if after else Direction.WIDER
        yield _suspect(pair, Edit(clauses[1], what, direction, frozenset(clauses), before, after))


def _media_types(pair: Pair, at: Places) -> Iterator[Suspect]:
    before, after = (media_types(operation.body) for _, operation in pair.sides)
    for edit in of_media_types(pointers.join(at[1], "content"), before, after):
        yield _suspect(pair, edit)


def _suspect(pair: Pair, edit: Edit) -> Suspect:
    """Requests without a body, and with a plain one in each media type, tell."""

    def trials() -> Iterator[Json]:
        for contract, operation in pair.sides:
            with suppress(BadInput):
                yield request(contract, operation, body=ABSENT)
                for content in operation.body:
                    plain = sent_body(contract, content)
                    yield from (request(*each, body=plain, content=content) for each in pair.sides)

    return Suspect(edit, Side.REQUEST, (pair.operation,), trials)


def _compared(pair: Pair, at: Places, old: Content, new: Content, seen: Seen) -> Iterator[Suspect]:
    yield from other_keys(pair, Side.REQUEST, content_places(at, old, new), judged_keys(old, new))
    if old.pointer and new.pointer:
        carrying = partial(_carrying, {pair.old: old, pair.new: new})
        site = schemas.Site(pair, Side.REQUEST, "/body", (old.pointer,), (new.pointer,), carrying)
        yield from schemas.suspects(site, seen)


def _carrying(
    contents: dict[Contract, Content], contract: Contract, operation: Operation, value: Json
) -> Json:
    return request(contract, operation, body=value, content=contents[contract])
