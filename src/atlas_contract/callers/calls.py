"""The calls of the replay: for each operation the fewest arguments, all of them, and each of them otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from atlas_contract.callers.samples import distinct, mistakes, samples
from atlas_contract.contract import Contract
from atlas_contract.model import Json, Operation, Parameter

_ODD = ("", "..", "a/b c?d", "ä", 0, -1, 2**31, True, None)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an operation: its arguments by their names in the contract, and the JSON of the body.

    `body` is in a tuple, empty for a call without one.
    """

    operation: str
    about: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    body: tuple[Json, ...] = ()


def seeded(old: Contract, new: Contract) -> Iterator[Call]:
    """The calls that a caller of the old contract can make of the operations that both contracts have."""
    for operation in old.operations.values():
        if operation.id in new.operations:
            yield from _calls(old, new, operation)


def _calls(old: Contract, new: Contract, operation: Operation) -> Iterator[Call]:
    values = {each.name: _values(old, new, operation, each) for each in operation.parameters}
    bodies = _bodies(old, operation)
    full = {name: each[0] for name, each in values.items() if each}
    required = {
        each.name: full[each.name] for each in operation.parameters if each.required and each.name in full
    }
    body = tuple(bodies[:1])
    yield Call(operation.id, "the fewest arguments", required, body if operation.body_required else ())
    yield Call(operation.id, "every argument", full, body)
    for name, each in values.items():
        for value in distinct([*each, *_ODD]):
            yield Call(operation.id, f"{name}={value!r}", {**full, name: value}, body)
    for number, value in enumerate(bodies, 1):
        yield Call(operation.id, f"body {number}", required, (value,))
    for first in bodies[:1]:
        for about, value in mistakes(first):
            yield Call(operation.id, f"a body with {about}", required, (value,))


def _values(old: Contract, new: Contract, operation: Operation, parameter: Parameter) -> list[Json]:
    """What an argument may be, by the old contract and then by the new one."""
    found = samples(old.document, parameter.pointer)
    for other in new.operations[operation.id].parameters:
        if (other.name, other.place) == (parameter.name, parameter.place):
            found += samples(new.document, other.pointer)
    return distinct(found)


def _bodies(contract: Contract, operation: Operation) -> list[Json]:
    """Bodies by the old contract only: what the new one adds, its callers could not name."""
    pointers = (content.pointer for content in operation.body if content.pointer)
    return distinct(value for each in pointers for value in samples(contract.document, each))
