"""What others wrote, made fit for a message: nothing that moves a terminal's cursor, and not too long."""

from __future__ import annotations

LONGEST = 500


def printable(text: str) -> str:
    """The text with whatever would move a terminal's cursor, or cannot be encoded, written as Python escapes it."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def quoted(text: str) -> str:
    """The text's beginning, printable."""
    seen = printable(text[: LONGEST + 1])
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"
