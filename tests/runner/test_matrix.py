"""The kill matrix: a sound mock gives no finding, each fault is found by a check it names, each check finds a fault."""

from __future__ import annotations

from functools import cache

import pytest

from atlas_contract.checks import CHECKS
from atlas_contract.contract import Contract
from atlas_contract.contract.document import packaged_path
from atlas_contract.faults import catalogue
from atlas_contract.runner.matrix import Row, honest, matrix

SURVIVORS: dict[str, str] = {}
"""Faults that the suite does not find although somebody could, each with the reason; best none."""


@cache
def rows() -> dict[str, Row]:
    """The whole matrix, each fault until it is found."""
    from atlas_contract.contract import load

    return {row.fault: row for row in matrix(packaged_path(), list(catalogue(load())))}


@pytest.mark.parametrize("seed", range(5))
def test_a_sound_mock_gives_no_finding(contract: Contract, seed: int) -> None:
    """Whatever the world's ids, secrets and luck are."""
    assert honest(contract, seed=seed).found == {}


def test_each_fault_is_found_by_a_check_that_it_names(contract: Contract) -> None:
    """All but those that nobody could tell, and those that are known to survive."""
    faults = catalogue(contract)
    survived = {name for name, row in rows().items() if not row.killed(faults[name])}
    assert survived == {name for name, fault in faults.items() if fault.equivalent} | set(SURVIVORS)


def test_equivalent_faults_are_found_by_nobody(contract: Contract) -> None:
    """What is declared to be beyond anybody's sight really is."""
    for name, fault in catalogue(contract).items():
        if fault.equivalent:
            assert rows()[name].found == {}, name


def test_each_check_finds_a_fault(contract: Contract) -> None:
    """A check that finds nothing has no place in the suite."""
    faults = catalogue(contract)
    useful = frozenset().union(*(row.checks & faults[name].caught_by for name, row in rows().items()))
    assert {check.__name__ for check in CHECKS} - useful == set()
