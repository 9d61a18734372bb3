"""How a case gets its credentials: each login takes a bare request and a wire, and brings back the reply."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import httpx

from atlas_contract.auth import OURS, ApiKey, token_in
from atlas_contract.checks.reading import json_of, text_in
from atlas_contract.errors import LoginRefused
from atlas_contract.model import Reply, Request
from atlas_contract.quoting import printable
from atlas_contract.redact import Secrets, credentials_in
from atlas_contract.settings import CLIENT_ID, CLIENT_SECRET

Wire: TypeAlias = Callable[[Request], Reply]
"""Sends a request as it stands. Status 0 means that no whole reply came; the body then says why."""

Signed: TypeAlias = Callable[[Request, Wire], Reply]

NOWHERE = "http://target.invalid"  # digest signs the path only; the host is the wire's business


def nobody(request: Request, wire: Wire) -> Reply:
    """Send without credentials."""
    return wire(request)


def fixed(authorization: str) -> Signed:
    """Always the same Authorization."""
    return lambda request, wire: wire(authorized(request, authorization))


def basic(name: str, password: str) -> Signed:
    """Name and password as HTTP basic authentication."""
    return fixed(_basic(name, password))


def authorized(request: Request, authorization: str) -> Request:
    """The request with an Authorization."""
    return replace(request, headers=(*request.headers, ("Authorization", authorization)))


class Account:
    """A service account's id and secret, as HTTP basic authentication.

    Args:
        secrets: is told what nobody may see: the word that is sent, and each token that is issued for it.
    """

    def __init__(self, name: str, password: str, secrets: Secrets) -> None:
        self._authorization = _basic(name, password)
        self._secrets = secrets
        secrets.learn(*credentials_in(self._authorization))

    def __call__(self, request: Request, wire: Wire) -> Reply:
        """Send with id and secret."""
        reply = wire(authorized(request, self._authorization))
        self._secrets.learn(text_in(json_of(reply), "access_token"))
        return reply


class Bearer:
    """A service account: buys a token when there is none, or its own is about to end by the target's clock.

    Unlike the client's login it never asks again after a 401: the suite wants to see the 401.

    Args:
        order: the token request, without credentials.
        client: the service account's id and secret as a login.
        now: the target's clock, in seconds.
    """

    def __init__(self, order: Request, client: Signed, now: Callable[[], float]) -> None:
        self._order = order
        self._client = client
        self._now = now
        self._authorization = ""
        self._good_until = float("-inf")

    def __call__(self, request: Request, wire: Wire) -> Reply:
        """Send with the token.

        Raises:
            LoginRefused: the token endpoint gave no token.
        """
        return wire(authorized(request, self.authorization(wire)))

    def authorization(self, wire: Wire) -> str:
        """The Authorization of the moment.

        Raises:
            LoginRefused: the token endpoint gave no token.
        """
        if self._now() >= self._good_until:
            self._buy(wire)
        return self._authorization

    def _buy(self, wire: Wire) -> None:
        asked = self._now()
        reply = self._client(self._order, wire)
        token = token_in(reply.status, reply.body)
        if token is None:
            raise _no_token(reply, self._order.target)
        self._authorization = f"Bearer {token.text}"
        self._good_until = asked + token.good_for


def _no_token(reply: Reply, where: str) -> LoginRefused:
    """Why a service account could not log in, in words that `redact` has nothing against."""
    if reply.status:
        msg = f"The token endpoint answered {reply.status} and gave no token that can be used."
    else:
        told = " ".join(reply.body.decode("utf-8", "replace").split())
        msg = f"The token endpoint gave no whole answer ({told[:200]})."
    is_ours = reply.status in OURS
    hint = (
        f"check {CLIENT_ID} and {CLIENT_SECRET}"
        if is_ours
        else "look at the server: without a token nothing else can be asked"
    )
    return LoginRefused(printable(msg), where=where, hint=hint)


class Expired:
    """A token that has ended: bought at its first use, used only once its lifetime is over.

    Args:
        wait: lets seconds pass at the target.
        lifetime: how long the contract says that a token lasts, in seconds.
    """

    def __init__(self, bearer: Bearer, wait: Callable[[float], None], lifetime: float) -> None:
        self._bearer = bearer
        self._wait = wait
        self._lifetime = lifetime
        self._authorization = ""

    def __call__(self, request: Request, wire: Wire) -> Reply:
        """Send with the token that has ended."""
        if not self._authorization:
            self._authorization = self._bearer.authorization(wire)
            self._wait(self._lifetime + 1)
        return wire(authorized(request, self._authorization))


class Digest:
    """An API key by HTTP digest: every request is sent twice, first to be challenged.

    Args:
        secrets: is told each answer to a challenge.
    """

    def __init__(self, public: str, private: str, secrets: Secrets) -> None:
        self._public = public
        self._private = private
        self._secrets = secrets

    def __call__(self, request: Request, wire: Wire) -> Reply:
        """Send, answer the challenge, and bring the answer to that back; without a challenge, the first reply."""
        unsigned = httpx.Request(request.method, NOWHERE + request.target)
        flow = ApiKey(self._public, self._private).sync_auth_flow(unsigned)
        next(flow)
        reply = wire(request)
        try:
            signed = flow.send(_response(reply, unsigned))
        except (StopIteration, LoginRefused):
            return reply
        answer = signed.headers["Authorization"]
        self._secrets.learn(*credentials_in(answer))
        return wire(authorized(request, answer))


def _basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def _response(reply: Reply, request: httpx.Request) -> httpx.Response:
    return httpx.Response(reply.status or 599, headers=list(reply.headers), request=request)
