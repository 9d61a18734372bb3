"""Cuts some operations out of a document, with all that they refer to, however the references run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atlas_contract.spec.documents import Document, Pointer, parts_of, pointer_of
from atlas_contract.spec.validity import check_reference, references, resolve
from atlas_contract.upstream.side import Part, Side

_KEPT = ("openapi", "info", "servers", "security")
_COMPONENT = 3  # parts of a pointer such as /components/schemas/Link
_SHARED = ("parameters", "summary", "description", "servers")  # by all operations of a path


def cut(source: Document, operations: Iterable[Pointer]) -> Document:
    """A document with these operations and all they refer to, directly or not; each part stands where it stood.

    `operations` are pointers such as `/paths/~1kites/get`. The names of their security schemes count as references.
    Raises BadInput, naming file, line and pointer, for a reference that leads nowhere, out of the document
    or in a circle that never reaches a value.
    """
    kept: dict[str, Any] = {key: source.content[key] for key in _KEPT if key in source.content}
    kept |= {"paths": {}, "components": {}}
    waiting = [unit for pointer in operations for unit in _around(source.content, pointer)]
    waiting += [
        pointer_of(["components", "securitySchemes", name])
        for name in source.content.get("components", {}).get("securitySchemes", ())
    ]
    taken: set[Pointer] = set()
    while waiting:
        unit = waiting.pop()
        if unit not in taken:
            taken.add(unit)
            value = resolve(source.content, f"#{unit}")
            _put(kept, parts_of(unit), value)
            waiting += _referred(source, value, unit)
    return Document(source.name, kept, source.lines)


def _around(content: dict[str, Any], operation: Pointer) -> list[Pointer]:
    """The operation itself, and what its path says for all operations."""
    path = operation.rpartition("/")[0]
    item = resolve(content, f"#{path}")
    return [operation, *(path + pointer_of([key]) for key in _SHARED if key in item)]


def _referred(source: Document, value: Any, unit: Pointer) -> Iterable[Pointer]:
    for place, reference in references(value, unit):
        check_reference(source.content, reference, place, source)
        Side(source).followed(Part(resolve(source.content, reference), reference[1:]))
        parts = parts_of(reference[1:])
        yield pointer_of(parts[:_COMPONENT] if parts[0] == "components" else parts[:2])


def _put(kept: dict[str, Any], parts: list[str], value: Any) -> None:
    holder = kept
    for part in parts[:-1]:
        holder = holder.setdefault(part, {})
    holder[parts[-1]] = value
