"""One connection to the mock: bytes in, requests to the handler, replies out, and limits on all of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import httptools

from atlas_contract.mock.logs import RequestLog
from atlas_contract.model import Reply, Request, header

if TYPE_CHECKING:
    from atlas_contract.mock.handler import Handler

LONGEST_SHOWN = 300  # characters of a path in the log
PHRASES = {status.value: status.phrase for status in HTTPStatus}
BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take: bytes of request line and headers, bytes of a body, seconds, connections.

    `request_seconds` is the time for one whole request to arrive, `idle_seconds` that between two.
    """

    body: int
    head: int = 64 * 1024
    request_seconds: float = 10.0
    idle_seconds: float = 30.0
    connections: int = 1000


class Connection(asyncio.Protocol):
    """Reads requests by httptools' callbacks (`on_…`) and answers each with the handler, in order."""

    def __init__(self, handler: Handler, limits: Limits, open_ones: set[Connection], log: RequestLog) -> None:
        self._handler = handler
        self._log = log
        self._limits = limits
        self._open = open_ones
        self._parser = httptools.HttpRequestParser(self)
        self._transport: Any = None
        self._closing = False
        self._start_request()
        self._in_request = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, unless there are too many."""
        self._transport = cast("asyncio.Transport", transport)
        self._open.add(self)
        if len(self._open) > self._limits.connections:
            self._fail(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the protocol's signature
        """Forget the connection and what it has read: it and its parser hold each other, so nobody else would soon."""
        self._open.discard(self)
        self._closing = True
        self._start_request()
        del self._parser

    def pause_writing(self) -> None:
        """Read no more from a client that does not take its replies."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on reading."""
        if not self._closing:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; whatever it does not understand is a bad request and ends the connection."""
        if self._closing:
            return
        self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._close()
        except (httptools.HttpParserError, UnicodeError):
            self._fail(HTTPStatus.BAD_REQUEST)
        if self._in_request and not self._head_complete:
            self._bound_head(self._size)

    def on_message_begin(self) -> None:
        """A new request begins."""
        self._start_request()

    def on_url(self, part: bytes) -> None:
        """A part of the target."""
        self._target += part
        self._bound_head(len(self._target))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header."""
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))
        self._head += len(name) + len(value)
        if self._head > self._limits.head:
            self._bound_head(self._head)

    def on_headers_complete(self) -> None:
        """The body may come."""
        if self._closing:
            return
        self._head_complete = True
        if (header(self._headers, "expect") or "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        """A part of the body; one that is too long is not waited for, the handler sees its beginning."""
        if self._closing:
            return
        self._body += part
        if len(self._body) > self._limits.body:
            self._answer(close=True)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if not self._closing:
            self._answer(close=not self._parser.should_keep_alive())

    def sweep(self, now: float) -> None:
        """Close the connection if its time is up."""
        waited = now - self._since
        if self._in_request and waited > self._limits.request_seconds:
            self._fail(HTTPStatus.REQUEST_TIMEOUT)
        elif not self._in_request and waited > self._limits.idle_seconds:
            self._close()

    def finish(self) -> None:
        """Close the connection once what is written has gone out."""
        self._close()

    def _start_request(self) -> None:
        self._target = bytearray()
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._head_complete = False
        self._in_request = True
        self._size = self._head = 0  # bytes received since the last reply, and bytes of headers
        self._since = time.monotonic()

    def _answer(self, *, close: bool) -> None:
        started = time.perf_counter()
        method = self._parser.get_method().decode("latin-1")
        target = _origin_form(self._target.decode("latin-1"))
        if header(self._headers, "host") is None and self._parser.get_http_version() == "1.1":
            self._fail(HTTPStatus.BAD_REQUEST)
            return
        try:
            reply = self._handler(Request(method, target, tuple(self._headers), bytes(self._body)))
        except ConnectionError:  # a handler with a fault hangs up on purpose …
            self._transport.abort()
            return
        except TimeoutError:  # … or never answers
            return
        whole, honest = _written(reply, close=close, body=method != "HEAD")
        self._transport.write(whole)
        close = close or not honest
        self._in_request = False
        self._since = time.monotonic()
        if self._log.wanted:
            spent = (time.perf_counter() - started) * 1000
            self._log.say(f"{method} {_shown(target)} -> {reply.status} in {spent:.1f} ms")
        if close:
            self._close()

    def _bound_head(self, size: int) -> None:
        if size > self._limits.head:
            self._fail(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _fail(self, status: HTTPStatus) -> None:
        """A refusal of the server itself, before there is a request that the mock could judge."""
        if not self._closing:
            self._transport.write(
                _written(Reply(status, (("Content-Length", "0"),)), close=True, body=True)[0]
            )
            self._log.say(f"a request that is none -> {status:d}")
            self._close()

    def _close(self) -> None:
        self._closing = True
        self._transport.close()


async def sweep_for_ever(open_ones: set[Connection], every: float = 1.0) -> None:
    """Look at every connection now and then."""
    while True:
        await asyncio.sleep(every)
        now = time.monotonic()
        for each in tuple(open_ones):
            each.sweep(now)


def protocol_factory(
    handler: Handler, limits: Limits, open_ones: set[Connection], log: RequestLog
) -> Callable[[], Connection]:
    """What makes the protocol of each new connection."""
    return lambda: Connection(handler, limits, open_ones, log)


def _origin_form(target: str) -> str:
    """The path and query of a target, also of one in absolute form (RFC 9112)."""
    if target.startswith("/"):
        return target
    _, separator, rest = target.partition("://")
    return "/" + rest.partition("/")[2] if separator else target


def _written(reply: Reply, *, close: bool, body: bool) -> tuple[bytes, bool]:
    """The reply's bytes, and whether they are as many as it says; if not, the connection is of no more use."""
    lines = [f"{name}: {value}\r\n" for name, value in reply.headers]
    if close:
        lines.append("Connection: close\r\n")
    status = f"HTTP/1.1 {reply.status} {PHRASES.get(reply.status, '')}\r\n"
    head = f"{status}{''.join(lines)}\r\n".encode("latin-1", "replace")
    if not body or reply.status in BODILESS:
        return head, True
    return head + reply.body, not reply.body or f"Content-Length: {len(reply.body)}\r\n" in lines


@lru_cache(maxsize=256)
def _shown(target: str) -> str:
    """A path for the log: without its query, with whatever is not printable percent-encoded, cut to a length."""
    return quote(target.partition("?")[0][:LONGEST_SHOWN], safe="/%:@!$&'()*+,;=~-._", encoding="latin-1")
