"""Logins as httpx flows: a service account's bearer token. Digest needs none: httpx has `DigestAuth`."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Generator
from threading import Lock

import httpx

from atlas_contract.errors import LoginRefused

EARLY = 60.0  # seconds before its end at which a token counts as spent


class ServiceAccount(httpx.Auth):
    """OAuth 2.0 client credentials: fetch a token, keep it, renew it early and once more on a 401.

    Args:
        client_id: the service account's id.
        client_secret: its secret; never shown, not even in `repr`.
        token_path: path of the token operation, from the contract.
        clock: seconds that only ever go forward.

    Raises (while a request is sent):
        LoginRefused: the token endpoint did not give a token.
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
        self._token_path = token_path
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._lock = Lock()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with a token that is good for a while yet; once more with a new one after a 401."""
        if self._clock() >= self._good_until:
            self._keep((yield self._token_request(request)))
        used = self._authorize(request)
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            if used == self._token:
                self._keep((yield self._token_request(request)))
            self._authorize(request)
            yield request

    def _authorize(self, request: httpx.Request) -> str:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return self._token

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        headers = {"Authorization": f"Basic {self._basic}", "Accept": "application/json"}
        form = {"grant_type": "client_credentials"}
        return httpx.Request("POST", request.url.join(self._token_path), headers=headers, data=form)

    def _keep(self, response: httpx.Response) -> None:
        token, lifetime = _read_token(response)
        with self._lock:
            self._token = token
            self._good_until = self._clock() + max(lifetime - EARLY, lifetime / 2)


def _read_token(response: httpx.Response) -> tuple[str, float]:
    try:
        body = json.loads(response.content)
        return str(body["access_token"]), float(body["expires_in"])
    except (ValueError, KeyError, TypeError):
        reason = _refusal(response)
    msg = f"The token endpoint gave no token: HTTP {response.status_code}{reason}"
    raise LoginRefused(
        msg,
        where=str(response.request.url),
        hint="check MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
    )


def _refusal(response: httpx.Response) -> str:
    try:
        body = json.loads(response.content)
        return f", {body.get('error_description') or body.get('detail') or body.get('error')}"
    except (ValueError, AttributeError):
        return ""
