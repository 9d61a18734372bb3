"""The JSON document: every one that a run makes is what the schema says, and no secret is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import jsonschema_rs
import pytest
from tests.reporting import VALIDATOR

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.model import Accepted, Case, Exchange, Expectation, Finding, Reply, Request, Source
from atlas_contract.reports import bundle
from atlas_contract.reports.console import Summary, summary
from atlas_contract.reports.delivery import Wanted, deliver
from atlas_contract.reports.document import document, schema
from atlas_contract.reports.record import Life, Seen, Sent, Timeline

SECRET = "s3cret-of-a-service-account"


@pytest.fixture
def run(contract: Contract) -> Summary:
    """A run with one finding, whose exchange echoes a secret in every place."""
    case = Case("op", "clause", f"sent with {SECRET}", Expectation.REFUSED, path={})
    headers = (("Authorization", "Bearer abc"), ("X-Echo", SECRET))
    request = Request("POST", f"/x?key={SECRET}", headers, SECRET.encode() + b"\xff\x00")
    exchange = Exchange(case, request, Reply(200, headers, f'{{"access_token": "{SECRET}"}}'.encode()))
    finding = Finding("check", "clause", Source.OBSERVED, f"it said {SECRET}", exchange)
    return Summary(
        contract=contract,
        target="somewhere",
        base_url="http://127.0.0.1:1",
        cases={"clause": 3},
        requests=7,
        seconds=1.25,
        findings=(finding,),
        notes=(f"a note on {SECRET}",),
        left_out={"no time": 2},
        secrets=(SECRET,),
        began=1_767_225_600.0,
    )


def test_the_schema_is_one() -> None:
    """It keeps the rules of JSON Schema, 2020-12."""
    assert jsonschema_rs.meta.is_valid(schema())


def test_a_document_is_what_the_schema_says(run: Summary) -> None:
    """With findings, a timeline and everything else that a run can tell."""
    timeline = Timeline(
        (Sent(0.0, "GET", "op", 0),), (Life("a", 0.0, None, ((0.0, "queued"),)), Life("b", 1.0, 2.0, ()))
    )
    made = document("fuzz", run, timeline=timeline, learned=["an edit"])
    VALIDATOR.validate(made)
    assert made["started"] == "2026-01-01T00:00:00Z"
    assert made["timeline"]["requests"] == [{"at": 0.0, "method": "GET", "operation": "op", "status": None}]
    assert VALIDATOR.is_valid(json.loads(json.dumps(made)))


def test_a_document_with_anything_else_is_not(run: Summary) -> None:
    """The schema is strict: a key that nobody described is an error."""
    assert not VALIDATOR.is_valid({**document("test", run), "more": 1})


def test_no_secret_is_in_it(run: Summary) -> None:
    """Wherever an exchange carries one."""
    text = json.dumps(document("test", run, learned=[f"reply {SECRET}"]))
    assert SECRET not in text
    assert "Bearer abc" not in text


def test_a_finding_says_how_often_it_was_seen_and_when(run: Summary) -> None:
    """As the run counted it; once, where nobody counted."""
    (only,) = document("test", run)["findings"]
    assert (only["times"], only["firstSeen"]) == (1, None)
    identity = run.findings[0].identity
    (only,) = document("verify", replace(run, seen={identity: Seen(9, 0.0, 60.0)}))["findings"]
    assert (only["times"], only["firstSeen"], only["lastSeen"]) == (
        9,
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:01:00Z",
    )


def test_the_verdict_follows_from_what_is_accepted(run: Summary) -> None:
    """Broken by a finding, accepted if somebody answers for each, unfinished whatever was found, else it holds."""
    entry = Accepted({}, "known", "me", date(2026, 3, 1))
    accepted = replace(run, accepted={run.findings[0].identity: entry})
    states = {
        "broken": run,
        "accepted": accepted,
        "unfinished": replace(accepted, troubles=("it broke off",)),
        "holds": replace(run, findings=()),
    }
    assert {name: document("test", each)["verdict"]["state"] for name, each in states.items()} == {
        name: name for name in states
    }
    (only,) = document("test", accepted)["findings"]
    assert only["accepted"] == {"reason": "known", "owner": "me", "expires": "2026-03-01"}
    VALIDATOR.validate(document("test", accepted))


def test_the_console_gives_the_same_verdict(run: Summary) -> None:
    """Its last line ends with the document's sentence."""
    *_, last = summary(run)
    assert last.endswith(document("test", run)["verdict"]["text"])


def test_half_characters_in_a_message_do_not_lose_the_bundle(run: Summary, tmp_path: Path) -> None:
    """They are written as escapes, as the report's own JSON has them."""
    run = replace(run, notes=("half \ud800",))
    made = document("fuzz", run)
    bundle.write(tmp_path / "found.zip", run, made)
    deliver(made, Wanted(tmp_path), lambda _: None)
    with ZipFile(tmp_path / "found.zip") as archive:
        assert json.loads(archive.read("report.json"))["notes"] == ["half \ud800"]
        assert archive.read("report.json") == (tmp_path / "report.json").read_bytes()


def test_a_bundle_that_cannot_be_written_leaves_nothing(run: Summary, tmp_path: Path) -> None:
    """And the flag is named that says where else."""
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "nowhere" / "found.zip"):
        with pytest.raises(BadInput, match="--bundle"):
            bundle.write(path, run, document("fuzz", run))
    assert [each.name for each in tmp_path.rglob("*")] == ["folder"]


def test_the_bundle_has_the_document(run: Summary, tmp_path: Path) -> None:
    """A zip file with the summary and the document as they are."""
    made = document("fuzz", run)
    bundle.write(tmp_path / "found.zip", run, made)
    with ZipFile(tmp_path / "found.zip") as archive:
        assert archive.namelist() == ["summary.txt", "report.json"]
        assert json.loads(archive.read("report.json")) == made
