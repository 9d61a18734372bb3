"""How checks read a raw reply: its media type, its JSON, its times. Never through a generated model."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from atlas_contract.contract.judge import read_json
from atlas_contract.model import Reply


@lru_cache(maxsize=1024)
def media_type(content_type: str | None) -> str | None:
    """The media type that a Content-Type names, without parameters, in lower case; None without one."""
    return content_type.split(";", 1)[0].strip().lower() if content_type else None


def json_of(reply: Reply) -> Any:
    """The body as JSON, or None where it is none."""
    try:
        return read_json(reply.body)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def http_second(text: str | None) -> float | None:
    """The second since 1970 that an HTTP date names; None where it is none."""
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def iso_second(value: Any) -> float | None:
    """The second since 1970 that a timestamp names; None where it is none, or none that a calendar has."""
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def text_in(document: Any, key: str) -> str:
    """A property of an object that is a text, else ""."""
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, str) else ""


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, 1 and true being different."""
    try:
        return bool(one == other) and _type(one) is _type(other)
    except RecursionError:
        return False


def _type(value: Any) -> type:
    return type(value)


def refusal_in_words(reply: Reply) -> str:
    """Status and error code, for a message."""
    code = text_in(json_of(reply), "errorCode")
    return f"{reply.status} {code}" if code else str(reply.status)


def shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    try:
        text = repr(value)
    except RecursionError:
        text = "a value nested too deeply"
    return text if len(text) <= 120 else f"{text[:120]}…"  # noqa: PLR2004  what fits into a line
