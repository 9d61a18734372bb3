"""When a request is sent again: only if Atlas cannot have acted on it, or if acting twice does no harm.

Retry libraries repeat a call; here the decision needs the reply's headers and how far the request got, and it has
to be made inside a conversation that does no I/O. It is small enough to be read instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long: at most `attempts` sendings, pauses that double from `pause` up to `longest` seconds.

    A longer `Retry-After` is cut to `longest_named` seconds.
    """

    attempts: int = 4
    pause: float = 0.5
    longest: float = 8.0
    longest_named: float = 60.0

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

        A 429 was refused unread, so it may always be repeated. A 503 that names a time says the same; one that does
        not is repeated only if the request may be.
        """
        if attempt >= self.attempts:
            return None
        named = named_wait(response, now or _now)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or (
            response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and (named is not None or repeatable)
        ):
            return self._backoff(attempt) if named is None else min(named, self.longest_named)
        return None

    def _backoff(self, attempt: int) -> float:
        return min(self.pause * 2.0 ** (attempt - 1), self.longest)


def named_wait(response: httpx.Response, now: Callable[[], datetime] | None = None) -> float | None:
    """The seconds that `Retry-After` names, as a number or a date (RFC 9110), never negative; None without one."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - (now or _now)()).total_seconds(), 0.0)


def _now() -> datetime:
    return datetime.now(UTC)
