"""The replies of the replay: for each operation every documented status with good, odd and wrong bodies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from random import Random

from atlas_contract.callers.samples import distinct, mistakes, samples, shuffled
from atlas_contract.contract import Contract
from atlas_contract.model import Content, Json, Operation, Reply
from atlas_contract.recordings import Recorded

ROUNDS = 10
"""Bodies with several things changed at once, for each media type of a success."""
_PLAIN = "application/json"
_ODD_TYPES = (_PLAIN, "text/html", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to an operation, and what is special about it."""

    operation: str
    about: str
    reply: Reply


def seeded(old: Contract, new: Contract, seed: int = 0) -> Iterator[Answer]:
    """Replies to the operations that both contracts have, from the schemas of both; the same for the same seed.

    Mistakes are made in bodies of the old contract only, for a member that it does not know may be anything to it; and
    in each body once, whichever operations and statuses have it.
    """
    tried: set[str] = set()
    for operation in old.operations.values():
        if operation.id in new.operations:
            yield from _answers(_Side(old, operation), _Side(new, new.operations[operation.id]), seed, tried)


def recorded(contract: Contract, exchanges: Iterable[Recorded]) -> Iterator[Answer]:
    """The recorded replies, each for the operation of its request; those of requests the contract does not know not."""
    for each in exchanges:
        found = contract.match(each.request.method, each.request.target.partition("?")[0])
        if found:
            yield Answer(found[0].id, f"recorded in {each.place}", each.reply)


@dataclass(frozen=True, slots=True)
class _Side:
    contract: Contract
    operation: Operation

    def contents(self, status: int) -> tuple[Content, ...]:
        rule = self.operation.replies.get(status)
        return rule.contents if rule else ()

    def samples(self, content: Content) -> list[Json]:
        return samples(self.contract.document, content.pointer) if content.pointer else []


def _answers(old: _Side, new: _Side, seed: int, tried: set[str]) -> Iterator[Answer]:
    name = old.operation.id
    statuses = {*old.operation.replies, *new.operation.replies}
    for status in sorted(statuses):
        known, added = _bodies(old, status), _bodies(new, status)
        for media_type in dict.fromkeys((*known, *added)):
            values = distinct([*known.get(media_type, ()), *added.get(media_type, ())])
            said = chain(_said(values), _mistaken(known.get(media_type, []), f"{seed}{name}", tried))
            for about, value in said:
                yield Answer(name, f"status {status}, {about}", _reply(status, media_type, _json(value)))
        yield from _odd(name, status, known or added)
    undocumented = next(status for status in range(HTTPStatus.BAD_REQUEST, 1000) if status not in statuses)
    yield Answer(name, f"status {undocumented}, undocumented", _reply(undocumented, "", b""))


def _bodies(side: _Side, status: int) -> dict[str, list[Json]]:
    """The sample bodies of a status by media type."""
    return {content.media_type: side.samples(content) for content in side.contents(status)}


def _said(values: list[Json]) -> Iterator[tuple[str, Json]]:
    return ((f"sample {number}", value) for number, value in enumerate(values, 1))


def _mistaken(values: list[Json], seed: str, tried: set[str]) -> Iterator[tuple[str, Json]]:
    """Mistakes in the first sample of each shape, one by one and several at once; but not in one that was tried."""
    chance = Random(seed)  # noqa: S311 - nothing is secret
    for value in values:
        shape = _shape(value)
        if shape not in tried:
            tried.add(shape)
            yield from mistakes(value)
            yield from (("several mistakes", each) for each in shuffled(value, chance, ROUNDS))


def _shape(value: Json) -> str:
    """The names in a value, without what stands under them."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{_shape(inner)}" for name, inner in sorted(value.items())) + "}"
    return f"[{_shape(value[0])}]" if isinstance(value, list) and value else ""


def _odd(name: str, status: int, bodies: dict[str, list[Json]]) -> Iterator[Answer]:
    """No body, no JSON, and a good body under other media types."""
    first = next(iter(bodies), _PLAIN)
    yield Answer(name, f"status {status}, an empty body", _reply(status, first, b""))
    yield Answer(name, f"status {status}, no JSON", _reply(status, first, b"{"))
    good: Json = next((values[0] for values in bodies.values() if values), {})
    for media_type in _ODD_TYPES:
        about = f"status {status}, of the type {media_type or 'of none'}"
        yield Answer(name, about, _reply(status, media_type, _json(good)))


def _reply(status: int, media_type: str, body: bytes) -> Reply:
    return Reply(status, (("Content-Type", media_type),) if media_type else (), body)


def _json(value: Json) -> bytes:
    return json.dumps(value).encode()
