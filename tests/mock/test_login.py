"""Who may: tokens, digest keys, roles, and what others are told."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from atlas_contract.contract import Contract
from atlas_contract.mock import HandlerTransport, Mock
from atlas_contract.model import Headers, Reply, Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller

TOKEN = "/api/oauth/token"
VERSION = "application/vnd.atlas.2023-01-01+json"


def ask_for_token(
    caller: Caller, client_id: str, secret: str, form: bytes = b"grant_type=client_credentials"
) -> Reply:
    """Ask for a token with HTTP basic authentication."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = (("Authorization", f"Basic {basic}"), ("Content-Type", "application/x-www-form-urlencoded"))
    return caller.send(Request("POST", TOKEN, headers, form))


def bearer(token: str) -> Headers:
    """The header of a token."""
    return (("Authorization", f"Bearer {token}"),)


@pytest.fixture
def client(mock: Mock) -> Iterator[httpx.Client]:
    """An httpx client in front of the mock."""
    with httpx.Client(transport=HandlerTransport(mock.handle), headers={"Accept": VERSION}) as client:
        yield client


def test_a_token_is_good_until_it_runs_out(caller: Caller) -> None:
    """For exactly the seconds that the reply names."""
    account = caller.mock.world.manager.account
    granted = json.loads(ask_for_token(caller, account.id, account.secret).body)
    headers = bearer(granted["access_token"])
    caller.clock.advance(granted["expires_in"] - 1)
    assert caller.call("GET", caller.snapshots, headers=headers).status == 200
    caller.clock.advance(1)
    assert caller.refused("GET", caller.snapshots, headers=headers) == "credentials-missing"


@pytest.mark.parametrize(("client_id", "secret"), [("", ""), ("{id}", "x"), ("x", "{secret}"), ("{id}", "")])
def test_a_wrong_client_gets_no_token(caller: Caller, client_id: str, secret: str) -> None:
    """The error has the form of OAuth."""
    account = caller.mock.world.manager.account
    names = {"id": account.id, "secret": account.secret}
    reply = ask_for_token(caller, client_id.format(**names), secret.format(**names))
    assert caller.refusal(reply, "POST", TOKEN) == "token-client-invalid"


@pytest.mark.parametrize(
    "form", [b"", b"grant_type=password", b"grant_type", b"\xff", b"{}", b"a=" + b"b" * 2**21]
)
def test_another_grant_gets_no_token(caller: Caller, form: bytes) -> None:
    """Whatever stands in the form."""
    account = caller.mock.world.manager.account
    reply = ask_for_token(caller, account.id, account.secret, form)
    assert caller.refusal(reply, "POST", TOKEN) == "token-grant-unsupported"


@pytest.mark.parametrize("header", ["Basic", "Basic %", "Basic /w==", "Bearer x", "", "Basic Og=="])
def test_an_unreadable_login_gets_no_token(caller: Caller, header: str) -> None:
    """It is no client's."""
    reply = caller.send(
        Request("POST", TOKEN, (("Authorization", header),), b"grant_type=client_credentials")
    )
    assert caller.refusal(reply, "POST", TOKEN) == "token-client-invalid"


def test_a_client_that_asks_too_often_gets_no_more_tokens(caller: Caller) -> None:
    """Until the period is over."""
    account = caller.mock.world.manager.account
    for _ in range(caller.mock.contract.behaviour("token-rate-limited").values["requests"]):
        assert ask_for_token(caller, account.id, account.secret).status == 200
    reply = ask_for_token(caller, account.id, account.secret)
    assert caller.refusal(reply, "POST", TOKEN) == "token-rate-limited"
    caller.clock.advance(60)
    assert ask_for_token(caller, account.id, account.secret).status == 200


def test_a_token_that_was_tampered_with_is_worth_nothing(caller: Caller) -> None:
    """Neither its claims nor its signature can be changed."""
    token = caller.mock.token_for(caller.mock.world.manager.account)
    head, claims, signature = token.split(".")
    later = base64.urlsafe_b64encode(b'{"sub":"x","exp":9999999999}').decode().rstrip("=")
    for forged in (
        f"{head}.{later}.{signature}",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        token + "A",
        "ÿ.\udc80.",
    ):
        assert caller.refused("GET", caller.snapshots, headers=bearer(forged)) == "credentials-missing"


def test_a_refusal_of_credentials_is_laid_out_as_observed(caller: Caller) -> None:
    """Pretty, in an order of its own, with few headers and a challenge."""
    reply = caller.send(Request("GET", caller.snapshots))
    assert reply.body.startswith(b'{\n  "error" : 401,\n  "reason" : "Unauthorized",\n  "detail" : "')
    stated = caller.mock.contract.behaviour("credentials-missing").values["onlyHeaders"]
    assert {name for name, _ in reply.headers} == set(stated)


def test_every_challenge_has_a_new_nonce(caller: Caller) -> None:
    """None is kept, none is used again."""
    found = [caller.send(Request("GET", caller.snapshots)).header("WWW-Authenticate") for _ in range(5)]
    assert len(set(found)) == 5


def test_digest_works_with_httpx(caller: Caller, client: httpx.Client) -> None:
    """For reading and for requests with a body, with one challenge for many requests."""
    key = caller.mock.world.manager.key
    auth = httpx.DigestAuth(key.public, key.private)
    url = "http://mock.test" + caller.snapshots
    first = client.post(url + "?pretty=true", json={"description": "x"}, auth=auth)
    assert (first.status_code, len(first.history)) == (200, 1)
    second = client.get(url, auth=auth)
    assert (second.json()["totalCount"], len(second.history)) == (1, 0)
    wrong = httpx.DigestAuth(key.public, "wrong")
    assert client.get(url, auth=wrong).status_code == 401


