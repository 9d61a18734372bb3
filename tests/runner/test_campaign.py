"""A careful run against a stand-in for staging: within its budget, without a 429, clean in the end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.staging import Staging, staging, with_bucket

from atlas_contract.contract import Contract
from atlas_contract.errors import BudgetSpent, TargetUnreachable
from atlas_contract.guard.budget import Budget
from atlas_contract.guard.ledger import Ledger, Run
from atlas_contract.model import Reply, Request
from atlas_contract.runner.careful import Opened
from atlas_contract.runner.cleanup import Cleaner

TEN_MINUTES = Budget(requests=5000, seconds=600.0)
FAULTS = (
    "two-unfinished",
    "numbers-as-text",
    "list-omits-newest",
    "envelope-moves-expiry",
    "ignores-envelope",
    "token-unverified",
    "error-number-differs",
    "accepts-zero-retention",
    "undocumented-status",
    "ignores-auth",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Where the ledger is."""
    return tmp_path / "ledger.sqlite"


def takes(place: Staging) -> int:
    """How many snapshots the server has taken."""
    main = place.contract.main
    return sum(
        request.method == main.method and reply.succeeded and b"frequencyType" in reply.body
        for request, reply in place.asked
    )


@pytest.mark.parametrize("capacity", [1200, 20])
def test_ten_minutes_of_atlas_are_used_well(contract: Contract, ledger: Path, capacity: int) -> None:
    """In ten minutes: 150 useful probes, at most three snapshots, no 429, no false alarm, nothing left."""
    with staging(contract, served=with_bucket(contract, capacity)) as place:
        result, opened = place.run(ledger, TEN_MINUTES, extra=200)
    assert result.probes >= 150
    assert takes(place) == opened.watch.purse.created <= 3
    assert 429 not in place.statuses()
    assert not result.findings
    assert not place.descriptions


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_server_is_found_out_within_the_budget(contract: Contract, ledger: Path, fault: str) -> None:
    """Each fault gives a finding, at most three snapshots are taken, and none is left."""
    with staging(contract, fault=fault) as place:
        result, opened = place.run(ledger, Budget(requests=1500, seconds=1500.0))
    assert result.findings
    assert opened.watch.purse.created <= 3
    assert 429 not in place.statuses()
    assert not place.descriptions


@pytest.mark.parametrize("snapshots", [1, 2])
def test_a_smaller_budget_is_kept(contract: Contract, ledger: Path, snapshots: int) -> None:
    """A server that takes what it should refuse gets no more snapshots out of us than the budget has."""
    with staging(contract, fault="accepts-zero-retention") as place:
        place.run(ledger, Budget(snapshots=snapshots, requests=1500, seconds=1500.0))
    assert takes(place) <= snapshots


@pytest.mark.parametrize("fault", ["", "two-unfinished"])
@pytest.mark.parametrize("status", [302, 422, 504])
def test_a_server_that_takes_snapshots_and_says_it_did_not_gets_no_more_out_of_us(
    contract: Contract, ledger: Path, status: int, fault: str
) -> None:
    """Whatever it answers, a snapshot that it may have made is paid for, and what bears our mark is removed."""
    made: list[Reply] = []

    def denied(request: Request, reply: Reply) -> Reply:
        if request.method != contract.main.method or b"frequencyType" not in reply.body:
            return reply
        made.append(reply)
        return Reply(status, (), b"{}")

    with staging(contract, fault=fault, spoiled=denied) as place:
        _, opened = place.run(ledger, Budget(snapshots=2, requests=400, seconds=1500.0))
        assert not place.descriptions
    assert 0 < len(made) == opened.watch.purse.created <= 2


def test_requests_are_counted(contract: Contract, ledger: Path) -> None:
    """No more requests are sent than the budget allows, those that clean up apart."""
    with staging(contract) as place, place.opened(ledger, Budget(requests=40)) as opened:
        result = place.campaign(opened).run()
        assert len(place.asked) == 40
        assert "40 requests" in result.ended
        with pytest.raises(BudgetSpent):
            opened.target.wire(Request("GET", "/api/atlas/v2/groups"))


