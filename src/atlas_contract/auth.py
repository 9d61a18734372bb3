"""Logins as httpx flows: a service account's bearer token, and an API key's digest."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from threading import Lock
from typing import Any, TypeAlias

import httpx

from atlas_contract import redact
from atlas_contract.errors import LoginRefused
from atlas_contract.quoting import quoted
from atlas_contract.redact import Secrets

EARLY = 60.0  # seconds before its end at which a token counts as spent
STRIKES = 3  # failed token requests in a row after which the endpoint is left in peace
PEACE = 30.0  # for so many seconds
LONGEST_LIFE = 1e9  # seconds that a token can be good for; beyond that, its lifetime is no number to trust
OURS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)  # the credentials are at fault


@dataclass(frozen=True, slots=True)
class Token:
    """What a token endpoint gives: the token itself, and for how many seconds it lasts."""

    text: str = field(repr=False)
    lifetime: float

    @property
    def good_for(self) -> float:
        """The seconds after which to get another: a little before its end, or at half its life if that is later."""
        return max(self.lifetime - EARLY, self.lifetime / 2)


def token_in(status: int, body: bytes) -> Token | None:
    """The token in the reply of a token endpoint; None where it has none that can be used."""
    found = token_or_fault(status, body)
    return found if isinstance(found, Token) else None


def token_or_fault(status: int, body: bytes) -> Token | str:
    """The token in the reply of a token endpoint, or what is wrong with it, "" if its status says so already."""
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    told = members_of(body)
    text, lifetime = told.get("access_token"), told.get("expires_in")
    if not isinstance(text, str) or not text.isascii() or not text.isprintable() or not text.strip():
        return "the reply has no access_token of printable ASCII" if told else "the reply is no JSON object"
    if not isinstance(lifetime, int | float) or isinstance(lifetime, bool) or not 0 < lifetime < LONGEST_LIFE:
        return "the reply's expires_in is no number of seconds that a token can be good for"
    return Token(text, float(lifetime))


def members_of(body: bytes) -> dict[str, Any]:
    """The members of the JSON object that a body is; none where it is something else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class Turn(Enum):
    """What a flow asks for besides sending: to be the only one that fetches a token, and no longer to be."""

    TAKE = auto()
    GIVE = auto()


Steps: TypeAlias = Generator[httpx.Request | Turn, httpx.Response, None]


