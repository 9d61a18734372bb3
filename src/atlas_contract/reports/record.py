"""What a run keeps for its report beside its findings, as frozen values: clauses, faults that were tried, times."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from atlas_contract.model import Source


class State(StrEnum):
    """How a clause stands after a run, the worst first."""

    VIOLATED = "violated"
    """A finding of the run names it."""
    UNJUDGED = "unjudged"
    """Nothing that the run judged was about it."""
    EXERCISED = "exercised"
    """It was held against what came back, and nothing shows that a breach would have been noticed."""
    PROVED = "proved"
    """It was held against what came back, and a fault that breaks it is known to be found."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One clause after a run.

    `side` is request, reply or behaviour; `title` says the clause in words. `cases` counts the judged exchanges of the
    run that were about it, `faults` the known faults that break it, `checks` names those that would notice.
    """

    clause: str
    side: str
    source: Source
    title: str
    state: State
    cases: int
    checks: tuple[str, ...]
    faults: int
    operations: tuple[str, ...]


class Fate(StrEnum):
    """What became of a fault that was given to the mock."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"
    """It survived, as whatever nobody outside the server could tell."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One fault that was tried: `checks` are those that found it, `why` says why the trial ended early, if it did."""

    fault: str
    family: str
    harm: str
    clause: str
    fate: Fate
    checks: tuple[str, ...]
    requests: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The faults that were tried; `full` if each met every case, not only as many as it took to find it."""

    rows: tuple[Tried, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: seconds since the run began, and the status that came back, 0 where no whole reply came."""

    at: float
    method: str
    operation: str
    status: int


@dataclass(frozen=True, slots=True)
class Life:
    """One snapshot of the run: when it was taken and seen gone (None if never), and each state with when it was seen.

    All times are seconds since the run began.
    """

    snapshot: str
    taken: float
    removed: float | None
    states: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a run did and when."""

    sent: tuple[Sent, ...]
    lives: tuple[Life, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """How often a finding was seen, and when first and last, in seconds since 1970, where that is known."""

    times: int = 1
    first: float | None = None
    last: float | None = None

    def again(self, at: float | None) -> Seen:
        """Once more, at a second that may be unknown."""
        known = [each for each in (self.first, self.last, at) if each is not None]
        return Seen(self.times + 1, min(known, default=None), max(known, default=None))
