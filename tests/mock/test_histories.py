"""Whatever happens in whatever order, the world agrees with a simple model of it; and many at once are as one."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError, Thread
from typing import TYPE_CHECKING, Any, ClassVar, Self

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from atlas_contract.mock import Scenario
from atlas_contract.mock.lifecycle import Wishes
from atlas_contract.model import Reply, Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller, CallerIn

LENGTH = 120  # seconds that every snapshot of a history takes
DAY = 86_400
RANK = {"queued": 0, "inProgress": 1, "completed": 2, "failed": 2}
THREADS, ROUNDS = 64, 200


@dataclass
class Model:
    """What is to be known of one snapshot without looking."""

    id: str
    target: str
    requested: float
    kept_for: int
    status: str = "queued"
    removed: bool = False

    def is_finished(self, now: float) -> bool:
        """Whether its time is over."""
        return now >= self.requested + LENGTH

    def expires(self) -> float:
        """When it goes, by what is known of its status."""
        return self.requested + self.kept_for + (LENGTH if self.status == "completed" else 0)


class Histories(RuleBasedStateMachine):
    """Histories of two clusters; the caller holds every reply against the contract."""

    caller_in: ClassVar[CallerIn]
    snapshots = Bundle("snapshots")
    days = st.integers(1, 2)

    @initialize(seed=st.integers(0, 99))
    def begin(self, seed: int) -> None:
        """A world in which nearly half of the snapshots fail."""
        wishes = Wishes(length=LENGTH, failing=0.4)
        self.caller = type(self).caller_in(Scenario(seed=seed, wishes=wishes))
        self.known: list[Model] = []

    @property
    def now(self) -> float:
        """The time of the world."""
        return self.caller.clock.now()

    def there(self, target: str) -> list[Model]:
        """The model's snapshots of one cluster, those that must be gone left out."""
        return [each for each in self.known if each.target == target and not self.is_gone(each)]

    def is_gone(self, model: Model) -> bool:
        """Whether a snapshot was removed or has expired; one that finished unseen is looked at first."""
        if not model.removed and model.is_finished(self.now) and RANK[model.status] < 2:
            self.learn(model)
        model.removed |= model.is_finished(self.now) and self.now >= model.expires()
        return model.removed

    def learn(self, model: Model) -> None:
        """How a snapshot ended: the mock's choice, to be seen as long as it is there."""
        reply = self.caller.call("GET", f"{model.target}/{model.id}")
        if reply.status == 200:
            model.status = json.loads(reply.body)["status"]
            assert model.status in ("completed", "failed")
        else:
            model.removed = True
            assert self.now >= model.requested + model.kept_for

    def check(self, model: Model, shown: dict[str, Any]) -> None:
        """A document says of a snapshot what must be true now."""
        assert shown["id"] == model.id
        assert RANK[shown["status"]] >= RANK[model.status]
        assert model.status in (shown["status"], "queued", "inProgress")
        assert (RANK[shown["status"]] == 2) == model.is_finished(self.now)
        model.status = shown["status"]
        assert datetime.fromisoformat(shown["expiresAt"]) == datetime.fromtimestamp(model.expires(), UTC)

    @rule(target=snapshots, sharded=st.booleans(), days=days)
    def take(self, *, sharded: bool, days: int) -> Model | MultipleResults[Model]:
        """Taken unless another one of the cluster is unfinished."""
        cluster = self.caller.sharded if sharded else self.caller.snapshots
        reply = self.caller.call("POST", cluster, {"retentionInDays": days})
        body = json.loads(reply.body)
        if any(not each.is_finished(self.now) for each in self.there(cluster)):
            assert (reply.status, body["errorCode"]) == (400, "UNFINISHED_ON_DEMAND_SNAPSHOT")
            return multiple()
        assert (reply.status, body["status"]) == (200, "queued")
        assert body["id"] not in {each.id for each in self.known}
        model = Model(body["id"], cluster, self.now, days * DAY)
        self.known.append(model)
        self.check(model, body)
        return model

    @rule(model=snapshots)
    def get(self, model: Model) -> None:
        """There unless it is gone."""
        gone = self.is_gone(model)
        reply = self.caller.call("GET", f"{model.target}/{model.id}")
        assert reply.status == (404 if gone else 200)
        if not gone:
            self.check(model, json.loads(reply.body))

    @rule(model=snapshots)
    def delete(self, model: Model) -> None:
        """Removed when it is finished, refused before, unknown afterwards."""
        expected = 404 if self.is_gone(model) else 204 if model.is_finished(self.now) else 400
        assert self.caller.call("DELETE", f"{model.target}/{model.id}").status == expected
        model.removed |= expected == 204

    @rule(model=snapshots, days=days)
    def keep(self, model: Model, days: int) -> None:
        """Kept for another time when it is completed."""
        body = {"retentionUnit": "DAYS", "retentionValue": days}
        expected = 404 if self.is_gone(model) else 200 if model.status == "completed" else 400
        reply = self.caller.call("PATCH", f"{model.target}/{model.id}", body)
        assert reply.status == expected
        if expected == 200:
            model.kept_for = days * DAY
            self.check(model, json.loads(reply.body))

    @rule(seconds=st.sampled_from([1, 30, LENGTH, DAY]))
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.caller.clock.advance(seconds)

    @rule(model=snapshots, expiry=st.booleans(), early=st.integers(0, 1))
    def wait_for(self, model: Model, *, expiry: bool, early: int) -> None:
        """Time goes by until a snapshot is finished, or must go, or until the second before."""
        moment = model.expires() if expiry else model.requested + LENGTH
        self.caller.clock.advance(max(0, moment - early - self.now))

    @invariant()
    def lists_agree(self) -> None:
        """A list has what is there, oldest first, as a read shows it, at most one of it unfinished."""
        for target in (self.caller.snapshots, self.caller.sharded):
            there = self.there(target)
            found = self.caller.content("GET", target)["results"]
            assert [each["id"] for each in found] == [each.id for each in there]
            assert sum(RANK[each["status"]] < 2 for each in found) <= 1
            for model, shown in zip(there, found, strict=True):
                self.check(model, shown)
            assert [self.caller.read(each.id, target) for each in there[-1:]] == found[-1:]


