"""What a rule is, and what it complains of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from atlas_contract.spec.lint.subject import Subject


class Severity(StrEnum):
    """Whether a complaint has to be mended, or is only good to know."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a rule found: `place` is file, line and pointer, `rule` the id of the rule."""

    rule: str
    severity: Severity
    place: str
    message: str


Found: TypeAlias = Iterator[tuple[str, str]]
"""Where a rule is broken, as `Subject.place` and its siblings say it, and in what way."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its id, with the sentence that it holds `spec/` to."""

    id: str
    sentence: str
    severity: Severity
    find: Callable[[Subject], Found]

    def complaints(self, subject: Subject) -> Iterator[Complaint]:
        """Every place where the rule is broken."""
        return (Complaint(self.id, self.severity, *found) for found in self.find(subject))
