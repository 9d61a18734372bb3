"""The moments that texts name are the same on every machine, and none that no calendar has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.client.retry import named_wait
from atlas_contract.dates import END, FIRST, http_second, in_calendar, iso_second

NOON = 1767268800.0  # 2026-01-01T12:00:00Z


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine far from Greenwich."""
    if not hasattr(time, "tzset"):  # pragma: no cover
        pytest.skip("the zone of a process cannot be changed here")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        http_second.cache_clear()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000", ""])
def test_an_http_date_without_a_zone_is_in_utc(zone: str) -> None:
    """Also where the machine's own zone is another, and for whoever asks."""
    text = f"Thu, 01 Jan 2026 12:00:00 {zone}".strip()
    assert http_second(text) == NOON
    reply = httpx.Response(429, headers={"Retry-After": text})
    assert named_wait(reply, lambda: datetime.fromtimestamp(NOON - 7, UTC)) == 7


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("zone", ["Z", "+00:00", ""])
def test_an_iso_date_without_a_zone_is_in_utc(zone: str) -> None:
    """As Atlas means it."""
    assert iso_second(f"2026-01-01T12:00:00{zone}") == NOON


@given(
    moment=st.datetimes(max_value=datetime(9999, 12, 30)),  # noqa: DTZ001
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_a_zone_moves_the_second_by_what_it_says(moment: datetime, minutes: int) -> None:
    """In either way to write a date; or there is no such second."""
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    second = moment.timestamp() - 60 * minutes
    expected = second if in_calendar(second) else None
    assert (
        iso_second(f"{moment:%Y}".zfill(4) + f"{moment:-%m-%dT%H:%M:%S}{sign}{hours:02}:{rest:02}")
        == expected
    )
    if moment.year >= 1000:
        http = format_datetime(moment).replace("+0000", f"{sign}{hours:02}{rest:02}")
        assert http_second(http) == expected


@given(value=st.text() | st.none() | st.integers() | st.binary(max_size=5))
def test_what_is_no_date_names_no_second(value: object) -> None:
    """And ends in no exception."""
    assert iso_second(value) is None or isinstance(value, str)
    assert http_second(value if isinstance(value, str) else None) is None or isinstance(value, str)


def test_the_calendar_ends_where_that_of_datetime_does() -> None:
    """Every second in it can be shown, and none outside."""
    assert datetime.fromtimestamp(FIRST, UTC) == datetime.min.replace(tzinfo=UTC)
    assert datetime.fromtimestamp(END - 1, UTC) + timedelta(seconds=0.999999) == datetime.max.replace(
        tzinfo=UTC
    )
    assert not in_calendar(END)
    assert not in_calendar(float("nan"))