def test_every_history_agrees_with_the_model(caller_in: CallerIn) -> None:
    """Taking, reading, listing, removing, keeping and waiting, in any order on two clusters."""
    Histories.caller_in = caller_in
    run_state_machine_as_test(
        Histories,
        settings=settings(settings.get_profile("tests"), max_examples=60, stateful_step_count=40),
    )


def test_of_many_requests_at_once_one_alone_takes_a_snapshot(caller: Caller) -> None:
    """Looking for an unfinished snapshot and adding a new one are one step, round after round."""
    with Crowd(caller) as crowd:
        for _ in range(ROUNDS):
            caller.clock.advance(600)
            told = crowd.ask_at_once()
            assert sum(reply.status == 200 for reply in told) == 1
            refused = [json.loads(reply.body)["errorCode"] for reply in told if reply.status == 400]
            assert refused == ["UNFINISHED_ON_DEMAND_SNAPSHOT"] * (THREADS - 1)


class Crowd:
    """Many threads that ask for a snapshot in the same moment, again and again."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._start, self._end = Barrier(THREADS + 1, timeout=10), Barrier(THREADS + 1, timeout=10)
        self._told: list[Reply] = []
        self._threads = [Thread(target=self._work) for _ in range(THREADS)]

    def __enter__(self) -> Self:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)  # as often as possible, so that a race is run
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._start.abort()
        for thread in self._threads:
            thread.join()
        sys.setswitchinterval(self._interval)

    def ask_at_once(self) -> list[Reply]:
        """One reply for each thread."""
        self._told.clear()
        token = self._caller.mock.token_for(self._caller.mock.world.manager.account)
        version = "application/vnd.atlas.2023-01-01+json"
        headers = (("Authorization", f"Bearer {token}"), ("Accept", version))
        self._request = Request("POST", self._caller.snapshots, headers, b'{"retentionInDays": 1}')
        self._start.wait()
        self._end.wait()
        return self._told

    def _work(self) -> None:
        with suppress(BrokenBarrierError):
            while True:
                self._start.wait()
                self._told.append(self._caller.mock.handle(self._request))
                self._end.wait()
