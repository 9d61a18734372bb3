"""Each request is paid for before it leaves; what a server may have made is not paid back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from atlas_contract.contract import Contract
from atlas_contract.errors import BudgetSpent
from atlas_contract.guard import origin_of
from atlas_contract.guard.budget import Budget, Purse
from atlas_contract.guard.ledger import Ledger, Run
from atlas_contract.guard.pacing import Pace
from atlas_contract.guard.policy import Policy
from atlas_contract.guard.watch import Watch
from atlas_contract.mock import ManualClock
from atlas_contract.model import Reply, Request

PROJECT, CLUSTER = "32b6e34b3d91647abb20e7b8", "Cluster0"
START = 1_800_000_000.0


@pytest.fixture
def clock() -> ManualClock:
    """The run's clock."""
    return ManualClock(START)


@pytest.fixture
def watch(contract: Contract, clock: ManualClock, tmp_path: Path) -> Iterator[Watch]:
    """A watch over a run with two snapshots and 100 seconds."""
    origin = origin_of("http://127.0.0.1:1")
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        run = Run.new(target="http://127.0.0.1:1", project=PROJECT, cluster=CLUSTER, now=clock.now())
        ledger.begin(run)
        policy = Policy(origin, PROJECT, frozenset({CLUSTER}), contract, ledger.owns)
        purse = Purse(Budget(snapshots=2, requests=1000, seconds=100.0), clock.now)
        yield Watch(contract, policy, purse, Pace(contract, clock.now, clock.advance), ledger, run, clock.now)


def path_of(contract: Contract) -> str:
    """Where the snapshots of the cluster are."""
    return contract.main.path.format(groupId=PROJECT, clusterName=CLUSTER)


def take(watch: Watch, reply: Reply) -> None:
    """Ask for a snapshot, which is answered so."""
    body = json.dumps({"description": watch.run.mark}).encode()
    watch.send(Request("POST", path_of(watch.contract), (), body), lambda _: reply)


def listed(watch: Watch, *snapshots: dict[str, str]) -> None:
    """Look at the list, which has these snapshots."""
    body = json.dumps({"results": snapshots}).encode()
    watch.send(Request("GET", path_of(watch.contract)), lambda _: Reply(200, (), body))


def snapshot(second: float, description: str, number: int = 0) -> dict[str, str]:
    """A snapshot as lists have it."""
    return {"id": f"{int(second):08x}{number:016x}", "description": description}


@pytest.mark.parametrize("status", [0, 200, 201, 204, 302, 307, 500, 502, 503, 504, 599])
def test_a_snapshot_that_may_have_been_made_stays_paid_for(watch: Watch, status: int) -> None:
    """Only a refusal says that there is none; after as many as the budget has nothing is sent any more."""
    for left in (1, 0):
        take(watch, Reply(status, (), b"{}"))
        assert watch.purse.snapshots_left == left
    with pytest.raises(BudgetSpent):
        take(watch, Reply(200))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 499])
def test_a_snapshot_that_was_refused_costs_nothing(watch: Watch, status: int) -> None:
    """However often it is asked for."""
    for _ in range(5):
        take(watch, Reply(status, (), b"{}"))
    assert watch.purse.snapshots_left == 2


def test_a_request_whose_wire_breaks_stays_paid_for(watch: Watch) -> None:
    """The exception goes on to the caller, and the snapshot may be there."""

    def breaking(_: Request) -> Reply:
        raise OSError

    with pytest.raises(OSError):
        watch.send(Request("POST", path_of(watch.contract)), breaking)
    assert watch.purse.snapshots_left == 1
    assert watch.ledger.last_unanswered(watch.run) == START


@pytest.mark.parametrize(("status", "unanswered"), [(504, START), (302, START), (200, 0.0), (409, 0.0)])
def test_the_ledger_knows_what_was_answered_for_sure(watch: Watch, status: int, unanswered: float) -> None:
    """After anything but a success or a refusal, a snapshot may still turn up."""
    take(watch, Reply(status, (), b"{}"))
    assert watch.ledger.last_unanswered(watch.run) == unanswered


def test_a_snapshot_with_our_mark_is_ours_whatever_was_answered(watch: Watch) -> None:
    """It is paid for once: at the failure that may have made it, or at the list if the server had refused."""
    take(watch, Reply(504, (), b"{}"))
    listed(watch, snapshot(START, watch.run.mark, 1))
    assert watch.purse.snapshots_left == 1
    take(watch, Reply(422, (), b"{}"))
    listed(watch, snapshot(START, watch.run.mark, 1), snapshot(START, watch.run.mark, 2))
    assert watch.purse.snapshots_left == 0
    assert len(watch.ledger.left_by(watch.run)) == 2


def test_a_snapshot_of_others_is_never_ours(watch: Watch) -> None:
    """Neither one with another description, nor one with our mark that is older than the run."""
    foreign = snapshot(START, "nightly", 1), snapshot(START - 1e6, watch.run.mark, 2)
    listed(watch, *foreign)
    listed(watch, *foreign)
    assert watch.purse.snapshots_left == 2
    assert watch.ledger.left_by(watch.run) == []


@pytest.mark.parametrize(("skew", "ours"), [(-720.0, True), (0.0, True), (86_400.0, True), (None, False)])
def test_a_snapshot_is_new_by_the_clock_of_its_server(
    watch: Watch,
    skew: float | None,
    ours: bool,  # noqa: FBT001  a test's parameter
) -> None:
    """A server whose clock is wrong makes ids by that clock, and says by its Date how late it takes it to be."""
    made = START - 720.0 if skew is None else START + skew
    headers = () if skew is None else (("Date", formatdate(made, usegmt=True)),)
    take(watch, Reply(200, headers, json.dumps(snapshot(made, watch.run.mark)).encode()))
    assert bool(watch.created) is ours
    assert watch.purse.snapshots_left == 1


def test_no_request_leaves_after_the_time_is_up(watch: Watch, clock: ManualClock) -> None:
    """A request that would have to wait for room in the token bucket until then is not sent, and nobody waits."""
    clock.advance(60.0)
    watch.pace.after(Request("GET", path_of(watch.contract)), Reply(429))
    with pytest.raises(BudgetSpent, match="100 seconds"):
        listed(watch)
    assert clock.now() == START + 60.0
