"""Histories: whatever is done in whatever order, with time passing in between, every promise holds."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from atlas_contract.runner import Suite
from atlas_contract.runner.machine import history_machine


@pytest.mark.explores
def test_every_promise_holds_in_any_history(suite: Suite) -> None:
    """Snapshots are taken, read, listed, re-dated and removed at random, in both clusters, while time passes."""
    run_state_machine_as_test(history_machine(suite), settings=settings(stateful_step_count=20))
