"""A deadline for a whole exchange, which httpx has not: its limits begin anew with every byte that comes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any
from weakref import WeakSet, ref

_OPENED = ("connection.connect_tcp.complete", "connection.start_tls.complete")  # httpcore's own names
LOOKS = 20  # looks at what is running in the time that an exchange has


@dataclass(eq=False, slots=True)
class Running:
    """One exchange: when it is to be over, and whether it was cut because it was not."""

    end: float
    is_cut: bool = False


class Deadline:
    """Cuts the connections of one transport when an exchange over it takes too long, whoever reads from them.

    A thread for all exchanges looks after them: one for each would take longer than most exchanges do.

    Args:
        seconds: how long an exchange may take, to a twentieth.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._streams: WeakSet[Any] = WeakSet()
        self._lock = Lock()
        self._running: set[Running] = set()
        self._is_watched = False

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Take note of a new connection; the `trace` of a request's extensions."""
        if event in _OPENED:
            with self._lock:
                self._streams.add(told["return_value"])

    @contextmanager
    def exchange(self) -> Iterator[Running]:
        """What is done here has so much time."""
        if not self._is_watched:
            self._is_watched = True
            Thread(target=_watch, args=(ref(self), self.seconds / LOOKS), daemon=True).start()
        running = Running(time.monotonic() + self.seconds)
        self._running.add(running)
        try:
            yield running
        finally:
            self._running.discard(running)

    def look(self) -> None:
        """Cut what is open if an exchange takes too long."""
        late = [each for each in tuple(self._running) if time.monotonic() > each.end]
        for each in late:
            each.is_cut = True
        if late:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            streams = tuple(self._streams)
        for stream in streams:
            with suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _watch(deadline: ref[Deadline], pause: float) -> None:
    while (found := deadline()) is not None:
        found.look()
        del found
        time.sleep(pause)
