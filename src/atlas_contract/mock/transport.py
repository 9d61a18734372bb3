"""httpx transports over a handler: the mock inside the caller's process, without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from atlas_contract.model import Reply, Request

if TYPE_CHECKING:
    from atlas_contract.mock.handler import Handler


class HandlerTransport(httpx.BaseTransport):
    """Answers each request with a handler; a raw target in `extensions["target"]` goes as it stands."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request over and bring the reply back."""
        return _response(self._handler(_request(request, request.read())), request)


class AsyncHandlerTransport(httpx.AsyncBaseTransport):
    """The same for asynchronous clients; the handler runs in the event loop."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request over and bring the reply back."""
        return _response(self._handler(_request(request, await request.aread())), request)


def _request(request: httpx.Request, body: bytes) -> Request:
    target: bytes = request.extensions.get("target", request.url.raw_path)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
    return Request(request.method, target.decode("latin-1"), headers, body)


def _response(reply: Reply, request: httpx.Request) -> httpx.Response:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    return httpx.Response(reply.status, headers=headers, content=reply.body or None, request=request)
