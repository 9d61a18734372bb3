"""The token buckets that count requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Level(NamedTuple):
    """What a request found in its bucket: whether there was a token, and what the reply tells of that."""

    allowed: bool
    capacity: int
    remaining: int
    retry_after: int


@dataclass
class Buckets:
    """One bucket for each key; it starts full and is refilled by whole periods. Not safe for threads.

    `levels` has the tokens of each bucket, and the period in which they were counted.
    """

    capacity: int
    refill: int
    seconds: int
    levels: dict[str, tuple[int, int]]

    def take(self, key: str, now: float) -> Level:
        """Take one token from a bucket."""
        period = int(now) // self.seconds
        tokens, filled = self.levels.get(key, (self.capacity, period))
        tokens = min(self.capacity, tokens + max(0, period - filled) * self.refill)
        left = max(0, tokens - 1)
        self.levels[key] = (left, max(period, filled))
        return Level(tokens > 0, self.capacity, left, self.seconds - int(now) % self.seconds)
