"""Where the mock's time comes from: the machine's clock, or one that only the caller moves."""

from __future__ import annotations

import time
from threading import Lock
from typing import Protocol

START = 1_767_225_600.0  # 2026-01-01T00:00:00Z, where a manual clock begins unless told otherwise
END = 2.0**32 - 1  # 2106-02-07: the last second that the first eight digits of an id can name


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z."""
        ...


class RealClock:
    """The machine's clock, or one that runs as fast but begins at another time."""

    def __init__(self, start: float | None = None) -> None:
        self._ahead = 0.0 if start is None else start - time.time()

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z, as the machine counts them."""
        return time.time() + self._ahead


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: float = START) -> None:
        self._start = self._now = start
        self._lock = Lock()

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z, as the caller left them."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        with self._lock:
            if not 0 <= seconds <= END - self._now:
                msg = f"a clock moves forward, and not beyond its end: not by {seconds} seconds"
                raise ValueError(msg)
            self._now += seconds

    def restart(self) -> None:
        """Put the clock back to where it began."""
        with self._lock:
            self._now = self._start


def clock_of(start: float | None, *, manual: bool) -> RealClock | ManualClock:
    """A clock that begins at a time, or at its usual one."""
    if manual:
        return ManualClock(START if start is None else start)
    return RealClock(start)
