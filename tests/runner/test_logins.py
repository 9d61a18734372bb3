"""The suite and the client read a token reply alike, whatever a token endpoint answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.auth import ServiceAccount, token_in
from atlas_contract.errors import LoginRefused
from atlas_contract.model import Reply, Request
from atlas_contract.runner.logins import Bearer, nobody

TOKENS = "/token"
TEXTS = st.sampled_from(["a.b-c", "", " ", "a\nb", "é"]) | st.text(max_size=5)
NUMBERS = st.sampled_from([3600, 3600.0, 40, 1, 0, -1, 10**10, True]) | st.integers() | st.floats()
VALUES = TEXTS | NUMBERS | st.none() | st.lists(st.integers(), max_size=1)
BODIES = st.one_of(
    st.fixed_dictionaries({"access_token": TEXTS, "expires_in": NUMBERS}),
    st.dictionaries(st.sampled_from(["access_token", "expires_in"]), VALUES),
    VALUES,
).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=9)


def by_the_client(status: int, body: bytes, later: float) -> list[str]:
    """The Authorization of two requests, so many seconds apart; none where there was no token."""
    clock, used = [0.0, later], list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKENS:
            used.append("bought")
            return httpx.Response(status, content=body)
        used.append(request.headers["Authorization"])
        return httpx.Response(200)

    account = ServiceAccount("id", "secret", token_path=TOKENS, clock=lambda: clock[0])
    with httpx.Client(transport=httpx.MockTransport(answer), auth=account) as client:
        while clock:
            try:
                client.get("http://h.example/x")
            except LoginRefused:
                return []
            del clock[0]
    return used


def by_the_suite(status: int, body: bytes, later: float) -> list[str]:
    """The same of the suite's login."""
    clock, used = [0.0, later], list[str]()

    def wire(request: Request) -> Reply:
        if request.target == TOKENS:
            used.append("bought")
            return Reply(status, (), body)
        used.append(request.header("Authorization") or "")
        return Reply(200)

    bearer = Bearer(Request("POST", TOKENS), nobody, lambda: clock[0])
    while clock:
        try:
            bearer(Request("GET", "/x"), wire)
        except LoginRefused:
            return []
        del clock[0]
    return used


@given(
    status=st.sampled_from([200, 200, 200, 201, 299, 300, 401, 500]), body=BODIES, later=st.floats(0, 4000)
)
def test_both_logins_take_the_same_replies_for_tokens(status: int, body: bytes, later: float) -> None:
    """And use each token for as long as the other."""
    assert by_the_suite(status, body, later) == by_the_client(status, body, later)


@pytest.mark.parametrize(
    ("told", "good_for"),
    [
        ({"access_token": "x", "expires_in": 3600}, 3540.0),
        ({"access_token": "x", "expires_in": 3600.0}, 3540.0),
        ({"access_token": "x", "expires_in": 40}, 20.0),
        ({"access_token": "", "expires_in": 3600}, None),
        ({"access_token": "x", "expires_in": True}, None),
        ({"access_token": "x", "expires_in": 0}, None),
        ({"access_token": "x", "expires_in": "3600"}, None),
        ({"access_token": "x"}, None),
        (["access_token"], None),
    ],
)
def test_a_token_is_a_text_with_a_lifetime(told: Any, good_for: float | None) -> None:
    """A number of seconds more than 0, of either kind; half of one that is short."""
    token = token_in(200, json.dumps(told).encode())
    assert (token.good_for if token else None) == good_for
    assert token_in(401, json.dumps(told).encode()) is None


def test_a_token_is_not_shown() -> None:
    """Not even where somebody prints it."""
    assert "hush" not in repr(token_in(200, b'{"access_token": "hush", "expires_in": 1}'))
