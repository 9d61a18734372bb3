"""One connection, bytes in and bytes out, without a socket."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from atlas_contract.mock.logs import RequestLog
from atlas_contract.mock.wire import Connection, Limits
from atlas_contract.model import Reply, Request

LIMITS = Limits(body=1000)


class Transport(asyncio.Transport):
    """Takes what is written, and goes nowhere."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nobody reads it."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """Only what nobody holds any more is freed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 100_000,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + b"a" * 9000,
        b"\xff\xfe",
    ],
)
def test_a_lost_connection_is_freed_with_all_that_it_has_read(sent: bytes) -> None:
    """No cycle keeps a megabyte alive until the garbage collector comes by."""

    def answer(_: Request) -> Reply:
        return Reply(204)

    def later(_: float, call: object) -> None:
        """The log never gets to write."""

    connection = Connection(answer, LIMITS, set(), RequestLog(later))
    connection.connection_made(Transport())
    connection.data_received(sent)
    connection.connection_lost(None)
    gone = weakref.ref(connection)
    del connection
    assert gone() is None
