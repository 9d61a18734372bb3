"""Checks are silent on a sound mock, never stumble over a reply, and each of them catches something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import derived_cases
from atlas_contract.checks import CHECKS, History, Moment, judge_exchange, judge_moment
from atlas_contract.contract import Contract, load
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Exchange, Expectation, Reply, Request, Source
from atlas_contract.runner import Session, embedded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "content", "copyRegions", "createdAt", "description", "error", "errorCode", "expiresAt", "id", "links", "members",
    "parameters", "reason", "results", "snapshotIds", "status", "storageSizeBytes", "totalCount", "type",
]  # fmt: skip
LIKELY = st.sampled_from(
    [
        "queued",
        "completed",
        "replicaSet",
        "2026-01-01T00:00:00Z",
        "0" * 24,
        200,
        "200",
        10**400,
        -1,
        ["x"],
        {"rel": 7},
    ]
)
BODIES = st.dictionaries(st.sampled_from(KEYS), JSON | LIKELY, max_size=9) | JSON
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["Content-Type", "Content-Length", "Date", "Allow", "WWW-Authenticate", "RateLimit-Limit",
             "RateLimit-Remaining", "Retry-After", "X-Error-Code", "Location"]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12) | st.just("12"),
    ),
    max_size=6,
)  # fmt: skip


def exchanges() -> Iterator[Exchange]:
    """Every exchange of every derived case with the sound mock, in order."""
    seen: list[Exchange] = []
    session = Session(CONTRACT, embedded(CONTRACT), seen=seen.append)
    for case in derived_cases(CONTRACT, session.target.ground):
        assert session.perform(case).findings == [], case.name
    yield from seen


CONTRACT = load()
EXCHANGES = list(exchanges())


@given(st.sampled_from(EXCHANGES), BODIES, HEADERS, st.integers(0, 599), st.booleans())
def test_no_reply_whatever_makes_a_check_stumble(
    exchange: Exchange,
    body: Any,
    headers: list[tuple[str, str]],
    status: int,
    known: bool,  # noqa: FBT001
) -> None:
    """Any JSON under any headers with any status is judged, with a history and without."""
    contract = CONTRACT
    history = History(contract)
    if known:
        judge_exchange(exchange, judge_of(contract), history)
    reply = Reply(status, tuple(headers), json.dumps(body).encode())
    for _ in range(2):
        judge_exchange(replace(exchange, reply=reply), judge_of(contract), history)


@given(st.sampled_from(EXCHANGES), BODIES, HEADERS, st.sampled_from([200, 204, 400, 401, 405, 429, 500]))
def test_checks_that_are_not_asked_would_have_nothing_to_say(
    exchange: Exchange, body: Any, headers: list[tuple[str, str]], status: int
) -> None:
    """What a moment is about tells which checks to ask; asking all finds no more."""
    history = History(CONTRACT)
    judge_exchange(exchange, judge_of(CONTRACT), history)
    changed = replace(exchange, reply=Reply(status, tuple(headers), json.dumps(body).encode()))
    moment = Moment(changed, judge_of(CONTRACT), history.facts)
    every = [(check.__name__, broken) for check in CHECKS for broken in check(moment, history)]
    asked = [(each.check, each.clause, each.message) for each in judge_moment(moment, history)]
    assert asked == [(name, broken.clause, broken.message) for name, broken in every]


@given(st.sampled_from(EXCHANGES), st.binary(max_size=60), st.sampled_from([200, 204, 400, 404, 500]))
def test_no_bytes_make_a_check_stumble(exchange: Exchange, body: bytes, status: int) -> None:
    """Neither do bytes that are no JSON at all."""
    contract = CONTRACT
    reply = replace(exchange.reply, status=status, body=body)
    judge_exchange(replace(exchange, reply=reply), judge_of(contract), History(contract))


@pytest.mark.parametrize("exchange", [EXCHANGES[1], EXCHANGES[-1]])
def test_half_a_character_is_no_text(exchange: Exchange) -> None:
    """JSON can write it, and no reader of UTF-8 takes it; the checks say so and do not stumble."""
    reply = replace(exchange.reply, status=200, body=b'{"description": "\\ud800"}')
    found = judge_exchange(replace(exchange, reply=reply), judge_of(CONTRACT), History(CONTRACT))
    assert any("half of a character" in each.message for each in found)


def test_recorded_traffic_without_its_requests_is_judged_silently(contract: Contract) -> None:
    """Where body, headers and login of the requests are unknown, sound replies break nothing that is known."""
    history = History(contract)
    for exchange in EXCHANGES:
        if exchange.reply.succeeded and exchange.case.operation != contract.token.id:
            case = replace(exchange.case, expectation=Expectation.ANSWERED, refusal="")
            request = Request(exchange.request.method, exchange.request.target)
            found = judge_exchange(replace(exchange, case=case, request=request), judge_of(contract), history)
            known = [finding for finding in found if finding.source is not Source.INFERRED]
            assert known == [], exchange.case.name


def test_an_exchange_without_an_answer_is_one_finding(contract: Contract) -> None:
    """A connection that breaks is told as such, and nothing else is made of it."""
    lost = replace(EXCHANGES[5], reply=Reply(0, (), b"ReadError: gone"))
    found = judge_exchange(lost, judge_of(contract), History(contract))
    assert [finding.check for finding in found] == ["an_answer_comes"]
    assert "gone" in found[0].message


def test_every_check_says_in_a_sentence_what_it_holds(contract: Contract) -> None:
    """Names and docstrings are what reports show of a check."""
    del contract
    for check in CHECKS:
        assert check.__doc__, check.__name__
        assert check.__doc__.strip().endswith("."), check.__name__


@pytest.mark.parametrize("days", [1, 2, 3650])
def test_an_expiry_a_little_off_is_tolerated_and_a_little_more_is_not(contract: Contract, days: int) -> None:
    """The tolerance is the one that the behaviour states."""
    taken = next(each for each in EXCHANGES if each.case.name == f"{contract.main.id}/plain")
    tolerance = contract.behaviour("expiry-follows-retention").values["toleranceSeconds"]
    for off, expected in ((0, False), (tolerance, False), (tolerance + 1, True)):
        found = judge_exchange(_expiring(taken, days, off), judge_of(contract), History(contract))
        assert any(each.check == "expiry_follows_retention" for each in found) is expected


def _expiring(taken: Exchange, days: int, off: int) -> Exchange:
    from datetime import timedelta
    from email.utils import parsedate_to_datetime

    sent = parsedate_to_datetime(taken.reply.header("Date") or "")
    expires = (sent + timedelta(days=days, seconds=off)).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {**json.loads(taken.reply.body), "expiresAt": expires}
    body = json.dumps({"description": document["description"], "retentionInDays": days}).encode()
    reply = replace(taken.reply, body=json.dumps(document).encode())
    return replace(taken, request=replace(taken.request, body=body), reply=reply)
