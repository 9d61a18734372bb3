"""The life of a snapshot: which stage it is in, what is known of it, and when it expires, all by its age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock.world import Snapshot


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its status, the attributes that are known from here on, and the age at which it begins."""

    status: str
    adds: tuple[str, ...]
    unfinished: bool
    begins: float


@dataclass(frozen=True, slots=True)
class State:
    """What a snapshot is at one moment; the three times are whole seconds since 1970."""

    status: str
    known: frozenset[str]
    unfinished: bool
    created: int
    expires: int


class Lifecycle:
    """The contract's stages, run through at a pace: 1 is as observed, 0.002 five hundred times as fast."""

    def __init__(self, contract: Contract, pace: float = 1.0) -> None:
        values = contract.behaviour("snapshot-lifecycle").values
        self._stages = sorted(
            (_stage(each, pace) for each in values["stages"]), key=lambda stage: stage.begins
        )
        self._taken = float(values["createdAtSeconds"]["median"]) * pace
        if not self._stages or self._stages[0].begins > 0 or self._stages[-1].unfinished:
            msg = "The stages must begin at age 0 and end with a finished one."
            raise BadInput(msg, where="spec/behaviours.yaml, snapshot-lifecycle")

    def state(self, snapshot: Snapshot, now: float) -> State:
        """What a snapshot is at a moment."""
        age = max(0.0, now - snapshot.requested)
        passed = [stage for stage in self._stages if stage.begins <= age]
        return State(
            status=passed[-1].status,
            known=frozenset(name for stage in passed for name in stage.adds),
            unfinished=passed[-1].unfinished,
            created=int(snapshot.requested + self._taken),
            expires=int(snapshot.requested + _finished(passed)) + snapshot.kept_for,
        )


def _finished(passed: list[Stage]) -> float:
    return next((stage.begins for stage in passed if not stage.unfinished), 0.0)


def _stage(raw: Mapping[str, Any], pace: float) -> Stage:
    return Stage(raw["status"], tuple(raw["adds"]), bool(raw["unfinished"]), float(raw["mockSeconds"]) * pace)
