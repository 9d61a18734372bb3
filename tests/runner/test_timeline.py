"""The timeline of a careful run: each request and each snapshot, as the run's own clock had it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.reporting import VALIDATOR
from tests.staging import staging

from atlas_contract.cli.careful_run import Told, run_and_clean
from atlas_contract.cli.progress import Progress
from atlas_contract.contract import Contract
from atlas_contract.guard.budget import Budget
from atlas_contract.reports.baseline import Baseline
from atlas_contract.runner.careful import careful_plan


def told(contract: Contract, folder: Path, fault: str = "") -> Told:
    """A whole careful run."""
    budget = Budget(requests=300, seconds=900.0)
    with staging(contract, fault=fault) as place, place.opened(folder / "ledger.sqlite", budget) as opened:
        plan = careful_plan(contract, place.place, budget, opened.marking, chance=(0, 20))
        return run_and_clean(opened, plan, Progress(io.StringIO()), "finish", Baseline())


def test_the_timeline_has_all_that_was_done(contract: Contract, tmp_path: Path) -> None:
    """Every request in order, and every snapshot from its first state until it was removed."""
    run = told(contract, tmp_path)
    document = run.document()
    VALIDATOR.validate(document)
    timeline = document["timeline"]
    moments = [each["at"] for each in timeline["requests"]]
    assert len(moments) == run.summary.requests
    assert moments == sorted(moments)
    assert {each["operation"] for each in timeline["requests"]} <= {*contract.operations, ""}
    assert timeline["snapshots"]
    order = contract.behaviour("status-only-moves-forward").values["order"]
    for life in timeline["snapshots"]:
        seen = [each["state"] for each in life["states"]]
        assert seen == [state for state in order if state in seen] != []
        assert life["from"] <= life["states"][0]["at"] <= life["to"]


@pytest.mark.parametrize("fault", ["list-omits-newest"])
def test_a_finding_that_comes_again_is_counted(contract: Contract, tmp_path: Path, fault: str) -> None:
    """One finding, seen many times."""
    document = told(contract, tmp_path, fault).document()
    VALIDATOR.validate(document)
    assert document["verdict"]["state"] == "broken"
    assert max(each["times"] for each in document["findings"]) > 1
    violated = {each["id"] for each in document["clauses"] if each["state"] == "violated"}
    assert violated == {each["clause"] for each in document["findings"]}
