"""The pace stays below the limit of a server's token bucket, whatever its size and whenever it is refilled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.contract import Contract
from atlas_contract.guard.pacing import Pace
from atlas_contract.mock import ManualClock
from atlas_contract.mock.limits import Buckets
from atlas_contract.model import Reply, Request


@given(
    capacity=st.integers(3, 300),
    refill=st.integers(1, 500),
    start=st.floats(0, 59.9),
    gaps=st.lists(st.sampled_from([0.0, 0.01, 0.2, 1.0, 7.0]), min_size=1, max_size=5),
)
def test_no_request_finds_an_empty_bucket(
    contract: Contract, capacity: int, refill: int, start: float, gaps: list[float]
) -> None:
    """Against a bucket of any size, refilled at any moment, none of 400 requests is one too many."""
    clock = ManualClock(1_800_000_000.0 + start)
    pace, buckets = Pace(contract, clock.now, clock.advance), Buckets(capacity, refill, 60, {})
    names = contract.behaviour("rate-limit").values["headers"]
    request = Request("GET", "/api/atlas/v2/groups")
    for number in range(400):
        pace.before(request)
        clock.advance(gaps[number % len(gaps)])
        level = buckets.take("", clock.now())
        assert level.allowed
        headers = ((names["limit"], str(capacity)), (names["remaining"], str(level.remaining)))
        pace.after(request, Reply(200, headers))


@given(start=st.floats(0, 59.9), gap=st.sampled_from([0.0, 0.3, 0.9, 5.0]))
def test_a_bucket_that_nobody_tells_of_is_not_emptied_either(
    contract: Contract, start: float, gap: float
) -> None:
    """Token requests are counted by what the contract says, for their replies say nothing."""
    clock = ManualClock(1_800_000_000.0 + start)
    stated = contract.behaviour("token-rate-limited").values
    pace = Pace(contract, clock.now, clock.advance)
    buckets = Buckets(stated["requests"], stated["requests"], stated["minutes"] * 60, {})
    request = Request("POST", contract.token.path)
    for _ in range(300):
        pace.before(request)
        clock.advance(gap)
        assert buckets.take("", clock.now()).allowed
        pace.after(request, Reply(200))


def test_what_an_earlier_run_sent_counts(contract: Contract) -> None:
    """After an earlier run's requests of this minute, a new run waits sooner."""
    clock = ManualClock()
    pace = Pace(contract, clock.now, clock.advance)
    requests = contract.behaviour("token-rate-limited").values["requests"]
    for _ in range(requests):
        pace.remember(contract.token.path, clock.now() - 1)
    pace.before(Request("POST", contract.token.path))
    assert pace.waited > 50
