"""What others wrote, made fit for a message: nothing that moves a terminal's cursor, and not too long."""

from __future__ import annotations

LONGEST = 500


def quoted(text: str) -> str:
    """The text's beginning, with whatever cannot be seen or encoded written as Python escapes it."""
    seen = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text[: LONGEST + 1]
    )
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"
