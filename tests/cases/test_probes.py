"""Every probe's cases do what they say, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_contract.cases import Ground, Probe, probes
from atlas_contract.cases.exploration import broken_clauses
from atlas_contract.cases.ground import request_for
from atlas_contract.cases.probes import KINDS
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Case, Expectation

CHANGES_A_VALUE = ("path", "query", "body", "body-malformed", "body-shape")


def case_of(data: st.DataObject, contract: Contract, ground: Ground, kind: str) -> tuple[Probe, Case]:
    """Draw one probe of a kind and one of its cases."""
    probe = data.draw(st.sampled_from(probes(contract, ground, kind)))
    return probe, data.draw(probe.cases)


@pytest.mark.parametrize("kind", CHANGES_A_VALUE)
@given(data=st.data())
@settings(max_examples=150)
def test_a_refused_case_breaks_the_clause_it_names(
    contract: Contract, judge: Judge, ground: Ground, kind: str, data: st.DataObject
) -> None:
    """A value meant to break a clause breaks just that one, read as it stands on the wire."""
    _, case = case_of(data, contract, ground, kind)
    broken = broken_clauses(judge, contract.main, case.path, dict(case.query), case.body)
    assert case.expectation is Expectation.REFUSED
    assert set(broken) == {case.clause}


@pytest.mark.parametrize("kind", ["plain", "query-allowed", "body-allowed"])
@given(data=st.data())
def test_an_accepted_case_breaks_nothing(
    contract: Contract, judge: Judge, ground: Ground, kind: str, data: st.DataObject
) -> None:
    """A case meant to be accepted breaks no clause."""
    _, case = case_of(data, contract, ground, kind)
    assert case.expectation is Expectation.ACCEPTED
    assert not broken_clauses(judge, contract.main, case.path, dict(case.query), case.body)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
@settings(max_examples=30)
def test_no_case_leaves_the_endpoint(
    contract: Contract, ground: Ground, kind: str, data: st.DataObject
) -> None:
    """However a path argument looks, the raw path stays within the operation's template."""
    _, case = case_of(data, contract, ground, kind)
    path = request_for(contract.main, case).target.split("?")[0]
    segments = path.split("/")
    assert len(segments) == len(contract.main.path.split("/"))
    assert not {"", ".", ".."} & set(segments[1:])


def test_every_clause_of_the_request_has_a_probe(contract: Contract, ground: Ground) -> None:
    """Each pattern, type, bound and format of a parameter or body attribute is probed."""
    probed = {probe.clause for kind in CHANGES_A_VALUE for probe in probes(contract, ground, kind)}
    assert {
        "#/components/parameters/groupId/schema/pattern",
        "#/components/parameters/clusterName/schema/pattern",
        "#/components/parameters/envelope/schema/type",
        "#/components/parameters/pretty/schema/type",
        "#/components/schemas/SnapshotRequest/properties/description/type",
        "#/components/schemas/SnapshotRequest/properties/retentionInDays/type",
        "#/components/schemas/SnapshotRequest/properties/retentionInDays/minimum",
        "#/components/schemas/SnapshotRequest/properties/retentionInDays/format",
        "json-malformed",
        "#/components/schemas/SnapshotRequest/type",
        "attribute-unknown",
    } == probed


def test_the_known_projects_upper_case_is_among_the_near_misses(contract: Contract, ground: Ground) -> None:
    """The likeliest mistake, a pattern checked without regard to case, is always probed."""
    (probe,) = [each for each in probes(contract, ground, "path") if "groupId" in each.title]
    drawn: list[Case] = []

    @given(probe.cases)
    @settings(max_examples=25)
    def collect(case: Case) -> None:
        drawn.append(case)

    collect()
    assert ground.project.upper() in {case.path["groupId"] for case in drawn}
