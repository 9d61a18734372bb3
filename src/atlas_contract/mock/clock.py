"""Where the mock's time comes from: the machine's clock, or one that only the caller moves."""

from __future__ import annotations

import time
from threading import Lock
from typing import Protocol

START = 1_767_225_600.0  # 2026-01-01T00:00:00Z, where a manual clock begins unless told otherwise


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z, as the machine counts them."""
        return time.time()


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._lock = Lock()

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z, as the caller left them."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        if seconds < 0:
            msg = f"a clock moves forward only, not by {seconds} seconds"
            raise ValueError(msg)
        with self._lock:
            self._now += seconds
