"""What is sent again, when, and how often: nothing that Atlas may have acted on, unless that does no harm."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.client.conftest import (
    CLUSTER,
    PROJECT,
    SNAPSHOT,
    Answer,
    Call,
    Script,
    Talk,
    Time,
    refusal,
    reply,
    snapshot,
    take,
)

from atlas_contract.client import RetryPolicy
from atlas_contract.client.retry import LONGEST_NUMBER, named_wait
from atlas_contract.errors import AtlasError, InvalidArgument, RateLimited, ServerError
from atlas_contract.model import Reply

POLICY = RetryPolicy()
NEVER_SENT = (
    httpx.ConnectError("x"),
    httpx.ConnectTimeout("x"),
    httpx.PoolTimeout("x"),
    httpx.ProxyError("x"),
)
MAYBE_SENT = (
    httpx.ReadTimeout("x"),
    httpx.WriteTimeout("x"),
    httpx.ReadError("x"),
    httpx.WriteError("x"),
    httpx.RemoteProtocolError("x"),
)
MAYBE_DONE = (reply(502), reply(503), reply(504))
REFUSED_UNREAD = (
    reply(429),
    reply(429, refusal("rate-limited"), headers=(("Retry-After", "0"),)),
    reply(503, b"", headers=(("Retry-After", "1"),)),
)
FINAL = tuple(reply(status) for status in (400, 403, 404, 405, 406, 408, 409, 425, 500, 501))


def name_of(answer: Answer) -> str:
    """A short name of an answer."""
    if isinstance(answer, Reply):
        return " ".join([str(answer.status), *(f"{name} {value}" for name, value in answer.headers[1:])])
    return type(answer).__name__


def get(client: Any) -> Any:
    """Read one snapshot."""
    return client.get_snapshot(PROJECT, CLUSTER, SNAPSHOT)


def list_all(client: Any) -> Any:
    """List the snapshots of a cluster."""
    return client.list_snapshots(PROJECT, CLUSTER)


def delete(client: Any) -> Any:
    """Delete one snapshot."""
    return client.delete_snapshot(PROJECT, CLUSTER, SNAPSHOT)


def change(client: Any) -> Any:
    """Change a retention."""
    return client.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=2, unit="DAYS")


def sent(talk: Talk, time: Time, call: Call, answer: Answer, **options: Any) -> int:
    """How often the call sends its request to a server that always answers like this."""
    script = Script(answer)
    assert talk.outcome(call, transport=script, sleep=time.nap, clock=time, **options).error is not None
    return len(script.requests)


@pytest.mark.parametrize("call", [take, change])
@pytest.mark.parametrize("answer", [*MAYBE_SENT, *MAYBE_DONE, *FINAL], ids=name_of)
def test_a_change_that_atlas_may_have_acted_on_is_sent_once(
    talk: Talk, time: Time, call: Call, answer: Answer
) -> None:
    """However the connection was lost, and whatever a gateway says without naming a time."""
    assert sent(talk, time, call, answer) == 1
    assert time.naps == []


@pytest.mark.parametrize("call", [take, change])
@pytest.mark.parametrize("answer", [*NEVER_SENT, *REFUSED_UNREAD], ids=name_of)
def test_a_change_that_atlas_cannot_have_acted_on_is_repeated(
    talk: Talk, time: Time, call: Call, answer: Answer
) -> None:
    """As often as the policy allows."""
    assert sent(talk, time, call, answer) == POLICY.attempts
    assert len(time.naps) == POLICY.attempts - 1


@pytest.mark.parametrize("call", [get, list_all, delete])
@pytest.mark.parametrize("answer", [*NEVER_SENT, *MAYBE_SENT, *MAYBE_DONE, *REFUSED_UNREAD], ids=name_of)
def test_what_may_be_done_twice_is_repeated(talk: Talk, time: Time, call: Call, answer: Answer) -> None:
    """Reading and deleting, up to the policy's limit."""
    assert sent(talk, time, call, answer) == POLICY.attempts


@pytest.mark.parametrize("answer", FINAL, ids=name_of)
def test_an_answer_is_not_asked_for_again(talk: Talk, time: Time, answer: Answer) -> None:
    """What Atlas refuses or fails at, it would refuse or fail at again."""
    assert sent(talk, time, get, answer) == 1


