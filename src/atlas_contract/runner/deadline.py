"""A deadline for a whole exchange, which httpx has not: its limits begin anew with every byte that comes."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import Any
from weakref import WeakSet

_OPENED = ("connection.connect_tcp.complete", "connection.start_tls.complete")  # httpcore's own names


class Connections:
    """The connections of one transport, which can be cut from outside while somebody reads from them."""

    def __init__(self) -> None:
        self._streams: WeakSet[Any] = WeakSet()

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Take note of a new connection; the `trace` of a request's extensions."""
        if event in _OPENED:
            self._streams.add(told["return_value"])

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[Event]:
        """Cut whatever is open if what is done takes so many seconds; the event says that it did."""
        passed = Event()

        def cut() -> None:
            passed.set()
            self._cut()

        timer = Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield passed
        finally:
            timer.cancel()

    def _cut(self) -> None:
        for stream in list(self._streams):
            with suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
