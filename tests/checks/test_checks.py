"""Each check catches its fault and is silent without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from atlas_contract.cases import Ground
from atlas_contract.cases.ground import plain_case, request_for
from atlas_contract.checks import CHECKS, judge_exchange
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.mock import ManualClock, Mock, default_world
from atlas_contract.model import Exchange, Expectation, Reply, Request

Bend = Callable[[Exchange], Exchange]


def exchange(contract: Contract, ground: Ground, **changes: Any) -> Exchange:
    """A case sent to a sound mock, with the reply it gave."""
    mock = Mock(contract, default_world(contract, clock=ManualClock()))
    case = replace(plain_case(contract, contract.main, ground), **changes)
    request = request_for(contract.main, case)
    login = ("Authorization", f"Bearer {mock.token_for(mock.world.manager.account)}")
    reply = mock.handle(replace(request, headers=(*request.headers, login)))
    return Exchange(case, request, reply)


@pytest.fixture
def success(contract: Contract, ground: Ground) -> Exchange:
    """A snapshot taken."""
    return exchange(contract, ground)


@pytest.fixture
def refusal(contract: Contract, ground: Ground) -> Exchange:
    """A body refused."""
    return exchange(contract, ground, body=b"{", clause="json-malformed", expectation=Expectation.REFUSED)


def with_reply(seen: Exchange, **changes: Any) -> Exchange:
    """The same exchange with another reply."""
    return replace(seen, reply=replace(seen.reply, **changes))


def with_json(seen: Exchange, **changes: Any) -> Exchange:
    """The same exchange with other properties in the reply's body."""
    return with_reply(seen, body=json.dumps({**json.loads(seen.reply.body), **changes}).encode())


def with_header(seen: Exchange, name: str, value: str | None) -> Exchange:
    """The same exchange with one reply header changed, or taken away."""
    others = tuple(pair for pair in seen.reply.headers if pair[0].lower() != name.lower())
    return with_reply(seen, headers=(*others, *(((name, value),) if value is not None else ())))


def without(seen: Exchange, name: str) -> Exchange:
    """The same exchange with one property of the reply's body gone."""
    body = json.loads(seen.reply.body)
    del body[name]
    return with_reply(seen, body=json.dumps(body).encode())


def test_a_sound_success_gives_no_finding(success: Exchange, judge: Judge) -> None:
    """No check says anything of a sound success."""
    assert judge_exchange(success, judge) == []


@pytest.mark.parametrize("flag", ["envelope", "pretty"])
def test_a_wrapped_or_laid_out_success_gives_no_finding(
    contract: Contract, ground: Ground, judge: Judge, flag: str
) -> None:
    """What an envelope carries is judged as if it came alone."""
    assert judge_exchange(exchange(contract, ground, query=((flag, "true"),)), judge) == []


def test_a_sound_refusal_gives_no_finding(refusal: Exchange, judge: Judge) -> None:
    """No check says anything of a sound refusal."""
    assert judge_exchange(refusal, judge) == []


