"""Taking a snapshot: the new snapshot, its stages, and the rule of one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from atlas_contract.contract import Contract
from atlas_contract.mock import ManualClock, Mock, Scenario, default_world
from atlas_contract.mock.lifecycle import Wishes
from atlas_contract.model import Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller, CallerIn


def test_a_new_snapshot_is_queued_and_has_just_the_attributes_of_a_new_one(caller: Caller) -> None:
    """Nothing is known yet of what comes with time."""
    taken = caller.take(description="before the upgrade", retentionInDays=3)
    assert list(taken) == sorted(taken)
    assert set(taken) == {
        *("copyRegions", "description", "expiresAt", "frequencyType", "id", "links", "policyItems"),
        *("replicaSetName", "snapshotType", "status", "storageSizeBytes", "type"),
    }
    assert (taken["status"], taken["type"], taken["storageSizeBytes"]) == ("queued", "replicaSet", 0)
    assert taken["description"] == "before the upgrade"
    assert taken["expiresAt"] == "2026-01-04T00:00:00Z"


def test_a_snapshot_id_begins_with_the_second_of_the_request(caller: Caller) -> None:
    """Ids are ObjectIds, and no two are the same."""
    first = caller.take_completed()
    second = caller.take()
    assert int(second["id"][:8], 16) == int(caller.clock.now())
    assert first["id"] != second["id"]


def test_a_request_without_retention_gets_the_stated_one(caller: Caller, contract: Contract) -> None:
    """Both attributes are optional."""
    days = contract.behaviour("default-retention").values["days"]
    assert caller.take()["expiresAt"] == f"2026-01-{1 + days:02}T00:00:00Z"


@pytest.mark.parametrize("days", [2**31 - 1, 2_914_000, 3e6])
def test_a_retention_beyond_the_calendar_ends_with_the_calendar(caller: Caller, days: float) -> None:
    """The year 9999 is the last that a timestamp can name."""
    assert caller.take(retentionInDays=days)["expiresAt"] == "9999-12-31T23:59:59Z"


def test_a_snapshot_goes_through_the_stages_that_the_contract_states(
    contract: Contract, caller_in: CallerIn
) -> None:
    """Status moves forward, and no attribute that was there disappears."""
    stages = contract.behaviour("snapshot-lifecycle").values["stages"]
    ages = {each["name"]: each["mockSeconds"] for each in stages[1:]}
    wishes = Wishes(ages=ages, length=ages.pop(stages[-1]["name"]))
    caller = caller_in(Scenario(wishes=wishes))
    seen = caller.take(retentionInDays=1)
    start = caller.clock.now()
    for stage in stages:
        caller.clock.advance(max(0.0, start + stage["mockSeconds"] - caller.clock.now()))
        now = caller.read(seen["id"])
        assert now["status"] == stage["status"]
        assert set(seen) | set(stage["adds"]) == set(now)
        seen = now
    assert seen["storageSizeBytes"] > 0
    assert seen["createdAt"] < seen["expiresAt"]


def test_the_expiry_moves_when_a_snapshot_is_completed(caller_in: CallerIn) -> None:
    """Retention counts from completion then."""
    caller = caller_in("lifecycle: {duration: 177}")
    taken = caller.take_completed(retentionInDays=1)
    assert caller.read(taken["id"])["expiresAt"] == "2026-01-02T00:02:57Z"


def test_a_cluster_with_an_unfinished_snapshot_refuses_another(caller: Caller) -> None:
    """The refusal changes nothing, another cluster is free, and so is the same one later."""
    caller.take()
    assert caller.refused("POST", caller.snapshots, {}) == "unfinished-snapshot"
    assert caller.content("GET", caller.snapshots)["totalCount"] == 1
    caller.take(caller.sharded)
    caller.clock.advance(600)
    caller.take()
    assert caller.content("GET", caller.snapshots)["totalCount"] == 2


def test_a_pace_shortens_the_life_of_a_snapshot(contract: Contract, caller: Caller) -> None:
    """A fast mock completes a snapshot in a part of a second, yet shows it queued first."""
    clock = ManualClock(1_767_225_600.9)
    fast = Mock(contract, default_world(contract, clock=clock), pace=1 / 500)
    caller = replace(caller, mock=fast, clock=clock)
    taken = caller.take()
    assert taken["status"] == "queued"
    clock.advance(1.1)
    assert caller.read(taken["id"])["storageSizeBytes"] > 0


def test_the_self_link_leads_back_to_the_snapshot(caller: Caller) -> None:
    """Links name the public address of the mock."""
    caller.mock.public_url = "http://127.0.0.1:8080"
    taken = caller.take()
    links = {link["rel"]: link["href"] for link in taken["links"]}
    assert next(iter(links)) == "self"
    path = links["self"].removeprefix("http://127.0.0.1:8080")
    assert caller.content("GET", path) == taken


def test_the_same_seed_and_requests_give_the_same_bytes(caller_in: CallerIn) -> None:
    """Replies with their headers and challenges, ids, sizes, lives and tokens, all through a history."""

    def story(seed: int) -> list[object]:
        caller = caller_in(Scenario(seed=seed, wishes=Wishes(failing=0.5)))
        told: list[object] = [caller.mock.world.members, caller.send(Request("GET", caller.snapshots))]
        for cluster in (caller.snapshots, caller.sharded) * 4:
            told.append(caller.call("POST", cluster, {"description": "é"}))
            for seconds in (0, 90, 90, 500):
                caller.clock.advance(seconds)
                told.append(caller.call("GET", cluster))
        return told

    assert story(7) == story(7)
    assert story(7) != story(8)
