"""The life of a snapshot: the stages that the contract states, and how one life goes through them."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput

if TYPE_CHECKING:
    from atlas_contract.mock.world import Snapshot

_LOST = 1e-6  # seconds, more than the arithmetic of times loses
_QUARTILES = ("minimum", "lowerQuartile", "median", "upperQuartile", "maximum")


class Stage(NamedTuple):
    """One stage: its status, and the attributes of the snapshot that are known from here on."""

    name: str
    status: str
    unfinished: bool
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Life:
    """How one snapshot's life goes: its stages, and the age in seconds at which each of them begins.

    `taken` is the age at which the snapshot itself is taken, unless the life fails.
    """

    stages: tuple[Stage, ...]
    begins: tuple[float, ...]
    taken: float
    fails: bool

    @property
    def length(self) -> float:
        """The age at which the snapshot is finished."""
        return self.begins[-1]

    def stage(self, age: float) -> Stage:
        """The stage at an age."""
        return self.stages[max(0, bisect_right(self.begins, age) - 1)]

    def age_at(self, status: str) -> float | None:
        """The age at which a status is first seen, None if this life never has it."""
        ages = (age for age, stage in zip(self.begins, self.stages, strict=True) if stage.status == status)
        return next(ages, None)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What lives shall be like; whatever is not wished for is drawn as observed.

    `ages` at which stages begin, by the stage's name; `taken`, the age for `createdAt`; the `length` of a life;
    `failing`, the share of lives that end as failed.
    """

    ages: Mapping[str, float] = field(default_factory=dict)
    taken: float | None = None
    length: float | None = None
    failing: float = 0.0


class State(NamedTuple):
    """What a snapshot is at one moment; the two times are whole seconds since 1970."""

    stage: Stage
    completed: bool
    created: int
    expires: int


class Lifecycle:
    """The contract's stages, run through at a pace: 1 is as observed, 0.002 five hundred times as fast."""

    def __init__(self, contract: Contract, pace: float = 1.0) -> None:
        values = contract.behaviour("snapshot-lifecycle").values
        failure = contract.behaviour("snapshot-failure").values
        self._pace = pace
        self._ages = {each["name"]: float(each["mockSeconds"]) for each in values["stages"]}
        self._taken = float(values["createdAtSeconds"]["median"])
        self._quartiles = [float(values["stages"][-1]["seconds"][name]) for name in _QUARTILES]
        seldom = {each["name"]: each["seen"] for each in values["stages"] if "seen" in each}
        self._seldom: Mapping[str, float] = {
            name: seen["lives"] / seen["of"] for name, seen in seldom.items()
        }
        self._whole = tuple(_stages(values["stages"]))
        self._usual = tuple(_stages(each for each in values["stages"] if each["name"] not in seldom))
        lived = (each for each in values["stages"] if each["name"] not in failure["insteadOf"])
        self._failing = tuple(_stages((*lived, failure["stage"])))
        self._check()

    @property
    def inner_stages(self) -> list[str]:
        """The names of the stages whose beginning can be wished for: all but the first and the last."""
        return [stage.name for stage in self._whole[1:-1]]

    def draw(self, chance: random.Random, wishes: Wishes, *, fails: bool | None = None) -> Life:
        """A life, partly by chance. Takes equally much of the chance whatever is wished for."""
        quantile, seen, luck = chance.random(), chance.random(), chance.random()
        length = wishes.length if wishes.length is not None else self._length_at(quantile)
        fails = luck < wishes.failing if fails is None else fails
        stages = self._failing if fails else self._usual
        if not fails and any(name in wishes.ages or seen < share for name, share in self._seldom.items()):
            stages = self._whole
        stretch = length / self._ages[self._whole[-1].name]
        usual = {name: math.ceil(age * stretch) for name, age in self._ages.items()}
        wanted = (wishes.ages.get(each.name, usual[each.name]) for each in stages[:-1])
        begins = tuple(_in_order([*wanted, length]))
        taken = math.ceil(self._taken * stretch) if wishes.taken is None else wishes.taken
        shown = (age for age, stage in zip(begins, stages, strict=True) if "createdAt" in stage.known)
        return Life(stages, begins, min(taken, next(shown, length)), fails)

    def stage(self, snapshot: Snapshot, now: float) -> Stage:
        """The stage that a snapshot is in at a moment."""
        return snapshot.life.stage((now - snapshot.requested + _LOST) / self._pace)

    def state(self, snapshot: Snapshot, now: float) -> State:
        """What a snapshot is at a moment."""
        stage, life = self.stage(snapshot, now), snapshot.life
        completed = not stage.unfinished and not life.fails
        counted = snapshot.requested + (life.length * self._pace if completed else 0.0)
        taken = snapshot.requested + life.taken * self._pace
        return State(stage, completed, int(taken), int(counted) + snapshot.kept_for)

    def is_gone(self, snapshot: Snapshot, now: float) -> bool:
        """Whether a snapshot is finished and has expired."""
        if now < int(snapshot.requested) + snapshot.kept_for:
            return False  # none expires before that, and most are asked about long before
        state = self.state(snapshot, now)
        return not state.stage.unfinished and now >= state.expires

    def _length_at(self, quantile: float) -> float:
        """The length, in whole seconds, below which this share of the observed lives lies."""
        steps = len(self._quartiles) - 1
        below, above = list(pairwise(self._quartiles))[int(quantile * steps)]
        return round(below + (above - below) * (quantile * steps % 1))

    def _check(self) -> None:
        ages = list(self._ages.values())
        if ages[0] > 0 or ages != sorted(ages) or self._whole[-1].unfinished:
            msg = "The stages must begin at age 0, follow each other, and end with a finished one."
            raise BadInput(msg, where="spec/behaviours.yaml, snapshot-lifecycle")


def _stages(raw: Iterable[Mapping[str, Any]]) -> Iterator[Stage]:
    known: frozenset[str] = frozenset()
    for each in raw:
        known |= frozenset(each["adds"])
        yield Stage(each["name"], each["status"], bool(each["unfinished"]), known)


def _in_order(ages: list[float]) -> Iterator[float]:
    """The ages, none later than those behind it."""
    return (min(ages[index:]) for index in range(len(ages)))
