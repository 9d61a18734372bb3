"""Derived cases follow from the contract alone, and follow its changes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.changing import with_enum_value, with_parameter, with_property

from atlas_contract.cases import Ground, derived_cases
from atlas_contract.cases.ways import near_misses
from atlas_contract.cases.wire import request_for
from atlas_contract.contract import Contract, load
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Case, Expectation, Login, Scene

EVERYTHING = Ground(
    "32b6e34b3d91647abb20e7b8",
    "Cluster0",
    sharded="Sharded0",
    foreign="32b6e34b3d91647abb20e7b9",
    logins=frozenset(Login),
    roles=frozenset({"Project Backup Manager", "Project Read Only"}),
    drains=True,
)
PROGRAM = """
import json
from atlas_contract.cases import Ground, derived_cases
from atlas_contract.contract import load
cases = derived_cases(load(), Ground("32b6e34b3d91647abb20e7b8", "Cluster0"))
print(json.dumps([[case.name, case.path, case.query, case.body.decode("latin-1")] for case in cases]))
"""


def named(contract: Contract) -> dict[str, Case]:
    """All cases by name."""
    return {case.name: case for case in derived_cases(contract, EVERYTHING)}


def test_every_case_has_a_name_of_its_own(contract: Contract) -> None:
    """Reports and the gate speak of cases by name."""
    cases = derived_cases(contract, EVERYTHING)
    assert [name for name, times in Counter(case.name for case in cases).items() if times > 1] == []
    assert all(case.name and case.reason and case.clause for case in cases)


def test_every_operation_is_tried_both_ways(contract: Contract) -> None:
    """Each operation has a case that must succeed and one that must be refused."""
    cases = derived_cases(contract, EVERYTHING)
    for operation in contract.operations.values():
        tried = {case.expectation for case in cases if case.operation == operation.id}
        assert tried >= {Expectation.ACCEPTED, Expectation.REFUSED}, operation.id


def test_the_same_cases_come_in_any_process() -> None:
    """Nothing depends on the hash seed."""
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert len(json.loads(told.pop())) > 900


def test_what_the_target_lacks_is_left_out(contract: Contract) -> None:
    """Without a sharded cluster, a foreign project or other callers, no case speaks of them."""
    poor = Ground("32b6e34b3d91647abb20e7b8", "Cluster0")
    for case in derived_cases(contract, poor):
        assert case.login in poor.logins
        assert not case.role
        assert case.scene is not Scene.DRAINED
        assert "Sharded0" not in case.path.values()


def test_query_cases_are_judged_as_they_arrive(contract: Contract, judge: Judge) -> None:
    """What must be refused breaks its clause once read back as text, and what must be taken breaks none."""
    for case in derived_cases(contract, EVERYTHING, "arguments"):
        if "/query/" in case.name:
            operation = contract.operations[case.operation]
            broken = {found.clause for _, found in judge.query_violations(operation, dict(case.query))}
            assert broken == ({case.clause} if case.expectation is Expectation.REFUSED else set()), case.name


def test_a_new_enum_value_makes_a_new_case(contract: Contract) -> None:
    """Nobody has to write a test for it."""
    wider = with_enum_value(contract, "RetentionUnit", "DECADES")
    new = set(named(wider)) - set(named(contract))
    assert new == {"updateGroupClusterBackupSnapshot/body/retentionUnit/enum-DECADES"}


def test_a_new_required_property_makes_cases_with_and_without_it(contract: Contract) -> None:
    """It is sent by every plain body, at its edges, wrongly, and not at all."""
    rules = {"type": "string", "minLength": 2, "maxLength": 5}
    wider = named(with_property(contract, "SnapshotRequest", "tags", rules, required=True))
    at = f"{contract.main.id}/body"
    assert wider[f"{at}/tags/longest"].expectation is Expectation.ACCEPTED
    assert wider[f"{at}/tags/too-long"].expectation is Expectation.REFUSED
    assert wider[f"{at}/no-tags"].expectation is Expectation.REFUSED
    assert b'"tags"' in wider[f"{contract.main.id}/plain"].body


@pytest.mark.parametrize("required", [True, False])
def test_a_new_query_parameter_makes_cases(contract: Contract, *, required: bool) -> None:
    """It is tried at its edges, wrongly, and left out where it is required."""
    schema = {"type": "string", "enum": ["a", "b"]}
    parameter = {"name": "mode", "in": "query", "required": required, "schema": schema}
    wider, at = named(with_parameter(contract, parameter)), contract.main.id
    assert wider[f"{at}/query/mode/enum-b"].expectation is Expectation.ACCEPTED
    assert wider[f"{at}/query/mode/upper-case"].expectation is Expectation.REFUSED
    assert (f"{at}/query/mode/left-out" in wider) is required
    assert (("mode", "a") in wider[f"{at}/plain"].query) is required


def test_a_new_header_parameter_makes_cases(contract: Contract) -> None:
    """It is sent where it is required, and left out to see it missed."""
    schema = {"type": "integer", "minimum": 3}
    parameter = {"name": "X-Reason", "in": "header", "required": True, "schema": schema}
    wider, at = named(with_parameter(contract, parameter)), contract.main.id
    assert ("X-Reason", "3") in wider[f"{at}/plain"].headers
    assert wider[f"{at}/header/X-Reason/left-out"].expectation is Expectation.REFUSED


@given(st.text(min_size=1, max_size=30))
def test_near_misses_differ_from_what_they_miss(known: str) -> None:
    """A near miss is never the thing itself, and never empty."""
    assert all(text not in ("", known) for _, text in near_misses(known))


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), st.text(max_size=20))
def test_no_argument_leaves_its_path_segment(project: str, cluster: str) -> None:
    """Slashes, dots and percent signs are encoded: the path keeps as many segments as its template."""
    contract = load()
    plain = named(contract)[f"{contract.main.id}/plain"]
    case = replace(plain, path=dict(zip(plain.path, (project, cluster), strict=True)))
    target = request_for(contract.main, case).target.partition("?")[0]
    assert target.count("/") == contract.main.path.count("/")
    assert not {"..", "."} & set(target.split("/"))
