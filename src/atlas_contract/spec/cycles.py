"""Refuses schemas and references that come back to themselves without taking a step into the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.validity import references, resolve

_SAME_VALUE = ("allOf", "anyOf", "oneOf")


def check(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput for a `$ref` that leads back to itself, also by way of `allOf`, `anyOf` or `oneOf`.

    A tree whose items or members are trees is fine. All references have to lead somewhere.
    """
    sound: set[Pointer] = set()
    for pointer, _ in references(content, ""):
        if pointer.endswith("/$ref"):
            _follow(content, pointer.removesuffix("/$ref"), sound, source)


def _follow(content: Mapping[str, Any], start: Pointer, sound: set[Pointer], source: Document) -> None:
    """Goes wherever the same value is led to from a place; depth first, without recursion."""
    path: list[tuple[Pointer, Iterator[Pointer]]] = [(start, _onward(content, start))]
    above = {start}
    while path:
        pointer, onward = path[-1]
        reached = next((each for each in onward if each not in sound), None)
        if reached is None:
            sound.add(pointer)
            above.remove(pointer)
            path.pop()
        elif reached in above:
            msg = f"what stands here contains itself, by way of #{reached}"
            raise BadInput(msg, where=source.place(pointer), hint="break the circle of references")
        else:
            above.add(reached)
            path.append((reached, _onward(content, reached)))


def _onward(content: Mapping[str, Any], pointer: Pointer) -> Iterator[Pointer]:
    node = resolve(content, "#" + pointer)
    if not isinstance(node, Mapping):
        return
    if isinstance(node.get("$ref"), str):
        yield node["$ref"][1:]
    for keyword in _SAME_VALUE:
        if isinstance(node.get(keyword), list):
            yield from (pointer + pointer_of([keyword, index]) for index in range(len(node[keyword])))
