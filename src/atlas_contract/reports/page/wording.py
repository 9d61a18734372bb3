"""Words and numbers as the page shows them."""

from __future__ import annotations

from typing import Any

MOST_SHOWN = 4000  # characters of a body
MINUTE = 60
_BREAKS = "\n\t"


def visible(value: Any) -> Any:
    """A text without anything that a browser would not show or would obey: control characters, turns of direction.

    What is no text, or has been made safe already, stays as it is.
    """
    if type(value) is not str or value.isprintable():
        return value
    return "".join(
        each if each.isprintable() or each in _BREAKS else each.encode("unicode_escape").decode()
        for each in value
    )


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, such as `1 finding` and `1,200 findings`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def lasting(seconds: float) -> str:
    """A duration, such as `4.2 s` or `14 min 38 s`."""
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes:,} min {rest} s"


def clock(seconds: float) -> str:
    """A moment of a run, such as `14:38`."""
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes}:{rest:02}"


def moment(text: str) -> str:
    """A moment of a document, such as `2026-01-01 00:00:00 UTC`."""
    return text.replace("T", " ").removesuffix("Z") + " UTC"


def cut(text: str) -> tuple[str, str]:
    """As much of a body as is shown, and what to say of the rest, "" if there is none."""
    if len(text) <= MOST_SHOWN:
        return text, ""
    return text[:MOST_SHOWN], f"cut here: {len(text):,} characters in all, the rest is in the JSON document"
