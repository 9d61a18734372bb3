"""JUnit XML: what a CI server counts is what the run found."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.documents import clause, document, finding, row

from atlas_contract.reports.junit import junit


def read(**changes: object) -> ET.Element:
    """The suite of a document's XML."""
    suite = ET.fromstring(junit(document(**changes))).find("testsuite")
    assert suite is not None
    return suite


def counts(suite: ET.Element) -> tuple[str, ...]:
    """What the suite says of itself."""
    return tuple(suite.get(name, "") for name in ("tests", "failures", "errors", "skipped"))


def test_each_probed_clause_is_a_case() -> None:
    """A clause that no case was about proves nothing and is not counted."""
    suite = read(clauses=[clause("#/a"), clause("#/b", cases=0)])
    assert counts(suite) == ("1", "0", "0", "0")
    assert [case.get("name") for case in suite] == ["#/a"]


def test_a_finding_fails_in_the_place_of_its_clause() -> None:
    """The clause is not counted as passed beside it, and the curl line stands in the failure."""
    suite = read(clauses=[clause("#/a")], findings=[finding("#/a", "no id")])
    assert counts(suite) == ("1", "1", "0", "0")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("no id", "curl http://127.0.0.1/")


def test_an_accepted_finding_is_skipped_with_its_reason() -> None:
    """CI stays green, and says until when."""
    suite = read(findings=[finding(accepted=True)])
    assert counts(suite) == ("1", "0", "0", "1")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "accepted until 2026-12-31 by kites: known"


def test_trouble_is_an_error() -> None:
    """A run that could not finish is never all green."""
    assert counts(read(troubles=["nothing answers"])) == ("1", "0", "1", "0")


@pytest.mark.parametrize(("state", "counted"), [("killed", "00"), ("survived", "10"), ("equivalent", "01")])
def test_each_fault_is_a_case(state: str, counted: str) -> None:
    """One that survives fails, one that nobody can see is skipped."""
    _, failures, _, skipped = counts(read(kind="faults", matrix={"rows": [row("forgets", state)]}))
    assert failures + skipped == counted


@given(text=st.text())
def test_any_text_makes_well_formed_xml(text: str) -> None:
    """Control characters and lone surrogates are made visible; whatever XML can hold comes through."""
    suite = read(findings=[finding(message=text)])
    failure = suite.find("testcase/failure")
    assert failure is not None
    if text.isprintable():
        assert failure.get("message") == text
