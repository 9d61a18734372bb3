"""The plan of a careful run: every case that it would send, what it leaves out and why, how much it can cost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from atlas_contract.cases import derived_cases
from atlas_contract.cases.arguments import near_miss_of
from atlas_contract.cases.chance import random_cases
from atlas_contract.cases.ground import SNAPSHOT, Ground
from atlas_contract.cases.marking import Marking
from atlas_contract.cases.wire import request_for
from atlas_contract.contract import Contract
from atlas_contract.guard.budget import Budget
from atlas_contract.guard.policy import Leaving, Policy
from atlas_contract.model import Case, Expectation, Scene

OURS = "0" * 24  # stands for a snapshot of ours while nothing has been taken yet
NEEDS_DRAINING = "it needs an empty token bucket"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run may send: cases in order, those left out by reason, and the budget that bounds all of it."""

    cases: tuple[Case, ...]
    left_out: Mapping[str, int]
    budget: Budget
    takes: int
    harmful: int = field(default=0)
    """Cases that create something only if the server takes what it should refuse."""


def plan_for(
    contract: Contract,
    ground: Ground,
    marking: Marking,
    policy: Policy,
    budget: Budget,
    *,
    seed: int,
    extra: int,
) -> Plan:
    """The plan of a run: every derived case that may be sent, then random ones.

    Args:
        policy: judges each request as the guard will.
        seed, extra: of the random cases, and how many.
    """
    left_out: Counter[str] = Counter()
    judged = replace(policy, owns=lambda snapshot: snapshot == OURS)
    kept: dict[object, Case] = {}
    chance = islice(random_cases(contract, ground, random.Random(seed)), 4 * extra)  # noqa: S311  no secret
    made = [*derived_cases(contract, ground), *islice(_refused(chance), extra)]
    for case in made:
        ready = _careful(contract, marking.marked(case))
        if reason := _objection(contract, marking, judged, ready):
            left_out[reason] += 1
        else:
            kept.setdefault(_sameness(ready), ready)
    cases = tuple(kept.values())
    takes = sum(case.scene is Scene.IDLE for case in cases)
    harmful = sum(case.operation == contract.main.id and case.scene is not Scene.IDLE for case in cases)
    return Plan(cases, left_out, budget, min(takes, budget.snapshots), harmful)


def _refused(cases: Iterator[Case]) -> Iterator[Case]:
    """Of random cases, those that take nothing if all is well."""
    return (case for case in cases if case.expectation is Expectation.REFUSED or not case.body)


def _careful(contract: Contract, case: Case) -> Case:
    """A request that shall be refused needs no idle cluster: while one snapshot runs it can do the least harm."""
    if (
        case.operation == contract.main.id
        and case.expectation is Expectation.REFUSED
        and case.scene is Scene.IDLE
    ):
        return replace(case, scene=Scene.ANY)
    return case


def _objection(contract: Contract, marking: Marking, policy: Policy, case: Case) -> str:
    if case.scene is Scene.DRAINED:
        return NEEDS_DRAINING
    if reason := marking.objection(case):
        return reason
    path = {
        name: near_miss_of(value, OURS) if value.startswith(SNAPSHOT) else value
        for name, value in case.path.items()
    }
    request = request_for(contract.operations[case.operation], replace(case, path=path))
    return policy.refusal(Leaving(policy.origin, request))


def _sameness(case: Case) -> object:
    return (
        case.operation,
        case.method,
        tuple(case.path.items()),
        case.query,
        case.headers,
        case.body,
        case.login,
        case.role,
        case.scene,
    )
