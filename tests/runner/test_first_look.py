"""The first look: what the caller has set wrongly is told as that, before anything is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.runner.test_url import served

from atlas_contract import redact
from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasContractError, BadInput, LoginRefused
from atlas_contract.model import Login, Reply, Request, Scene
from atlas_contract.reports import console
from atlas_contract.runner import Session, Suite, Target, embedded, url_target
from atlas_contract.runner.first_look import look

Spoil = Callable[[Request], Reply | None]


def looked(contract: Contract, answer: Spoil = lambda _: None, **place: Any) -> Session:
    """A session that has looked at the embedded mock, which `answer` speaks for where it likes."""
    sound = embedded(contract)
    ground = replace(sound.ground, **place)
    target = replace(sound, ground=ground, wire=lambda request: answer(request) or sound.wire(request))
    session = Session(contract, target)
    look(session)
    return session


def test_a_server_that_answers_is_looked_at_once_for_each_login_and_cluster(contract: Contract) -> None:
    """Two logins and two clusters are four lists, a token and two digest challenges; nothing is judged."""
    asked: list[Request] = []

    def listen(request: Request) -> None:
        asked.append(request)

    session = looked(contract, listen)
    assert session.requests == 4
    assert {each.method for each in asked} == {"GET", contract.token.method}


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ({"cluster": "nope"}, "--cluster nope"),
        ({"sharded": "nope"}, "--sharded-cluster nope"),
    ],
)
def test_a_cluster_that_is_not_there_is_bad_input(
    contract: Contract, place: dict[str, Any], where: str
) -> None:
    """The flag is named, and what the server said."""
    with pytest.raises(BadInput, match="No cluster named nope") as refused:
        looked(contract, **place)
    assert refused.value.where == where


def test_a_project_that_is_not_there_is_bad_input(contract: Contract) -> None:
    """The variable is named by the error code that the contract states for it."""
    stated = contract.behaviour("project-unknown").reply or {}
    body = f'{{"errorCode": "{stated["errorCode"]}"}}'.encode()
    with pytest.raises(BadInput) as refused:
        looked(contract, lambda request: None if "token" in request.target else Reply(404, (), body))
    assert refused.value.where == "MONGODB_ATLAS_PROJECT_ID"


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_beside_a_good_account_is_no_finding(contract: Contract, status: int) -> None:
    """The login is named by its variables."""

    def refuse(request: Request) -> Reply | None:
        return Reply(status, (), b"") if "Digest " in (request.header("Authorization") or "") else None

    with pytest.raises(LoginRefused) as refused:
        looked(contract, refuse)
    assert "MONGODB_ATLAS_PRIVATE_API_KEY" in refused.value.hint
    assert "CLIENT_SECRET" not in refused.value.hint


@pytest.mark.parametrize("reply", [Reply(500, (), b"{"), Reply(0, (), b"cut"), Reply(302, (), b"")])
def test_whatever_else_a_server_answers_is_left_to_the_suite(contract: Contract, reply: Reply) -> None:
    """A server at fault is what the suite is for."""
    session = looked(contract, lambda request: None if "token" in request.target else reply)
    assert session.requests == 4


@pytest.mark.parametrize(
    ("project", "cluster", "where"),
    [("xx", "Cluster0", "MONGODB_ATLAS_PROJECT_ID"), ("", "a.b", "--cluster")],
)
def test_what_the_contract_forbids_to_ask_for_is_refused_unsent(
    contract: Contract, project: str, cluster: str, where: str
) -> None:
    """The pattern is the contract's."""
    with served(contract) as (url, settings):
        given = replace(settings, project_id=project or settings.project_id)
        with pytest.raises(BadInput) as refused, url_target(contract, url, given, cluster=cluster):
            pass
    assert refused.value.where == where


def test_what_the_server_says_shows_no_secret(contract: Contract) -> None:
    """A server that quotes the caller's secret has it taken out."""
    secret = next(iter(embedded(contract).secrets))

    def echo(request: Request) -> Reply | None:
        said = f'{{"detail": "who is {secret}?"}}'.encode()
        return None if "token" in request.target else Reply(403, (), said)

    with pytest.raises(AtlasContractError) as refused:
        looked(contract, echo)
    assert "who is" in str(refused.value)
    assert secret not in str(refused.value)


def test_an_unfinished_snapshot_of_somebody_else_is_waited_for(contract: Contract) -> None:
    """It is known from the first list, so the first request is sent when it is finished."""
    target: Target = embedded(contract)
    stranger = Session(contract, target)
    stranger.perform(stranger.neighbours.take)
    session = Session(contract, target)
    look(session)
    assert session.snapshots.at(session.place(session.neighbours.take)).unfinished
    outcome = session.perform(session.neighbours.take)
    assert session.neighbours.take.scene is Scene.IDLE
    assert [each.message for each in outcome.findings] == []
    assert outcome.exchange is not None
    assert outcome.exchange.reply.succeeded


def test_an_api_key_alone_is_asked_for_by_its_own_name(contract: Contract) -> None:
    """Without a service account nobody is told to check one."""
    sound = embedded(contract)
    logins = sound.ground.logins - {Login.CLIENT}
    with pytest.raises(LoginRefused, match="Login refused") as refused:
        looked(contract, lambda _: Reply(401, (), b""), logins=logins)
    assert "PUBLIC_API_KEY" in refused.value.hint


@pytest.mark.parametrize(
    ("reply", "told", "is_ours"),
    [
        (Reply(401, (), b""), "The token endpoint answered 401 and gave no token", True),
        (Reply(500, (), b""), "The token endpoint answered 500 and gave no token", False),
        (Reply(200, (), b"junk"), "The token endpoint answered 200 and gave no token", False),
        (Reply(0, (), b"ReadTimeout: slow"), "The token endpoint gave no whole answer (ReadTimeout", False),
    ],
)
def test_a_login_that_fails_blames_the_credentials_only_where_they_can_be_at_fault(
    contract: Contract, *, reply: Reply, told: str, is_ours: bool
) -> None:
    """Nothing of our own words looks like a secret, so they arrive whole."""
    with pytest.raises(LoginRefused) as refused:
        looked(contract, lambda request: reply if "token" in request.target else None)
    assert redact.text(str(refused.value)).startswith(told)
    assert ("MONGODB_ATLAS_CLIENT_SECRET" in refused.value.hint) is is_ours


def test_trouble_is_told_on_several_lines(contract: Contract) -> None:
    """As errors are elsewhere; no line break of it is spelt out."""
    suite = Suite(Session(contract, embedded(contract)))
    suite.troubles.append(str(LoginRefused("Login refused.", where="there", hint="look")))
    lines = list(console.summary(suite.summary()))
    assert lines[-4:-1] == ["trouble    Login refused.", " " * 13 + "where: there", " " * 13 + "next: look"]