SUCCESS_FAULTS: dict[str, tuple[Bend, str, str]] = {
    "an envelope nobody asked for": (
        lambda seen: with_reply(
            seen, body=json.dumps({"content": json.loads(seen.reply.body), "status": 200}).encode()
        ),
        "envelope_is_as_asked",
        "envelope-layout",
    ),
    "no envelope though one was asked for": (
        lambda seen: replace(
            seen, request=replace(seen.request, target=seen.request.target + "?envelope=true")
        ),
        "envelope_is_as_asked",
        "envelope-layout",
    ),
    "refused though valid": (
        lambda seen: with_reply(seen, status=404),
        "outcome_is_expected",
        "/responses/200",
    ),
    "failed": (lambda seen: with_reply(seen, status=503), "server_does_not_fail", "/responses"),
    "undocumented status": (lambda seen: with_reply(seen, status=202), "status_is_documented", "/responses"),
    "another version": (
        lambda seen: with_header(seen, "Content-Type", "application/vnd.atlas.2024-01-01+json"),
        "media_type_is_documented",
        "/components/responses/SnapshotTaken/content",
    ),
    "no media type": (
        lambda seen: with_header(seen, "Content-Type", None),
        "media_type_is_documented",
        "/components/responses/SnapshotTaken/content",
    ),
    "required header gone": (
        lambda seen: with_header(seen, "Strict-Transport-Security", None),
        "headers_conform",
        "/components/headers/StrictTransportSecurity/required",
    ),
    "header with another value": (
        lambda seen: with_header(seen, "X-Content-Type-Options", "sniff"),
        "headers_conform",
        "/components/headers/ContentTypeOptions/schema/const",
    ),
    "id gone": (lambda seen: without(seen, "id"), "body_conforms", "/ReplicaSetSnapshot/required"),
    "id in upper case": (
        lambda seen: with_json(seen, id="A" * 24),
        "body_conforms",
        "/properties/id/pattern",
    ),
    "unknown kind": (lambda seen: with_json(seen, type="tea"), "body_conforms", "/Snapshot/discriminator"),
    "empty body": (lambda seen: with_reply(seen, body=b""), "body_conforms", "/SnapshotTaken/content"),
    "no JSON": (lambda seen: with_reply(seen, body=b"<html>"), "body_conforms", "/SnapshotTaken/content"),
    "description cut": (
        lambda seen: with_json(seen, description="contract"),
        "description_is_echoed",
        "description-echoed",
    ),
    "a day too long": (
        lambda seen: with_json(seen, expiresAt="2026-01-03T00:00:00Z"),
        "expiry_follows_retention",
        "expiry-follows-retention",
    ),
}


@pytest.mark.parametrize("name", SUCCESS_FAULTS)
def test_a_fault_of_a_success_is_caught(success: Exchange, judge: Judge, name: str) -> None:
    """The check that is there for a fault names the clause it breaks."""
    bend, check, clause = SUCCESS_FAULTS[name]
    found = {(each.check, each.clause) for each in judge_exchange(bend(success), judge)}
    assert any(by == check and where.endswith(clause) for by, where in found), found


REFUSAL_FAULTS: dict[str, tuple[Bend, str]] = {
    "accepted though invalid": (lambda seen: with_reply(seen, status=200), "outcome_is_expected"),
    "another status than the only one allowed": (
        lambda seen: replace(seen, case=replace(seen.case, statuses=(406,))),
        "outcome_is_expected",
    ),
    "failed": (lambda seen: with_reply(seen, status=500), "server_does_not_fail"),
    "body about another status": (lambda seen: with_json(seen, error=404), "error_body_names_its_status"),
    "no ApiError": (lambda seen: with_reply(seen, body=b'{"message": "no"}'), "body_conforms"),
    "HTML": (lambda seen: with_header(seen, "Content-Type", "text/html"), "media_type_is_documented"),
}


@pytest.mark.parametrize("name", REFUSAL_FAULTS)
def test_a_fault_of_a_refusal_is_caught(refusal: Exchange, judge: Judge, name: str) -> None:
    """The check that is there for a fault speaks up."""
    bend, check = REFUSAL_FAULTS[name]
    assert check in {each.check for each in judge_exchange(bend(refusal), judge)}


def test_every_check_catches_some_fault() -> None:
    """No check is without a fault in this file."""
    caught = {check for _, check, _ in SUCCESS_FAULTS.values()} | {
        check for _, check in REFUSAL_FAULTS.values()
    }
    assert caught == {check.__name__ for check in CHECKS}


def test_a_401_may_be_empty(contract: Contract, ground: Ground, judge: Judge) -> None:
    """The empty 401 that Atlas was seen to give is no finding."""
    case = replace(plain_case(contract, contract.main, ground), expectation=Expectation.REFUSED)
    seen = Exchange(case, Request("POST", "/"), Reply(401))
    assert judge_exchange(seen, judge) == []


def test_a_finding_carries_the_source_of_its_clause(success: Exchange, judge: Judge) -> None:
    """What the overlay demands is an observed clause."""
    (finding,) = [
        each for each in judge_exchange(without(success, "id"), judge) if each.check == "body_conforms"
    ]
    assert finding.source == "observed"
