"""How clauses stand after a run: nothing is called proved that the run has not touched, and no breach is missed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from tests.reporting import VALIDATOR

from atlas_contract.cases import derived_cases
from atlas_contract.checks import STATE, Moment
from atlas_contract.checks.facts import Facts
from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import judge_of
from atlas_contract.faults import find
from atlas_contract.model import Case, Exchange, Expectation, Reply, Request, Source
from atlas_contract.reports.record import Standing, State
from atlas_contract.runner import Session, Suite, Target, embedded
from atlas_contract.runner.coverage import coverage
from atlas_contract.runner.standing import after_session, standings
from atlas_contract.runner.suite import ContractBroken
from atlas_contract.runner.witness import Witness


def suite_at(contract: Contract, target: Target, kind: str = "") -> Suite:
    """A suite after all derived cases of a kind."""
    suite = Suite(Session(contract, target))
    for case in derived_cases(contract, target.ground, kind):
        try:
            suite.expect(case)
        except ContractBroken:
            continue
    return suite


def moment(exchange: Exchange, contract: Contract) -> Moment:
    """An exchange as a witness sees it."""
    return Moment(exchange, judge_of(contract), Facts(contract))


def stood(suite: Suite) -> dict[str, Standing]:
    """How each clause stands after what a suite has done."""
    return {each.clause: each for each in after_session(suite.session, suite.findings)}


def test_a_run_of_nothing_judges_nothing(contract: Contract) -> None:
    """Every clause is there, and unjudged."""
    target = embedded(contract)
    found = standings(contract, target.ground, Witness(contract), ())
    assert [each.clause for each in found] == [each.clause for each in coverage(contract, target.ground)]
    assert {each.state for each in found} == {State.UNJUDGED}


def test_all_cases_prove_what_can_be_proved(contract: Contract) -> None:
    """After the whole suite a clause is proved just where the coverage of the contract says that it can be."""
    target = embedded(contract)
    proved = {each.clause for each in coverage(contract, target.ground) if each.state == "proved"}
    found = stood(suite_at(contract, target))
    assert {clause for clause, each in found.items() if each.state is State.PROVED} == proved


def test_fewer_cases_prove_less(contract: Contract) -> None:
    """What only broken bodies are about is unjudged after ordinary requests; replies are judged all the same."""
    found = stood(suite_at(contract, embedded(contract), "plain"))
    states = Counter(each.state for each in found.values())
    assert states[State.UNJUDGED] > 50
    assert (
        found["#/components/schemas/SnapshotRequest/properties/retentionInDays/minimum"].state
        is State.UNJUDGED
    )
    assert found["#/components/schemas/SnapshotBase/properties/createdAt/format"].state is State.PROVED


def test_a_refusal_is_not_about_what_a_success_brings(contract: Contract) -> None:
    """What a change of retention does is judged by a change that was made, not by one that was refused."""
    target = embedded(contract)
    (operation,) = contract.behaviour("retention-change").operations
    states = {}
    case = Case(operation, "", "a change", Expectation.ANSWERED, path={})
    for status in (400, 200):
        witness = Witness(contract)
        reply = Reply(status, body=b'{"id": "a"}')
        witness.take(moment(Exchange(case, Request("PATCH", "/"), reply), contract))
        found = {each.clause: each.state for each in standings(contract, target.ground, witness, ())}
        states[status] = found["retention-change"]
    assert states == {400: State.UNJUDGED, 200: State.PROVED}


@pytest.mark.parametrize("fault", ["drops-id", "accepts-zero-retention", "undocumented-status"])
def test_what_a_finding_names_is_violated(contract: Contract, fault: str) -> None:
    """And nothing else, whether the coverage lists the clause or not."""
    suite = suite_at(contract, embedded(contract, bend=find(fault, contract).bend))
    found = stood(suite)
    violated = {clause for clause, each in found.items() if each.state is State.VIOLATED}
    assert violated == {finding.clause for finding in suite.findings} != set()


def test_what_is_not_asserted_is_not_proved(contract: Contract) -> None:
    """At a target that is no mock, inferred clauses are unjudged, however often a case was about them."""
    suite = suite_at(contract, replace(embedded(contract), is_mock=False))
    inferred = [each for each in stood(suite).values() if each.source is Source.INFERRED]
    assert any(each.cases for each in inferred)
    assert {each.state for each in inferred} == {State.UNJUDGED}


def test_a_request_that_nobody_answers_is_about_nothing(contract: Contract) -> None:
    """No whole reply, nothing judged."""
    suite = suite_at(contract, embedded(contract), "plain")
    outcome = suite.expect(derived_cases(contract, suite.target.ground, "plain")[0])
    assert outcome.exchange is not None
    witness = Witness(contract)
    witness.take(moment(replace(outcome.exchange, reply=replace(outcome.exchange.reply, status=0)), contract))
    assert (witness.probed, witness.shown) == (Counter(), Counter())


def test_a_clause_says_which_operations_it_is_about(contract: Contract) -> None:
    """A parameter of the paths is about all that have it; the body of the request about the one that takes it."""
    found = {each.clause: each.operations for each in coverage(contract, embedded(contract).ground)}
    assert found["#/components/schemas/SnapshotRequest/properties/description/type"] == (contract.main.id,)
    assert len(found["#/components/parameters/snapshotId/schema/pattern"]) == sum(
        any(parameter.name == "snapshotId" for parameter in operation.parameters)
        for operation in contract.operations.values()
    )


def test_the_document_of_a_run_is_what_the_schema_says(contract: Contract) -> None:
    """Sound or faulty; a finding that came again and again says how often."""
    sound = suite_at(contract, embedded(contract), "plain")
    VALIDATOR.validate(sound.document(sound.summary()))
    faulty = suite_at(contract, embedded(contract, bend=find("drops-id", contract).bend))
    document = faulty.document(faulty.summary())
    VALIDATOR.validate(document)
    assert max(each["times"] for each in document["findings"]) > 1
    titles = {each["id"]: each["title"] for each in document["clauses"]}
    clause = pointers.join(contract.main.pointer, "responses", 200)
    assert clause not in titles or contract.main.id in titles[clause]


def test_a_check_that_states_a_behaviour_is_one_of_those_that_find_its_faults(contract: Contract) -> None:
    """So that no behaviour is left to a check that has nothing to do with it."""
    known = {each.clause: each.checks for each in coverage(contract, embedded(contract).ground)}
    strangers = {clause for clause, check in STATE.items() if check.__name__ not in known[clause]}
    assert strangers == set()
