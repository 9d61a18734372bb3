"""Keeping below the server's rate limit, ahead of time: by its headers, and by the contract where there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.model import Reply, Request

RESERVE = 0.05  # share of the bucket that is left to others
SLACK = 1.0  # seconds beyond a period, for clocks that differ


@dataclass(slots=True)
class Level:
    """What is believed of one bucket: tokens left, its size and refill, and a moment after which there was no refill.

    Within a `period` from that moment, in seconds, there is one. A server that tells how much is left shows its
    refills (`told`); of one that does not, only what comes after the last request is sure.
    """

    left: int
    capacity: int
    refill: int
    period: float
    counted: float
    told: bool = False

    @property
    def reserve(self) -> int:
        """Tokens that are not taken."""
        return max(1, int(self.capacity * RESERVE))


class Pace:
    """Waits before a request that would come too early. One bucket for the project, one for token requests.

    The refill comes once in a period, at a moment that nobody tells; after a whole period there was one for sure.

    Args:
        now, wait: the run's clock and its way to let time pass, in seconds.
    """

    def __init__(self, contract: Contract, now: Callable[[], float], wait: Callable[[float], None]) -> None:
        limit = contract.behaviour("rate-limit").values
        token = contract.behaviour("token-rate-limited").values
        self._names: Mapping[str, Any] = limit["headers"]
        self._limited = int((contract.behaviour("rate-limited").reply or {})["status"])
        self._token_path = contract.token.path
        self._now, self._wait = now, wait
        period = float(limit["periodSeconds"])
        self._project = Level(limit["capacity"], limit["capacity"], limit["refill"], period, now())
        requests = token["requests"]
        self._tokens = Level(requests, requests, requests, token["minutes"] * 60.0, now())
        self.waited = 0.0
        self.limited = 0

    def pause(self, request: Request) -> float:
        """Seconds until the request may go."""
        level = self._level(request)
        if level.left > level.reserve:
            return 0.0
        return max(0.0, level.counted + level.period + SLACK - self._now())

    def before(self, request: Request) -> None:
        """Wait until the request may go."""
        level = self._level(request)
        if level.left <= level.reserve:
            pause = self.pause(request)
            self.waited += pause
            self._wait(pause)
            self._refill(level)
        if level.left >= level.capacity or not level.told:
            level.counted = self._now()
        level.left -= 1

    def remember(self, path: str, at: float) -> None:
        """Take a request into account that an earlier run has sent, at a second of the run's clock."""
        level = self._tokens if path == self._token_path else self._project
        if 0 <= self._now() - at < level.period:
            level.left -= 1
            level.counted = at

    def is_limited(self, reply: Reply) -> bool:
        """Whether a request was refused because its bucket is empty."""
        return reply.status == self._limited

    def after(self, request: Request, reply: Reply) -> None:
        """Learn from what the server says of its bucket."""
        level = self._level(request)
        left, capacity = (_number(reply, self._names[name]) for name in ("remaining", "limit"))
        if capacity is not None:
            level.capacity = capacity
        if left is not None:
            if left > level.left:
                level.counted = self._now()
            level.left, level.told = left, True
        if self.is_limited(reply):
            self.limited += 1
            level.left, level.counted = 0, self._now()

    def _refill(self, level: Level) -> None:
        level.left = min(level.capacity, max(level.left, 0) + level.refill)
        level.counted = self._now()

    def _level(self, request: Request) -> Level:
        return self._tokens if request.target.partition("?")[0] == self._token_path else self._project


def _number(reply: Reply, name: str) -> int | None:
    text = reply.header(name) or ""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None  # noqa: PLR2004
