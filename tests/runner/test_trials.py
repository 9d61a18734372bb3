"""The kill matrix as a report: fates follow from the rows, and a survivor takes the proof from its clause."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.reporting import VALIDATOR

from atlas_contract.contract import Contract
from atlas_contract.faults import Fault, catalogue
from atlas_contract.runner.matrix import Row
from atlas_contract.runner.trials import faults_document, matrix_of


@pytest.fixture
def faults(contract: Contract) -> Mapping[str, Fault]:
    """Two faults that break one clause, and one that nobody could see."""
    every = catalogue(contract)
    by_clause: dict[str, list[Fault]] = {}
    for fault in every.values():
        if not fault.equivalent and not fault.clause.startswith("#/paths"):
            by_clause.setdefault(fault.clause, []).append(fault)
    pair = next(found[:2] for found in by_clause.values() if len(found) > 1)
    unseen = next(fault for fault in every.values() if fault.equivalent)
    return {fault.id: fault for fault in (*pair, unseen)}


def found(fault: Fault) -> Row:
    """The row of a fault that was found."""
    return Row(fault.id, {"a case": frozenset([min(fault.caught_by)])}, 5)


def states(document: Mapping[str, object], clause: str) -> tuple[str, str]:
    """The verdict, and how a clause stands."""
    VALIDATOR.validate(document)
    state = next(each["state"] for each in document["clauses"] if each["id"] == clause)  # type: ignore[attr-defined]
    return document["verdict"]["state"], state  # type: ignore[index]


def test_a_clause_is_proved_by_faults_that_are_found(contract: Contract, faults: Mapping[str, Fault]) -> None:
    """All that were tried and break it; one that nobody could see does not count."""
    first, second, unseen = faults.values()
    rows = [found(first), found(second), Row(unseen.id, {}, 9)]
    document = faults_document(contract, matrix_of(faults, rows, full=True), began=0.0, seconds=1.0)
    assert [row["state"] for row in document["matrix"]["rows"]] == ["killed", "killed", "equivalent"]
    assert document["matrix"]["rows"][2]["why"] == unseen.equivalent
    assert document["requests"] == 19
    assert states(document, first.clause) == ("holds", "proved")


def test_a_survivor_takes_the_proof_away(contract: Contract, faults: Mapping[str, Fault]) -> None:
    """Another check's finding does not save it."""
    first, second, _ = faults.values()
    rows = [found(first), Row(second.id, {"a case": frozenset(["another_check"])}, 5)]
    document = faults_document(contract, matrix_of(faults, rows, full=False), began=0.0, seconds=1.0)
    assert [row["state"] for row in document["matrix"]["rows"]] == ["killed", "survived"]
    assert states(document, first.clause) in {("broken", "exercised"), ("broken", "unjudged")}
