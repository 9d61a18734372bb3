"""The mock on a port: an ASGI adapter over a handler, served by uvicorn, loopback unless told otherwise."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from atlas_contract.errors import BadInput, MissingExtra
from atlas_contract.model import Reply, Request

if TYPE_CHECKING:
    import uvicorn

    from atlas_contract.mock.app import Mock
    from atlas_contract.mock.handler import Handler

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LOOPBACK = "127.0.0.1"
LONGEST_SHOWN = 300  # bytes of a path in the log
LONGEST_HEAD = 64 * 1024  # bytes of request line and headers together

log = logging.getLogger("atlas_contract.mock")


def serve(mock: Mock, host: str = LOOPBACK, port: int = 0, *, handler: Handler | None = None) -> None:
    """Serve the mock until SIGTERM or Ctrl-C, then return; `handler` answers in the mock's place if given.

    Raises:
        BadInput: the port is taken, or the host is none of this machine's.
        MissingExtra: uvicorn is not installed.
    """
    with listening(mock, host, port) as listener:
        serve_on(listener, mock, handler=handler)


def serve_on(listener: socket.socket, mock: Mock, *, handler: Handler | None = None) -> None:
    """The same on a socket of `listening`, for callers who want to know the address first."""
    server = _server(mock, handler)
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[listener])
    finally:
        for each, action in before.items():
            signal.signal(each, action)


@contextmanager
def running(
    mock: Mock, host: str = LOOPBACK, port: int = 0, *, handler: Handler | None = None
) -> Iterator[str]:
    """Serve the mock in a thread while the block runs; the value is its base URL.

    Raises:
        BadInput: the port is taken, or the host is none of this machine's.
        MissingExtra: uvicorn is not installed.
    """
    with listening(mock, host, port) as listener:
        server = _server(mock, handler)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="mock server", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield mock.public_url
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def listening(mock: Mock, host: str = LOOPBACK, port: int = 0) -> Iterator[socket.socket]:
    """A bound socket, whose address the mock uses in its links from here on."""
    try:
        listener = _listener(host, port)
    except (OSError, OverflowError) as error:
        msg = f"The mock cannot listen on {host} port {port}: {error}"
        raise BadInput(msg, where="--port", hint="name another port, or 0 for any free one") from error
    with listener:
        shown = f"[{host}]" if ":" in host else host
        mock.public_url = f"http://{shown}:{listener.getsockname()[1]}"
        yield listener


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named, and create_server doesn't name it
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except BaseException:
        listener.close()
        raise
    return listener


def _server(mock: Mock, handler: Handler | None) -> uvicorn.Server:
    try:
        import uvicorn
    except ImportError:
        msg = "Serving the mock needs the `mock` extra."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[mock]'") from None
    config = uvicorn.Config(
        _Adapter(handler or mock.handle, mock.longest_body),
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        date_header=False,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def _wait_until_started(server: uvicorn.Server, thread: Thread) -> None:
    deadline = time.monotonic() + 10
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            msg = "The mock's server did not start."
            raise BadInput(msg, hint="see the log for the reason")
        time.sleep(0.005)


class _Adapter:
    """One ASGI application; each request runs in a worker thread, as a handler may take its time."""

    def __init__(self, handler: Handler, longest_body: int) -> None:
        self._handler = handler
        self._longest_body = longest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        body, whole = await _read(receive, self._longest_body)
        reply = await asyncio.to_thread(self._handler, _request(scope, body))
        await _write(send, reply, close=not whole)
        spent = (time.perf_counter() - started) * 1000
        log.info("%s %s -> %d in %.0f ms", scope["method"], _shown_path(scope), reply.status, spent)


async def _read(receive: Receive, longest: int) -> tuple[bytes, bool]:
    """The body, cut one byte past the longest that is allowed, and whether that was all of it."""
    body = bytearray()
    more = True
    while more and len(body) <= longest:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body[: longest + 1]), not more


def _request(scope: Scope, body: bytes) -> Request:
    query: bytes = scope["query_string"]
    target: bytes = scope["raw_path"] + (b"?" + query if query else b"")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(scope["method"], target.decode("latin-1"), headers, body)


async def _write(send: Send, reply: Reply, *, close: bool) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    if close:
        headers.append((b"Connection", b"close"))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


def _shown_path(scope: Scope) -> str:
    return quote(scope["raw_path"][:LONGEST_SHOWN], safe="/%:@!$&'()*+,;=~-._")
