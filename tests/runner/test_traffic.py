"""Judged traffic as a run: what reports tell of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from tests.recording import Tape, full
from tests.reporting import VALIDATOR

from atlas_contract.contract import Contract
from atlas_contract.model import Accepted, Gap, Reply, Request
from atlas_contract.recordings import Recorded, plain
from atlas_contract.reports.baseline import Baseline
from atlas_contract.reports.console import Summary
from atlas_contract.reports.verification import notes
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


def documented(verifier: Verifier) -> dict[str, Any]:
    """The document as reports get it."""
    return verifier.traffic.document(told(verifier, Baseline()), verifier.result())


def states(contract: Contract, recorded: Iterable[Recorded]) -> dict[str, str]:
    """How each clause stands after an exchange."""
    verifier = Verifier(contract)
    for each in recorded:
        verifier.take(each)
    return {each["id"]: each["state"] for each in documented(verifier)["clauses"]}


def proved(found: dict[str, str], beginning: str = "") -> set[str]:
    """The clauses that are said to be kept, those with one beginning."""
    return {
        clause
        for clause, state in found.items()
        if state in ("proved", "exercised") and clause.startswith(beginning)
    }


def without(recorded: Recorded, *gaps: Gap) -> Recorded:
    """An exchange as a recorder has it that leaves parts of the reply out."""
    reply = recorded.reply
    headers = () if Gap.REPLY_HEADERS in gaps else reply.headers
    body = b"" if Gap.REPLY_BODY in gaps else reply.body
    return replace(
        recorded, reply=Reply(reply.status, headers, body), gaps=recorded.gaps | {*gaps, Gap.LAYOUT}
    )


@pytest.fixture(scope="module")
def life(contract: Contract) -> list[Recorded]:
    """A life of a snapshot, recorded whole."""
    heard = Tape.of(contract).live().heard
    return [plain.recorded(full(each), f"file {number}") for number, each in enumerate(heard)]


def test_a_clause_of_a_body_needs_the_body(contract: Contract, life: list[Recorded]) -> None:
    """Without bodies headers are judged, without both next to nothing is, and no report says otherwise."""
    whole = states(contract, life)
    bodiless = states(contract, [without(each, Gap.REPLY_BODY) for each in life])
    bare = states(contract, [without(each, Gap.REPLY_BODY, Gap.REPLY_HEADERS) for each in life])
    assert {"#/components/schemas/Link/required", "snapshot-creation", "timestamps"} <= proved(whole)
    assert proved(bodiless, "#/components/schemas") == set()
    assert proved(bodiless) - proved(bodiless, "#") == {
        "deleted-stays-deleted", "never-deprecated", "rate-limit", "reply-media-types",
    }  # fmt: skip
    assert (
        proved(bodiless, "#/components/headers/Server/")
        == proved(whole, "#/components/headers/Server/")
        != set()
    )
    assert proved(bare) == {"deleted-stays-deleted"}


def test_a_clause_of_a_member_needs_a_value_there(contract: Contract, life: list[Recorded]) -> None:
    """A list without items shows nothing of items, a replica set nothing of a sharded cluster."""
    found = states(contract, life)
    base = "#/components/schemas/SnapshotBase/properties"
    assert found[f"{base}/policyItems/type"] == "proved"
    assert found[f"{base}/policyItems/items/type"] == "unjudged"
    assert proved(found, "#/components/schemas/ReplicaSetSnapshot/")
    assert not proved(found, "#/components/schemas/ShardedClusterSnapshot/")


def test_a_clause_of_a_header_needs_that_header(contract: Contract, life: list[Recorded]) -> None:
    """Whether a required one is there is seen wherever there are headers; what it says, only in its value."""
    found = states(
        contract, [replace(each, reply=replace(each.reply, headers=(("Date", "x"),))) for each in life]
    )
    assert found["#/components/headers/Server/required"] == "violated"
    assert found["#/components/headers/Server/schema"] == "unjudged"


def test_what_was_asked_for_is_judged_where_it_is_known(contract: Contract, life: list[Recorded]) -> None:
    """A description can only be echoed where somebody saw what it was."""
    blind = [
        replace(each, request=replace(each.request, body=b""), gaps=each.gaps | {Gap.REQUEST_BODY})
        for each in life
    ]
    for behaviour in ("description-echoed", "expiry-follows-retention"):
        assert states(contract, life)[behaviour] == "proved"
        assert states(contract, blind)[behaviour] == "unjudged"


def test_the_report_says_what_the_recording_lacks(contract: Contract, life: list[Recorded]) -> None:
    """In as many words as the console does."""
    verifier = Verifier(contract)
    verifier.take(without(life[1], Gap.REPLY_BODY))
    assert documented(verifier)["notes"] == list(notes(verifier.result())) != []


def test_the_document_has_the_findings_with_their_exchanges(verifier: Verifier) -> None:
    """How often each was seen, first and last by the clock, what was left out, and no secret."""
    document = documented(verifier)
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
    assert verifier.traffic.document(run, verifier.result())["verdict"]["state"] == "accepted"


def test_clauses_that_a_finding_names_are_violated(verifier: Verifier) -> None:
    """And those that nothing judged was about are unjudged."""
    run = told(verifier, Baseline())
    states = {
        each["id"]: each["state"] for each in verifier.traffic.document(run, verifier.result())["clauses"]
    }
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