@pytest.mark.parametrize("attempts", [1, 2, 7])
def test_attempts_are_the_policys(talk: Talk, time: Time, attempts: int) -> None:
    """One attempt means no repetition at all."""
    policy = RetryPolicy(attempts=attempts)
    assert sent(talk, time, get, httpx.ReadError("x"), retry=policy) == attempts


def test_a_repetition_is_the_same_request(talk: Talk, time: Time) -> None:
    """Same URL, same body, same media type."""
    script = Script(reply(429), reply(200, snapshot()))
    talk(take, transport=script, sleep=time.nap)
    first, second = script.requests
    assert (first.url, first.content, first.headers) == (second.url, second.content, second.headers)


def test_pauses_double_up_to_the_longest(talk: Talk, time: Time) -> None:
    """Where no time is named."""
    sent(talk, time, get, reply(503), retry=RetryPolicy(attempts=7))
    assert time.naps == [0.5, 1, 2, 4, 8, 8]


def test_a_named_time_is_kept(talk: Talk, time: Time) -> None:
    """In seconds, by both 429 and 503."""
    script = Script(
        reply(429, b"", headers=(("Retry-After", "7"),)),
        reply(503, b"", headers=(("Retry-After", "11"),)),
        reply(200, snapshot()),
    )
    talk(take, transport=script, sleep=time.nap)
    assert time.naps == [7, 11]


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, ServerError)])
def test_a_named_time_beyond_the_longest_ends_the_call(
    talk: Talk, time: Time, status: int, kind: type[AtlasError]
) -> None:
    """At once, with the time in the message: nobody waits for a day, and nobody asks before it."""
    script = Script(reply(status, b"", headers=(("Retry-After", "86400"),)))
    error = talk.outcome(get, transport=script, sleep=time.nap, clock=time).error
    assert type(error) is kind
    assert "86400 seconds" in str(error)
    assert (len(script.requests), time.naps) == (1, [])


def test_the_longest_time_that_is_waited_for_is_the_policys(talk: Talk, time: Time) -> None:
    """Up to it, and not a second more."""
    script = Script(reply(429, b"", headers=(("Retry-After", "60"),)), reply(200, snapshot()))
    assert talk(take, transport=script, sleep=time.nap).id == SNAPSHOT
    assert time.naps == [POLICY.longest_named]


def test_a_named_time_of_nothing_is_no_reason_to_hurry(talk: Talk, time: Time) -> None:
    """Atlas names 0 seconds when the next refill is near; the pauses then are those without a name."""
    sent(talk, time, take, REFUSED_UNREAD[1])
    assert time.naps == [0.5, 1, 2]


def test_a_rate_limit_inside_an_envelope_is_one(talk: Talk, time: Time) -> None:
    """The status that counts is the one inside."""
    wrapped = reply(200, {"status": 429, "content": refusal("rate-limited")})
    assert sent(talk, time, take, wrapped, envelope=True) == POLICY.attempts


def test_a_token_that_did_not_come_makes_a_post_no_less_safe(talk: Talk, time: Time) -> None:
    """Not the snapshot's request was lost, but the login's before it: both are sent again."""
    granted = reply(200, {"access_token": "t", "expires_in": 3600}, "application/json")
    script = Script(reply(200, snapshot()), token=(httpx.ReadTimeout("slow"), httpx.ReadError("x"), granted))
    assert talk(take, transport=script, sleep=time.nap).id == SNAPSHOT
    assert (len(script.token_requests), len(script.requests)) == (3, 1)


GRANTED = reply(200, {"access_token": "t", "expires_in": 3600}, "application/json")


def limited(seconds: str) -> Reply:
    """The token endpoint's reply to who asks too often."""
    return reply(429, {"error": "too_many"}, "application/json", headers=(("Retry-After", seconds),))


def test_a_login_that_is_limited_is_waited_for(talk: Talk, time: Time) -> None:
    """As any other 429 is: the named time, then once more."""
    script = Script(reply(200, snapshot()), token=(limited("7"), limited("11"), GRANTED))
    assert talk(take, transport=script, sleep=time.nap, clock=time).id == SNAPSHOT
    assert (len(script.token_requests), len(script.requests), time.naps) == (3, 1, [7, 11])


