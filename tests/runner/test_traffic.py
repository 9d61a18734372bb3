"""Judged traffic as a run: what reports tell of it."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.reporting import VALIDATOR

from atlas_contract.contract import Contract
from atlas_contract.model import Accepted, Reply, Request
from atlas_contract.recordings import Recorded
from atlas_contract.reports.baseline import Baseline
from atlas_contract.reports.console import Summary
from atlas_contract.runner.verify import Verifier

TOKEN = "Bearer abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def verifier(contract: Contract) -> Verifier:
    """A verifier that has taken two replies without any property, and one exchange that belongs nowhere."""
    main = contract.main
    path = main.path.format(groupId="a" * 24, clusterName="Cluster0")
    headers = (("Content-Type", main.success.contents[0].media_type),)
    found = Verifier(contract)
    for at in (60.0, 30.0):
        request = Request(main.method, path, (("Authorization", TOKEN),), b"{}")
        found.take(Recorded("traffic.json", request, Reply(200, headers, b"{}"), at))
    found.take(Recorded("traffic.json", Request("GET", "/elsewhere"), Reply(200)))
    return found


def told(verifier: Verifier, baseline: Baseline) -> Summary:
    """The run as reports get it."""
    return verifier.traffic.summary(verifier.result(), baseline, 0.0)


def test_the_document_has_the_findings_with_their_exchanges(verifier: Verifier) -> None:
    """How often each was seen, first and last by the clock, what was left out, and no secret."""
    document = verifier.traffic.document(told(verifier, Baseline()))
    VALIDATOR.validate(document)
    assert document["verdict"]["state"] == "broken"
    assert {each["times"] for each in document["findings"]} == {2}
    assert {each["firstSeen"] for each in document["findings"]} == {"1970-01-01T00:00:30Z"}
    assert {each["lastSeen"] for each in document["findings"]} == {"1970-01-01T00:01:00Z"}
    assert sum(document["leftOut"].values()) == 1
    assert TOKEN not in str(document)


def test_a_baseline_accepts_what_it_names(verifier: Verifier) -> None:
    """The verdict then is that there is nothing new."""
    today = dt.date(2026, 6, 1)
    run = told(verifier, Baseline((Accepted({"check": "*"}, "known", "kites", today),), today))
    assert run.new == ()
    assert verifier.traffic.document(run)["verdict"]["state"] == "accepted"


def test_clauses_that_a_finding_names_are_violated(verifier: Verifier) -> None:
    """And those that nothing judged was about are unjudged."""
    run = told(verifier, Baseline())
    states = {each["id"]: each["state"] for each in verifier.traffic.document(run)["clauses"]}
    assert {clause for clause, state in states.items() if state == "violated"} == {
        finding.clause for finding in run.findings
    }
    assert "unjudged" in states.values()


def test_one_exchange_that_breaks_a_clause_twice_is_seen_once(contract: Contract) -> None:
    """What is counted are exchanges, as the report of `verify` counts them."""
    main = contract.main
    path = main.path.format(groupId="a" * 24, clusterName="Cluster0")
    headers = (("Content-Type", main.success.contents[0].media_type),)
    found = Verifier(contract)
    link = '{"href": 1, "rel": "x"}'
    body = f'{{"type": "replicaSet", "links": [{link}, {link}]}}'.encode()
    found.take(Recorded("traffic.json", Request(main.method, path), Reply(200, headers, body)))
    assert {each.times for each in found.traffic.seen.values()} == {1}
    assert any("Link/properties/href" in clause for _, clause, _ in found.traffic.seen)
