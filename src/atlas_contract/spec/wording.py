"""Words that complaints share: the nearest name to a misspelt one, a value cut to a readable length, safe to print."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or nothing where no known name is near."""
    by_lower = {item.lower(): item for item in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f"did you mean {by_lower[close[0]]!r}?" if close else ""


def one_of(names: Iterable[str]) -> str:
    """The names as a sentence part: `one of a, b, c`."""
    return "one of " + ", ".join(names)


def shown(value: Any, limit: int = 60) -> str:
    """The value as Python writes it, cut in the middle of nowhere after `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