@pytest.mark.parametrize(("seconds", "asked", "naps"), [("86400", 1, []), ("5", 3, [5, 5, 5])])
def test_a_login_that_stays_limited_is_rate_limited(
    talk: Talk, time: Time, seconds: str, asked: int, naps: list[float]
) -> None:
    """The service account is not at fault; and after three refusals the endpoint is left in peace all the same."""
    script = Script(reply(200, snapshot()), token=(limited(seconds),))
    error = talk.outcome(take, transport=script, sleep=time.nap, clock=time).error
    assert isinstance(error, RateLimited)
    assert (error.retry_after, error.error_code) == (float(seconds), "too_many")
    assert f"wait {seconds} seconds" in str(error)
    assert "from the token endpoint" in str(error)
    assert (len(script.token_requests), len(script.requests), time.naps) == (asked, 0, naps)


# --- The policy by itself -------------------------------------------------------------------------------------------

SECONDS = st.floats(0, 1e300)
POLICIES = st.builds(
    RetryPolicy, attempts=st.integers(1, 5000), pause=SECONDS, longest=SECONDS, longest_named=SECONDS
)
WORDS = "Mon, 1 31 Jan Dec 2026 9999 99999 00:00:00 24:60:61 GMT +9999 -99999999999 , : -"
HEADERS = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=60),
    st.integers().map(str),
    st.datetimes().map(lambda moment: format_datetime(moment.replace(tzinfo=UTC), usegmt=True)),
    st.lists(
        st.sampled_from(WORDS.split(" ")),
        max_size=9,
    ).map(" ".join),
)


@given(
    policy=POLICIES,
    attempt=st.integers(1, 6000),
    status=st.sampled_from([429, 502, 503, 504]),
    header=HEADERS,
)
def test_a_pause_is_never_negative_and_never_above_the_limits(
    policy: RetryPolicy, attempt: int, status: int, header: str
) -> None:
    """For any policy, attempt and header; and there is none after the last attempt."""
    answer = httpx.Response(status, headers=[(b"Retry-After", header.encode("latin-1"))])
    pauses = (
        policy.after_reply(answer, attempt, repeatable=True),
        policy.after_failure(httpx.ReadError("x"), attempt, repeatable=True),
    )
    for pause in pauses:
        assert pause is None or attempt < policy.attempts
        assert pause is None or 0 <= pause <= max(policy.longest, policy.longest_named)


@given(header=HEADERS)
def test_any_retry_after_is_a_number_or_none(header: str) -> None:
    """No header text whatever ends in an exception, a negative number or an endless one."""
    answer = httpx.Response(429, headers=[(b"Retry-After", header.encode("latin-1"))])
    wait = named_wait(answer)
    assert wait is None or (0 <= wait < math.inf)


@given(seconds=st.integers(0, 10**12))
def test_a_number_of_seconds_is_that_many(seconds: int) -> None:
    """Up to more years than anybody waits, with any number of zeros in front."""
    answer = httpx.Response(429, headers={"Retry-After": f"00000000000{seconds}"})
    assert named_wait(answer) == min(seconds, LONGEST_NUMBER)


@given(now=st.datetimes(datetime(1900, 1, 1), datetime(3000, 1, 1)), seconds=st.integers(-(10**9), 10**9))  # noqa: DTZ001
def test_a_date_is_as_many_seconds_away_as_it_is(now: datetime, seconds: int) -> None:
    """A past one is none at all."""
    now = now.replace(microsecond=0, tzinfo=UTC)
    header = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    answer = httpx.Response(429, headers={"Retry-After": header})
    assert named_wait(answer, lambda: now) == max(seconds, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"attempts": 1.5},
        {"attempts": True},
        {"pause": -1},
        {"pause": "x"},
        {"pause": True},
        {"longest": math.nan},
        {"longest": None},
        {"longest_named": math.inf},
    ],
)
def test_a_policy_that_nobody_can_follow_is_refused(options: dict[str, Any]) -> None:
    """When it is made, not when a call fails."""
    with pytest.raises(InvalidArgument, match="cannot be followed"):
        RetryPolicy(**options)
