"""One thing that the two documents tell differently, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from atlas_contract.spec.documents import Pointer

FACTS = ("operation", "place", "clause", "kind", "ours", "upstream")
"""The names by which `spec/upstream.yaml` speaks of differences."""


class Kind(StrEnum):
    """Which side has something to say that the other has not."""

    NEW = "new upstream"
    """Atlas says it, or says it otherwise than we do."""
    OURS = "ours only"
    """We say it, and Atlas says nothing."""


WORDS = {"kind": tuple(each.value for each in Kind)}
"""The values that one of the facts can have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two documents tell differently, at one place of one operation.

    `place` are the steps from the operation to it, `what` the noun for it, such as `property`. `clause` is the JSON
    pointer in the fragment, or where it would stand there. `ours` and `upstream` are what each side says, "" for
    nothing.
    """

    operation: str
    place: str
    clause: str
    what: str
    ours: str = ""
    upstream: str = ""

    @property
    def kind(self) -> Kind:
        """Which of the two kinds it is."""
        return Kind.NEW if self.upstream else Kind.OURS

    @property
    def facts(self) -> Mapping[str, str]:
        """What a declaration can speak of."""
        return {name: str(getattr(self, name)) for name in FACTS}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comparison has got to: the operation, the steps from it, and whether only Atlas writes what is there."""

    operation: str
    steps: tuple[str, ...] = ()
    read_only: bool = False

    def step(self, name: str) -> Spot:
        """One step on."""
        return replace(self, steps=(*self.steps, name))

    def within(self, sign: str) -> Spot:
        """Into the items of a list (`[]`) or the values of a mapping (`{}`)."""
        return replace(self, steps=(*self.steps[:-1], self.steps[-1] + sign))

    def differs(self, pointer: Pointer, what: str, ours: str = "", upstream: str = "") -> Difference:
        """What is told differently here; `pointer` leads to it in the fragment."""
        return Difference(self.operation, " > ".join(self.steps), f"#{pointer}", what, ours, upstream)
