"""The gate: a smallest set of cases, worked out, bounded from below, and kept."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import derived_cases
from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.runner import embedded
from atlas_contract.runner.gate import gate_path, helpers, read_gate, smallest

CASES = "abcdefgh"
KILLS = st.dictionaries(st.integers(0, 12).map(str), st.sets(st.sampled_from(CASES), max_size=4), max_size=9)


@given(KILLS)
def test_the_smallest_set_kills_all_that_any_set_kills(kills: dict[str, set[str]]) -> None:
    """Every fault that some case kills is killed by a chosen one."""
    gate = smallest(kills, CASES)
    assert all(cases & set(gate.cases) for cases in kills.values() if cases)


@given(KILLS)
def test_the_bound_is_one(kills: dict[str, set[str]]) -> None:
    """No set whatever is smaller than the bound, and the one found is close to the best."""
    gate = smallest(kills, CASES)
    needed = [cases for cases in kills.values() if cases]
    best = next(
        size
        for size in range(len(CASES) + 1)
        if any(all(cases & set(chosen) for cases in needed) for chosen in combinations(CASES, size))
    )
    assert gate.at_least <= best <= len(gate.cases) <= best + 1


@given(st.sets(st.integers(0, 30).map(str), min_size=1), st.sets(st.integers(0, 30).map(str)))
def test_helpers_are_the_ones_that_are_needed(needed: set[str], others: set[str]) -> None:
    """Whatever is not needed is left out."""
    found = helpers({"x"}, sorted(needed | others), lambda names: needed <= names and "x" in names)
    assert found == needed


def test_the_kept_gate_names_cases_that_there_are(contract: Contract) -> None:
    """A gate that has gone stale with a change of the contract is noticed."""
    names = {case.name for case in derived_cases(contract, embedded(contract).ground)}
    assert read_gate() <= names, (
        "run `atlas-contract faults run --full --write-gate contract_tests/gate.json`"
    )


def test_the_kept_gate_is_small(contract: Contract) -> None:
    """At most a fifth of all cases, and within a tenth of the bound."""
    cases = derived_cases(contract, embedded(contract).ground)
    kept = json.loads(gate_path().read_text(encoding="utf-8"))
    assert len(kept["cases"]) <= len(cases) / 5
    assert len(kept["cases"]) <= kept["atLeast"] * 1.1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cases": 7}', "\x00"])
def test_a_gate_that_cannot_be_read_is_one_clear_error(tmp_path: Path, text: str) -> None:
    """The message says how to make it anew."""
    file = tmp_path / "gate.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="gate cannot be read") as caught:
        read_gate(file)
    assert "--write-gate" in str(caught.value)
