"""Progress on standard error: one line rewritten in place on a terminal, a plain line for each change elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from shutil import get_terminal_size
from typing import Self, TextIO

CLEAR = "\r\x1b[2K"
LONG = 2.0  # seconds


class Progress:
    """Says what is going on and for how long already; where nobody can hear it, it falls silent and work goes on."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._live = stream.isatty()
        self._last = ""
        self._key: object = None

    def say(self, text: str, *, key: object = None) -> None:
        """Show a text; elsewhere than on a terminal only if its key, or else the text, is another than the last."""
        if self._live:
            line = f"{text}, {self._clock() - self._started:.0f} s"
            self._write(CLEAR + line[: max(get_terminal_size().columns - 1, 20)])
        elif (text if key is None else key) != self._key:
            self._write(f"{text} after {self._clock() - self._started:.0f} s\n")
        self._last = text
        self._key = text if key is None else key

    def sleep(self, seconds: float) -> None:
        """Wait; on a terminal, with the seconds counted."""
        end = self._clock() + seconds
        while (left := end - self._clock()) > 0:
            time.sleep(min(left, 1.0))
            if self._live and self._last:
                self.say(self._last)

    def wait(self, seconds: float) -> None:
        """Wait, and say so if it takes a while."""
        if seconds >= LONG:
            self.say(f"waiting for {seconds:.0f} s", key="waiting")
        self.sleep(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and self._last:
            self._write("\n")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
