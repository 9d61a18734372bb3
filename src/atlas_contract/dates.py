"""The moments that texts name, as seconds since 1970: in UTC where a text names no zone, whatever the machine's is."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

FIRST, END = -62_135_596_800, 253_402_300_800
"""The second in which the calendar of `datetime` begins, and the first one after its end: the years 1 to 9999."""


def in_calendar(second: float) -> bool:
    """Whether a calendar has this second since 1970."""
    return FIRST <= second < END


def iso_second(value: Any) -> float | None:
    """The second that an ISO 8601 text names; None where it is none, or none that a calendar has."""
    try:
        return _second(datetime.fromisoformat(value))
    except (ValueError, TypeError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def http_second(text: str | None) -> float | None:
    """The second that an HTTP date (RFC 9110) names; None where it is none, or none that a calendar has."""
    try:
        return _second(parsedate_to_datetime(text or ""))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _second(moment: datetime) -> float | None:
    second = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return second if FIRST <= second < END else None
