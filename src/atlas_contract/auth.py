"""Logins as httpx flows: a service account's bearer token, and an API key's digest."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AsyncExitStack, ExitStack
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
LONGEST = 1e9  # seconds that a token can be good for; beyond that, its lifetime is no number to trust
OURS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)  # the credentials are at fault


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
        try:
            token, lifetime = _read_token(response)
        except ValueError as wrong:
            self._strike()
            self._limiting = response if response.status_code == HTTPStatus.TOO_MANY_REQUESTS else None
            raise _limited(response) if self._limiting else self._refusal(response, str(wrong)) from None
        self._strikes = 0
        self.secrets.learn(token)
        self._token = token
        self._good_until = self._clock() + max(lifetime - EARLY, lifetime / 2)

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


def _read_token(response: httpx.Response) -> tuple[str, float]:
    """Token and lifetime in seconds; ValueError where the reply has none that can be used, saying why if it should."""
    if not response.is_success:
        raise ValueError
    body = _json_object(response)
    token, lifetime = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token.strip():
        msg = "the reply has no access_token of printable ASCII" if body else "the reply is no JSON object"
        raise ValueError(msg)
    if not isinstance(lifetime, int | float) or isinstance(lifetime, bool) or not 0 < lifetime < LONGEST:
        msg = "the reply's expires_in is no number of seconds that a token can be good for"
        raise ValueError(msg)
    return token, float(lifetime)


def _limited(response: httpx.Response) -> httpx.HTTPStatusError:
    """What becomes of a reply that asks to come back later; its text shows nothing that the server said."""
    return httpx.HTTPStatusError(
        "Too many tokens were asked for.", request=response.request, response=response
    )


def _reason(response: httpx.Response) -> str:
    body = _json_object(response)
    words = body.get("error_description") or body.get("detail") or body.get("error")
    return f", {words}" if isinstance(words, str) else ""


def _json_object(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
