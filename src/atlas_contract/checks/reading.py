"""How checks read a raw reply: its media type, its JSON. Never through a generated model."""

from __future__ import annotations

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
