"""A target's time: how late it is there, and how to let some of it pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds since 1970 as a run counts them, and a way to wait for some."""

    now: Callable[[], float] = time.time
    wait: Callable[[float], None] = time.sleep
