"""One of the two documents that are held against each other, and what stands at its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.validity import check_reference, resolve
from atlas_contract.spec.wording import shown


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document and the JSON pointer at which it stands."""

    value: Any
    pointer: Pointer

    def at(self, key: str | int) -> Part:
        """A member that the part certainly has."""
        return Part(self.value[key], self.pointer + pointer_of([key]))


@dataclass(frozen=True, slots=True)
class Side:
    """A document that may be read part by part; what is of the wrong kind is refused with file, line and pointer."""

    source: Document

    @property
    def old(self) -> bool:
        """Whether it is OpenAPI 3.0: `nullable`, nothing beside `$ref`, exclusive bounds as flags."""
        return str(self.source.content.get("openapi")).startswith("3.0")

    def part(self, pointer: Pointer) -> Part:
        """What stands at a pointer that the document certainly has."""
        return Part(resolve(self.source.content, f"#{pointer}"), pointer)

    def followed(self, part: Part) -> Part:
        """The part itself, or what its `$ref` finally leads to; a circle of references leads nowhere."""
        seen = {part.pointer}
        while isinstance(part.value, dict) and "$ref" in part.value:
            reference = part.value["$ref"]
            check_reference(self.source.content, reference, part.pointer + "/$ref", self.source)
            if reference[1:] in seen:
                msg = f"the reference {reference} leads in a circle, and never to a value"
                raise BadInput(msg, where=self.source.place(part.pointer + "/$ref"))
            seen.add(reference[1:])
            part = self.part(reference[1:])
        return part

    def mapping(self, part: Part) -> dict[str, Any]:
        """The value of a part that has to be a mapping."""
        if not isinstance(part.value, dict):
            raise self.bad(part, expected="a mapping")
        return part.value

    def member(self, part: Part, key: str) -> Part | None:
        """A member of a mapping, followed; None where there is none."""
        return self.followed(part.at(key)) if key in self.mapping(part) else None

    def members(self, part: Part, key: str) -> Iterator[tuple[str, Part]]:
        """Names and followed values of the mapping that a part has as a member; nothing where it has none."""
        holder = self.member(part, key)
        if holder is not None:
            yield from ((name, self.followed(holder.at(name))) for name in self.mapping(holder))

    def items(self, part: Part, key: str) -> list[Part]:
        """The items of the list that a part has as a member, as they stand; nothing where it has none."""
        if key not in self.mapping(part):
            return []
        holder = part.at(key)
        if not isinstance(holder.value, list):
            raise self.bad(holder, expected="a list")
        return [holder.at(index) for index in range(len(holder.value))]

    def bad(self, part: Part, *, expected: str) -> BadInput:
        """The complaint that a part is of the wrong kind."""
        name = part.pointer.rpartition("/")[2] or "the document"
        msg = f"`{name}` is {shown(part.value)}"
        return BadInput(msg, where=self.source.place(part.pointer), expected=expected)
