"""What the logins of a run are issued is secret like what they are given: a server that tells it is not repeated."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.staging import staging

from atlas_contract.cases.neighbours import Neighbours
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import STRANGER, Case, Login, Reply, Request
from atlas_contract.redact import credentials_in
from atlas_contract.reports import console
from atlas_contract.runner import Session, Suite, Target, embedded
from atlas_contract.runner.suite import ContractBroken

ISSUED = (Login.BEARER, Login.DIGEST, Login.BASIC, Login.EXPIRED_BEARER, Login.BARRED)


def telling(target: Target, told: list[str]) -> Target:
    """The same target, but what it is sent to log in comes back under names that give nothing away."""

    def wire(request: Request) -> Reply:
        reply = target.wire(request)
        words = credentials_in(request.header("Authorization") or "")
        if not words or b"access_token" in reply.body:
            return reply
        told.extend(words)
        body = json.dumps({"debug": json.dumps({"seen": words})}).encode()
        return Reply(reply.status, (*reply.headers, ("X-Seen", " ".join(words))), body)

    return replace(target, wire=wire)


def case_of(contract: Contract, target: Target, login: Login) -> Case:
    """A plain read, or for the token operation the plain request, with a login."""
    known = Neighbours(contract, judge_of(contract), target.ground)
    return known.token if login is Login.CLIENT else replace(known.list, login=login)


@pytest.mark.parametrize("login", ISSUED)
def test_a_login_that_a_server_tells_is_not_repeated(contract: Contract, login: Login) -> None:
    """Neither on the console nor in the document, though the run's requests are kept without it."""
    told: list[str] = []
    target = telling(embedded(contract), told)
    suite = Suite(Session(contract, target))
    with suppress(ContractBroken):
        suite.expect(case_of(contract, target, login))
    run = suite.summary()
    assert run.findings
    assert told
    assert set(told) <= set(run.secrets)
    whole = "\n".join([*console.summary(run), json.dumps(suite.document(run))])
    assert not [each for each in told if each in whole]


def test_a_token_is_learnt_whoever_asked_for_it(contract: Contract) -> None:
    """Also from a case that is about the token operation itself."""
    target = embedded(contract)
    before = set(target.secrets)
    outcome = Session(contract, target).perform(case_of(contract, target, Login.CLIENT))
    assert outcome.exchange is not None
    token = json.loads(outcome.exchange.reply.body)["access_token"]
    assert token not in before
    assert token in set(target.secrets)


def test_what_a_stranger_says_is_no_secret(contract: Contract) -> None:
    """A reader must see that the login was a wrong one on purpose."""
    target = embedded(contract)
    session = Session(contract, target)
    for login in (Login.WRONG_BEARER, Login.WRONG_DIGEST, Login.WRONG_CLIENT):
        session.perform(case_of(contract, target, login))
    assert STRANGER not in set(target.secrets)


def test_a_careful_run_learns_its_tokens(contract: Contract, tmp_path: Path) -> None:
    """Each that the staging server issued is among the secrets when the run is over."""
    with staging(contract) as place, place.opened(tmp_path / "ledger") as opened:
        session = Session(contract, opened.target)
        session.perform(session.neighbours.list)
        issued = [
            json.loads(reply.body)["access_token"]
            for _, reply in place.asked
            if b"access_token" in reply.body
        ]
    assert issued
    assert {*issued, place.place.credentials.client_secret} <= set(opened.target.secrets)
