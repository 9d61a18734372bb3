"""Progress reads well on a terminal and in a log."""

from __future__ import annotations

import io

import pytest

from atlas_contract.cli.progress import CLEAR, Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_a_log_gets_a_line_for_each_change() -> None:
    """The same text twice is one line."""
    stream = io.StringIO()
    with Progress(stream, clock=lambda: 0.0) as progress:
        for text in ("queued", "queued", "completed"):
            progress.say(text)
    assert stream.getvalue() == "queued after 0 s\ncompleted after 0 s\n"


def test_a_terminal_gets_one_line_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is cleared and cut to the terminal's width, and ends with a line break."""
    monkeypatch.setenv("COLUMNS", "24")
    stream = Terminal()
    with Progress(stream, clock=lambda: 0.0) as progress:
        progress.say("a snapshot with a very long name")
    assert stream.getvalue() == CLEAR + "a snapshot with a very " + "\n"