def test_snapshots_of_others_are_left_alone(contract: Contract, ledger: Path) -> None:
    """What was there before, and what is not ours, is still there afterwards and was neither changed nor removed."""
    with staging(contract) as place:
        token = place.mock.token_for(place.mock.world.manager.account)
        path = contract.main.path.format(groupId=place.place.project, clusterName=place.place.cluster)
        version = contract.main.success.contents[0].media_type
        headers = (("Authorization", f"Bearer {token}"), ("Accept", version), ("Content-Type", version))
        body = b'{"description": "nightly", "retentionInDays": 9}'
        place.mock.handle(Request("POST", path, headers, body))
        place.clock.advance(1000)
        place.run(ledger, TEN_MINUTES)
        assert place.descriptions == ["nightly"]
    changed = [
        request for request, reply in place.asked if request.method in ("DELETE", "PATCH") and reply.succeeded
    ]
    assert changed, "our own are removed"


def test_a_run_that_dies_is_cleaned_up_by_another(contract: Contract, ledger: Path) -> None:
    """What a run left is found by the ledger and by listing, removed once, and nothing is left to do then."""
    with staging(contract) as place:
        with place.opened(ledger, Budget(requests=60)) as dead:
            place.campaign(dead).run()
        left = len(place.descriptions)
        assert left
        for expected in (left, 0):
            with place.opened(ledger) as opened:
                found = Cleaner(opened.target, opened.watch, is_alive=opened.others_alive).clean(apply=True)
                opened.watch.ledger.end(opened.watch.run, place.clock.now())
            assert len(found.removed) == expected
            assert found.is_clean
        assert not place.descriptions
    with Ledger.open(ledger) as read:
        assert all(run.ended for run in read.runs())


def test_a_dry_run_removes_nothing(contract: Contract, ledger: Path) -> None:
    """Without `apply` cleaning up only says what it would remove."""
    with staging(contract) as place, place.opened(ledger, Budget(requests=60)) as dead:
        place.campaign(dead).run()
        before = place.descriptions
        with place.opened(ledger) as opened:
            cleaner = Cleaner(opened.target, opened.watch, is_alive=lambda _: False)
            found = cleaner.clean(apply=False)
        assert [each.run.id for each in found.would_remove if each.run] == [dead.watch.run.id] * len(before)
        assert before
        assert place.descriptions == before


def test_a_list_without_end_makes_nothing_count_as_gone(contract: Contract, ledger: Path) -> None:
    """What a server does not list because it never gets to it may still be there."""

    def endless(signed: Request) -> Reply:
        reply = wire(signed)
        if signed.method != "GET" or not signed.target.partition("?")[0].endswith("/snapshots"):
            return reply
        link = {"rel": "next", "href": "https://h.example/?pageNum=2"}
        return replace(reply, body=json.dumps({"results": [], "links": [link]}).encode())

    with staging(contract) as place:
        with place.opened(ledger, Budget(requests=60)) as dead:
            place.campaign(dead).run()
        before = place.descriptions
        with place.opened(ledger) as opened:
            wire = opened.target.wire
            left = dead_ones(opened, dead.watch.run)
            target = replace(opened.target, wire=endless)
            cleaner = Cleaner(target, opened.watch, is_alive=opened.others_alive, most_pages=3)
            with pytest.raises(TargetUnreachable, match="more than 3 pages"):
                cleaner.clean(apply=True)
            assert before
            assert left == dead_ones(opened, dead.watch.run) != []
            assert place.descriptions == before


def dead_ones(opened: Opened, run: Run) -> list[str]:
    """What the ledger says that a run has left."""
    return list(opened.watch.ledger.left_by(run))


def test_a_run_that_runs_is_left_alone(contract: Contract, ledger: Path) -> None:
    """Cleaning up beside a running run touches none of its snapshots, and says why."""
    with staging(contract) as place, place.opened(ledger, Budget(requests=60)) as running:
        place.campaign(running).run()
        before = place.descriptions
        with place.opened(ledger) as opened:
            found = Cleaner(opened.target, opened.watch, is_alive=opened.others_alive).clean(apply=True)
        assert before
        assert place.descriptions == before
        assert {each.stays for each in found.staying} == {f"run {running.watch.run.id} is still running"}


def test_no_secret_is_in_the_ledger(contract: Contract, ledger: Path) -> None:
    """Neither secrets nor tokens are written down."""
    with staging(contract) as place:
        place.run(ledger, Budget(requests=200))
        kept = ledger.read_bytes()
        for secret in place.mock.world.secrets():
            assert secret.encode() not in kept
    assert b"eyJ" not in kept
