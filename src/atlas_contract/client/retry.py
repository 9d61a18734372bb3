"""When a request is sent again: only if Atlas cannot have acted on it, or if acting twice does no harm.

Retry libraries repeat a call; here the decision needs the reply's headers and how far the request got, and it has
to be made inside a conversation that does no I/O. It is small enough to be read instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from atlas_contract import dates
from atlas_contract.errors import InvalidArgument

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
REPEATABLE = ("GET", "DELETE")  # not PATCH: a late repetition would undo what was set in between
AT_THE_GATE = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
LONGEST_NUMBER = 1e9  # seconds; a `Retry-After` with a larger number means no more than this


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long: at most `attempts` sendings, pauses that double from `pause` up to `longest` seconds.

    A `Retry-After` is waited for if it names at most `longest_named` seconds; otherwise the call ends at once.

    Raises:
        InvalidArgument: there is no attempt at all, a pause is negative or endless, or one of them is no number.
    """

    attempts: int = 4
    pause: float = 0.5
    longest: float = 8.0
    longest_named: float = 60.0

    def __post_init__(self) -> None:
        """Refuse numbers that no pause can have."""
        pauses = (self.pause, self.longest, self.longest_named)
        counted = type(self.attempts) is int and self.attempts >= 1
        if not counted or not all(is_number(each) and math.isfinite(each) and each >= 0 for each in pauses):
            msg = f"{self} cannot be followed."
            raise InvalidArgument(msg, where="retry", expected="at least one attempt, pauses from 0 seconds")

    def after_failure(self, error: httpx.HTTPError, attempt: int, *, repeatable: bool) -> float | None:
        """Seconds to pause before sending again after no reply came, or None to give up.

        Args:
            attempt: how often the request has been sent so far.
            repeatable: whether doing it twice does no harm.
        """
        if attempt >= self.attempts or not isinstance(error, httpx.TransportError):
            return None
        return self._backoff(attempt) if repeatable or isinstance(error, NEVER_SENT) else None

    def after_reply(
        self,
        response: httpx.Response,
        attempt: int,
        *,
        repeatable: bool,
        now: Callable[[], datetime] | None = None,
    ) -> float | None:
        """Seconds to pause before sending again after this reply, or None to take it as the answer.

        A 429 was refused unread, so it may always be repeated. A 503 that names a time says the same; without one, and
        with 502 and 504, Atlas may have acted, so these are repeated only if the request may be. Never before the time
        that was named.
        """
        status = response.status_code
        if attempt >= self.attempts or status not in (HTTPStatus.TOO_MANY_REQUESTS, *AT_THE_GATE):
            return None
        named = named_wait(response, now)
        if named is not None and named > self.longest_named:
            return None
        unread = status == HTTPStatus.TOO_MANY_REQUESTS or (
            status == HTTPStatus.SERVICE_UNAVAILABLE and named is not None
        )
        if unread or repeatable:
            return named or self._backoff(attempt)
        return None

    def _backoff(self, attempt: int) -> float:
        doublings = min(attempt - 1, 64)  # beyond it a float could not hold the number
        return min(self.pause * 2.0**doublings, self.longest)


def is_number(value: object) -> bool:
    """Whether it is a number, which True is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def named_wait(response: httpx.Response, now: Callable[[], datetime] | None = None) -> float | None:
    """The seconds that `Retry-After` names, as a number or a date (RFC 9110), never negative; None without one."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_NUMBER)
    moment = dates.http_second(text)
    return None if moment is None else max(moment - (now or _now)().timestamp(), 0.0)


def _now() -> datetime:
    return datetime.now(UTC)
