"""The lives of snapshots: drawn by seed from what was observed, or as a scenario wants them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock import Scenario
from atlas_contract.mock.lifecycle import Life, Lifecycle, Wishes

if TYPE_CHECKING:
    from tests.mock.conftest import CallerIn

MANY = 4000


def lives(contract: Contract, wishes: Wishes | None = None) -> list[Life]:
    """Many lives of one seed."""
    lifecycle, chance = Lifecycle(contract), random.Random(1)
    return [lifecycle.draw(chance, wishes or Wishes()) for _ in range(MANY)]


def test_lengths_are_spread_as_observed(contract: Contract) -> None:
    """Their extremes and quartiles are those of the recorded lives."""
    observed = contract.behaviour("snapshot-lifecycle").values["stages"][-1]["seconds"]
    lengths = [life.length for life in lives(contract)]
    assert observed["minimum"] <= min(lengths)
    assert max(lengths) <= observed["maximum"]
    for share, quartile in ((0.25, "lowerQuartile"), (0.5, "median"), (0.75, "upperQuartile")):
        below = sum(length <= observed[quartile] for length in lengths) / MANY
        assert below == pytest.approx(share, abs=0.03)


def test_a_stage_that_was_seldom_seen_is_seldom(contract: Contract) -> None:
    """Most lives pass it by; its share is that of the recordings."""
    stages = contract.behaviour("snapshot-lifecycle").values["stages"]
    name, seen = next((each["name"], each["seen"]) for each in stages if "seen" in each)
    share = sum(any(stage.name == name for stage in life.stages) for life in lives(contract)) / MANY
    assert share == pytest.approx(seen["lives"] / seen["of"], abs=0.01)


@pytest.mark.parametrize("failing", [0.0, 0.25, 1.0])
def test_the_wanted_share_of_lives_fails(contract: Contract, failing: float) -> None:
    """None unless wished for."""
    share = sum(life.fails for life in lives(contract, Wishes(failing=failing))) / MANY
    assert share == pytest.approx(failing, abs=0.02)


def test_a_wish_changes_nothing_but_what_it_is_for(contract: Contract) -> None:
    """Snapshots that don't fail live as they would have lived without the others' failing."""
    usual, some = lives(contract), lives(contract, Wishes(failing=0.5))
    assert all(one == other for one, other in zip(usual, some, strict=True) if not other.fails)


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(length=1), Wishes(ages={"started": 200}, taken=900)])
def test_stages_follow_each_other_in_every_life(contract: Contract, wishes: Wishes) -> None:
    """The first begins at once, and nothing is taken after it is shown to be."""
    for life in lives(contract, wishes):
        assert life.begins[0] == 0
        assert list(life.begins) == sorted(life.begins)
        assert 0 <= life.taken <= life.length
        assert life.stage(-1.0) == life.stages[0]
        assert life.stage(life.length) == life.stages[-1]


def test_stages_that_do_not_follow_each_other_are_refused(contract: Contract) -> None:
    """The contract is at fault then."""
    behaviours = [dict(each) for each in contract.document["x-atlas-behaviours"]]
    stated = next(each for each in behaviours if each["id"] == "snapshot-lifecycle")
    stated["values"] = {**stated["values"], "stages": stated["values"]["stages"][1:]}
    bent = Contract({**contract.document, "x-atlas-behaviours": behaviours})
    with pytest.raises(BadInput, match="stages must begin"):
        Lifecycle(bent)


def test_a_snapshot_that_fails_keeps_what_was_known_and_never_is_taken(caller_in: CallerIn) -> None:
    """It has no date and no size, expires counted from the request, and can be removed but not kept longer."""
    caller = caller_in(Scenario(wishes=Wishes(failing=1.0, length=120)))
    taken = caller.take(retentionInDays=1)
    caller.clock.advance(119)
    before = caller.read(taken["id"])
    caller.clock.advance(1)
    failed = caller.read(taken["id"])
    assert failed == {**before, "status": "failed"}
    assert (failed["storageSizeBytes"], failed["expiresAt"]) == (0, taken["expiresAt"])
    target = f"{caller.snapshots}/{taken['id']}"
    body = {"retentionUnit": "DAYS", "retentionValue": 1}
    assert caller.refused("PATCH", target, body) == "retention-change-of-unfinished-refused"
    caller.take()
    assert caller.call("DELETE", target).status == 204


@pytest.mark.parametrize("failing", [0.0, 1.0])
def test_an_expired_snapshot_is_gone(caller_in: CallerIn, failing: float) -> None:
    """In the very second, for every operation."""
    caller = caller_in(Scenario(wishes=Wishes(length=120, failing=failing)))
    target = f"{caller.snapshots}/{caller.take(retentionInDays=1)['id']}"
    caller.clock.advance(86_399 if failing else 86_519)
    assert caller.content("GET", caller.snapshots)["totalCount"] == 1
    caller.clock.advance(1)
    assert caller.content("GET", caller.snapshots)["results"] == []
    for method, body in (
        ("GET", None),
        ("DELETE", None),
        ("PATCH", {"retentionUnit": "DAYS", "retentionValue": 9}),
    ):
        assert caller.refused(method, target, body) == "snapshot-unknown"


def test_an_unfinished_snapshot_does_not_expire(caller_in: CallerIn) -> None:
    """However long it takes."""
    caller = caller_in(Scenario(wishes=Wishes(length=3 * 86_400)))
    taken = caller.take(retentionInDays=1)
    caller.clock.advance(2 * 86_400)
    assert caller.read(taken["id"])["status"] == "inProgress"


def test_a_retention_that_is_over_removes_the_snapshot(caller_in: CallerIn) -> None:
    """The reply still shows it, with an expiry that has passed."""
    caller = caller_in(Scenario(wishes=Wishes(length=120)))
    target = f"{caller.snapshots}/{caller.take(retentionInDays=30)['id']}"
    caller.clock.advance(10 * 86_400)
    changed = caller.content("PATCH", target, {"retentionUnit": "DAYS", "retentionValue": 9})
    assert changed["expiresAt"] == "2026-01-10T00:02:00Z"
    assert caller.refused("GET", target) == "snapshot-unknown"