def test_an_old_nonce_is_stale_and_the_client_goes_on(caller: Caller, client: httpx.Client) -> None:
    """The challenge says so, and httpx answers the new one."""
    key = caller.mock.world.manager.key
    headers = (("Accept", VERSION),)
    challenge = caller.send(Request("GET", caller.snapshots)).header("WWW-Authenticate") or ""
    answer = digest_answer(challenge, key.public, key.private, caller.snapshots)
    good = Request("GET", caller.snapshots, (*headers, ("Authorization", answer)))
    assert caller.send(good).status == 200
    caller.clock.advance(3600)
    assert (caller.send(good).header("WWW-Authenticate") or "").endswith("stale=true")
    bad = replace(good, headers=(*headers, ("Authorization", answer.replace("response=", "response=0"))))
    assert (caller.send(bad).header("WWW-Authenticate") or "").endswith("stale=false")
    auth = httpx.DigestAuth(key.public, key.private)
    assert client.get("http://mock.test" + caller.snapshots, auth=auth).status_code == 200
    caller.clock.advance(3600)
    assert client.get("http://mock.test" + caller.snapshots, auth=auth).status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nonce=", "nonce=AAAA"),
        ('qop="?auth"?', "qop=auth-int"),
        ("realm=", "realm=x"),
        ("nc=00000001", "nc="),
        ("algorithm=MD5", "algorithm=SHA-256"),
        ("uri=", "uri=/x"),
        ("username=", "user="),
        (".*", "Digest"),
        (".*", 'Digest nonce="' + "é" * 32 + '", username="{user}"'),
    ],
)
def test_a_digest_answer_with_one_part_changed_is_refused(caller: Caller, old: str, new: str) -> None:
    """Each part of it counts."""
    key = caller.mock.world.manager.key
    challenge = caller.send(Request("GET", caller.snapshots)).header("WWW-Authenticate") or ""
    answer = digest_answer(challenge, key.public, key.private, caller.snapshots)
    bent = re.sub(old, new.replace("{user}", key.public), answer, count=1)
    assert bent != answer
    reply = caller.call("GET", caller.snapshots, headers=(("Authorization", bent),))
    assert caller.refusal(reply, "GET", caller.snapshots) == "credentials-missing"


def test_a_very_long_login_is_judged_quickly(caller: Caller) -> None:
    """The time for an Authorization header grows no faster than its length."""
    started = time.perf_counter()
    for noise in ("a" * 60_000, "a " * 30_000, 'a="' * 20_000, "a" + " " * 60_000):
        headers = (("Authorization", "Digest " + noise),)
        assert caller.refused("GET", caller.snapshots, headers=headers) == "credentials-missing"
    assert time.perf_counter() - started < 2


def test_every_operation_is_for_its_roles_alone(caller: Caller, contract: Contract) -> None:
    """Each member does what the contract lets their role do."""
    taken = caller.take_completed()
    for member in caller.mock.world.members:
        as_member = replace(caller, member=member)
        for operation in contract.operations.values():
            if operation.roles and "{snapshotId}" not in operation.path and operation.method == "GET":
                target = operation.path.replace("{groupId}", "32b6e34b3d91647abb20e7b8")
                status = as_member.call("GET", target.replace("{clusterName}", "Cluster0")).status
                assert (status == 200) == (not member.roles.isdisjoint(operation.roles))
    reader = next(each for each in caller.mock.world.members if each.roles.isdisjoint(contract.main.roles))
    refused = replace(caller, member=reader).refused("POST", caller.snapshots, {})
    assert refused == "role-missing"
    assert caller.content("GET", caller.snapshots)["results"] == [caller.read(taken["id"])]


def test_there_is_a_member_for_every_role(caller: Caller, contract: Contract) -> None:
    """The first of them may do everything."""
    roles = {role for operation in contract.operations.values() for role in operation.roles}
    assert {member.roles for member in caller.mock.world.members} == {frozenset({role}) for role in roles}
    first = caller.mock.world.manager.roles
    assert all(first <= set(operation.roles) for operation in contract.operations.values() if operation.roles)


def test_secrets_stay_out_of_what_a_world_shows(mock: Mock) -> None:
    """Neither a secret nor the signing key is in its repr."""
    shown = repr(mock.world)
    assert list(mock.world.secrets())
    assert not any(secret in shown for secret in mock.world.secrets())


def digest_answer(challenge: str, user: str, password: str, target: str) -> str:
    """The Authorization header of RFC 2617 for a GET."""
    sent = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    first = md5(f"{user}:{sent['realm']}:{password}")
    second = md5(f"GET:{target}")
    response = md5(f"{first}:{sent['nonce']}:00000001:abc:auth:{second}")
    return (
        f'Digest username="{user}", realm="{sent["realm"]}", nonce="{sent["nonce"]}", uri="{target}", '
        f'algorithm=MD5, qop=auth, nc=1, cnonce="abc", response="{response}"'
    ).replace("nc=1", "nc=00000001")


def md5(text: str) -> str:
    """The hexadecimal MD5 of a text."""
    return hashlib.md5(text.encode()).hexdigest()
