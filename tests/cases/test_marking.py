"""Every snapshot that a careful run could take says whose it is, and is kept no longer than wished."""

from __future__ import annotations

import json

import pytest

from atlas_contract.cases import Ground, derived_cases
from atlas_contract.cases.exploration import broken_clauses
from atlas_contract.cases.marking import Marking
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Case, Expectation

MARK = "atlas-contract run 0123456789abcdef"


@pytest.fixture
def marking(contract: Contract) -> Marking:
    """Marks, and keeps for one day."""
    return Marking(contract, MARK, 1)


def takes(contract: Contract, ground: Ground) -> list[Case]:
    """Every derived case of the main operation."""
    return [each for each in derived_cases(contract, ground) if each.operation == contract.main.id]


def test_what_is_to_be_accepted_is_marked_and_short(
    contract: Contract, ground: Ground, marking: Marking
) -> None:
    """Each valid request asks for the mark and for one day, or is not sent at all."""
    valid = [each for each in takes(contract, ground) if each.expectation is not Expectation.REFUSED]
    assert valid
    for case in map(marking.marked, valid):
        if not marking.objection(case):
            body = json.loads(case.body)
            assert (body["description"], body["retentionInDays"]) == (MARK, 1)


def test_what_is_wrong_stays_wrong(contract: Contract, ground: Ground, marking: Marking) -> None:
    """Marking a request that is to be refused mends nothing, and breaks nothing else."""
    judge, main = judge_of(contract), contract.main
    for case in takes(contract, ground):
        if case.expectation is Expectation.REFUSED and not case.method:
            path, query = case.path, dict(case.query)
            before = broken_clauses(judge, main, path, query, case.body)
            assert broken_clauses(judge, main, path, query, marking.marked(case).body) == before, case.name


def test_most_wrong_requests_carry_the_mark(contract: Contract, ground: Ground, marking: Marking) -> None:
    """If a server takes what it should refuse, the snapshot can nearly always be told by its description."""
    wrong = [each for each in takes(contract, ground) if each.expectation is Expectation.REFUSED]
    marked = [each for each in wrong if MARK.encode() in marking.marked(each).body]
    assert len(marked) > len(wrong) * 0.7
