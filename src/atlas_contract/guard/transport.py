"""The last gate: a transport that looks at each request as it leaves, whoever made it."""

from __future__ import annotations

import httpx

from atlas_contract.guard.policy import Leaving, Origin, Policy
from atlas_contract.model import Request


class GuardedTransport(httpx.BaseTransport):
    """Hands on what the policy lets through, over a connection of its own: no proxy, no redirect, TLS verified.

    Raises, for every other request: GuardRefused, and nothing is sent.
    """

    def __init__(self, policy: Policy, inner: httpx.BaseTransport) -> None:
        self._policy = policy
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Judge the request and send it."""
        self._policy.check(leaving(request))
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def leaving(request: httpx.Request) -> Leaving:
    """A request of httpx as it will stand on the wire."""
    url = request.url
    target = request.extensions.get("target", url.raw_path).decode("ascii", "backslashreplace")
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 0)
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    return Leaving(Origin(url.scheme, url.host.lower(), port), Request(request.method, target, tuple(pairs)))
