"""Where mock and target disagree: a finding if the clause is known, a lesson if it was only inferred."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.staging import staging

from atlas_contract.contract import Contract
from atlas_contract.guard.budget import Budget
from atlas_contract.model import Scene, Source
from atlas_contract.runner.fidelity import compare
from atlas_contract.runner.session import Session


def with_code(contract: Contract, behaviour: str, code: str) -> Contract:
    """The contract with another error code of one behaviour."""
    behaviours: list[dict[str, Any]] = [
        {**each, "reply": {**each["reply"], "errorCode": code}} if each["id"] == behaviour else each
        for each in contract.document["x-atlas-behaviours"]
    ]
    return Contract({**contract.document, "x-atlas-behaviours": behaviours})


def differing(contract: Contract, served: Contract, ledger: Path) -> tuple[list[str], list[str]]:
    """Clauses with findings, and proposals, of a run against a server that follows another contract."""
    with staging(contract, served=served) as place:
        result, opened = place.run(ledger, Budget(requests=2000, seconds=2000.0))
        findings, learned = compare(contract, opened.target, result.performed)
        proposals = [each.proposal(place.url, place.clock.now()) for each in learned]
    return [each.clause for each in findings], proposals


def test_the_mock_agrees_with_itself(contract: Contract, tmp_path: Path) -> None:
    """Against a server that is the mock there is nothing to say."""
    assert differing(contract, contract, tmp_path / "ledger") == ([], [])


def test_an_inferred_behaviour_is_learned(contract: Contract, tmp_path: Path) -> None:
    """Another code where ours was only inferred becomes an edit of spec/behaviours.yaml."""
    behaviour = "attribute-out-of-range"
    assert contract.source(behaviour) is Source.INFERRED
    findings, proposals = differing(
        contract, with_code(contract, behaviour, "NEVER_HEARD_OF"), tmp_path / "ledger"
    )
    assert not findings
    assert [line for line in proposals[0].splitlines() if "- id:" in line] == [f"- id: {behaviour}"]
    assert "errorCode: NEVER_HEARD_OF" in proposals[0]
    assert "source: observed" in proposals[0]


def test_a_documented_behaviour_is_a_finding(contract: Contract, tmp_path: Path) -> None:
    """Another code where ours is documented is a finding."""
    behaviour = "unfinished-snapshot"
    assert contract.source(behaviour) is not Source.INFERRED
    findings, proposals = differing(contract, with_code(contract, behaviour, "OTHER"), tmp_path / "ledger")
    assert behaviour in findings
    assert not proposals


def test_a_target_that_is_faster_than_the_mock_does_not_differ_from_it(
    contract: Contract, tmp_path: Path
) -> None:
    """Where the target has finished a snapshot and the mock has not, a case about something else tells nothing."""
    with staging(contract) as place, place.opened(tmp_path / "ledger") as opened:
        session = Session(contract, opened.target)
        taken = session.perform(session.neighbours.take).exchange
        assert taken is not None
        again = replace(session.neighbours.take, scene=Scene.ANY)
        found = compare(contract, opened.target, [(session.neighbours.take, taken), (again, taken)])
    assert found == ([], [])
