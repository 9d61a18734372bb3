"""One change of the contract as a value: what it is, how it is graded for the caller, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from atlas_contract.model import Accepted, Json


class Grade(StrEnum):
    """What a change means for the caller, the gravest first."""

    BREAKING = "breaking"
    """A request that was right is no longer, or a reply comes that could not come before."""
    COMPATIBLE = "compatible"
    """The other way round: more requests are right, or fewer replies can come."""
    EDITORIAL = "editorial"
    """Words only: the same requests and replies as before."""


class Side(StrEnum):
    """Which half of an exchange a change is about."""

    REQUEST = "request"
    REPLY = "reply"
    BEHAVIOUR = "behaviour"
    """A promise of `spec/behaviours.yaml`, which no schema states."""
    TEXT = "text"
    """Words about any of them: descriptions, examples, evidence."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A value that one of the two contracts takes and the other refuses, as each of them was asked.

    `value` is a whole request or reply in the form that `changes.holding` reads; `about` says in words what it is.
    `refused` is what the refusing contract says against it.
    """

    about: str
    value: Json
    old_accepts: bool
    new_accepts: bool
    refused: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the effective contract.

    `clause` is its id: the JSON pointer of the keyword, or the id of the behaviour; for a removed one, where it was.
    `operations` are the ids of all operations that it concerns. `note` is what else a reader of the grade should know:
    that no witness was found, for instance. `waiver` says who has accepted it, if anybody has.
    """

    clause: str
    side: Side
    grade: Grade
    what: str
    operations: tuple[str, ...] = ()
    old: Json = None
    new: Json = None
    witness: Witness | None = None
    note: str = ""
    waiver: Accepted | None = None