class ServiceAccount(httpx.Auth):
    """OAuth 2.0 client credentials: fetch a token, keep it, renew it early and once more on a 401.

    However many calls start at once, one of them fetches the token and the others wait for it. After three failures
    in a row the endpoint, which counts requests, is not asked again for half a minute.

    Args:
        client_id: the service account's id.
        client_secret: its secret; never shown, not even in `repr`.
        token_path: path of the token operation, from the contract.
        clock: seconds that only ever go forward.

    Attributes:
        secrets: what nobody may see of it, the tokens that it was issued included.

    Raises (while a request is sent):
        LoginRefused: the token endpoint did not give a token, or is being left in peace.
        httpx.HTTPStatusError: it answered 429, which says nothing of the service account; ask again later.
    """

    requires_response_body = True

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        token_path: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self.secrets = Secrets(client_secret, self._basic)
        self._token_path = token_path
        self._clock = clock
        self._token = ""
        self._good_until = float("-inf")
        self._strikes = 0
        self._limiting: httpx.Response | None = None
        self._peace_until = self._in_vain_until = float("-inf")
        self._lock = Lock()
        self._async_lock: Any = None

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The flow for a blocking client; whoever fetches the token makes the others wait, and only then."""
        steps = self._steps(request)
        answer: httpx.Response | None = None
        with ExitStack() as turn:
            while (step := _next(steps, answer)) is not None:
                answer = None
                if step is Turn.TAKE:
                    turn.enter_context(self._lock)
                elif step is Turn.GIVE:
                    turn.close()
                else:
                    answer = yield step
                    answer.read()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The same flow for an asynchronous client."""
        import anyio

        self._async_lock = self._async_lock or anyio.Lock()
        steps = self._steps(request)
        answer: httpx.Response | None = None
        async with AsyncExitStack() as turn:
            while (step := _next(steps, answer)) is not None:
                answer = None
                if step is Turn.TAKE:
                    await turn.enter_async_context(self._async_lock)
                elif step is Turn.GIVE:
                    await turn.aclose()
                else:
                    answer = yield step
                    await answer.aread()

    def _steps(self, request: httpx.Request) -> Steps:
        """Send the request with a token that is good for a while yet; once more with a new one after a 401.

        Atlas also says 401 where a role is missing. So when a new token did not help, the next ones are spared for a
        while: they would not help either, and the endpoint counts them.
        """
        if self._is_stale():
            yield Turn.TAKE
            if self._is_stale():
                self._keep((yield self._token_request(request)))
            yield Turn.GIVE
        used = self._authorize(request)
        response = yield request
        if response.status_code != HTTPStatus.UNAUTHORIZED or self._clock() < self._in_vain_until:
            return
        yield Turn.TAKE
        if used == self._token:
            self._keep((yield self._token_request(request)))
        yield Turn.GIVE
        self._authorize(request)
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._in_vain_until = self._clock() + PEACE

    def _is_stale(self) -> bool:
        return self._clock() >= self._good_until

    def _authorize(self, request: httpx.Request) -> str:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return self._token

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        left = self._peace_until - self._clock()
        if left > 0 and self._limiting:
            raise _limited(self._limiting)
        if left > 0:
            msg = f"The token endpoint refused {STRIKES} times in a row; it is left in peace for {left:.0f} seconds."
            raise LoginRefused(msg, where=self._token_path, hint="check the service account, then try again")
        headers = {"Authorization": f"Basic {self._basic}", "Accept": "application/json"}
        form = {"grant_type": "client_credentials"}
        url = request.url.join(self._token_path)
        # The request's own time limits hold for the token, too.
        limits = {"timeout": request.extensions["timeout"]} if "timeout" in request.extensions else {}
        return httpx.Request("POST", url, headers=headers, data=form, extensions=limits)

    def _keep(self, response: httpx.Response) -> None:
        found = token_or_fault(response.status_code, response.content)
        if isinstance(found, str):
            self._strike()
            self._limiting = response if response.status_code == HTTPStatus.TOO_MANY_REQUESTS else None
            raise _limited(response) if self._limiting else self._refusal(response, found)
        self._strikes = 0
        self.secrets.learn(found.text)
        self._token = found.text
        self._good_until = self._clock() + found.good_for

    def _strike(self) -> None:
        self._strikes += 1
        if self._strikes >= STRIKES:
            self._strikes = 0
            self._peace_until = self._clock() + PEACE

    def _refusal(self, response: httpx.Response, wrong: str) -> LoginRefused:
        reason = quoted(redact.text(f", {wrong}" if wrong else _reason(response), self.secrets))
        at_fault = response.status_code in OURS
        return LoginRefused(
            f"The token endpoint gave no token: HTTP {response.status_code}{reason}",
            where=str(response.request.url),
            hint="check the service account's id and secret" if at_fault else "try again later",
        )


class ApiKey(httpx.DigestAuth):
    """HTTP digest with a pair of API keys; `secrets` is what nobody may see of it.

    Raises (while a request is sent):
        LoginRefused: the server's challenge is none that can be answered.
    """

    def __init__(self, public_key: str, private_key: str) -> None:
        super().__init__(public_key, private_key)
        self.secrets = Secrets(private_key)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Answer the server's challenge, and the next requests with the same one until it is stale."""
        try:
            yield from super().auth_flow(request)
        except (httpx.ProtocolError, LookupError, ValueError, NotImplementedError):
            msg = "The server's digest challenge cannot be answered."
            raise LoginRefused(
                msg,
                where=str(request.url),
                expected="realm, nonce, an algorithm that HTTP names, and qop auth",
            ) from None


def _next(steps: Steps, answer: httpx.Response | None) -> httpx.Request | Turn | None:
    try:
        return next(steps) if answer is None else steps.send(answer)
    except StopIteration:
        return None


def _limited(response: httpx.Response) -> httpx.HTTPStatusError:
    """What becomes of a reply that asks to come back later; its text shows nothing that the server said."""
    return httpx.HTTPStatusError(
        "Too many tokens were asked for.", request=response.request, response=response
    )


def _reason(response: httpx.Response) -> str:
    body = members_of(response.content)
    words = body.get("error_description") or body.get("detail") or body.get("error")
    return f", {words}" if isinstance(words, str) else ""
