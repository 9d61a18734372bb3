"""Progress on standard error: one line rewritten in place on a terminal, a plain line for each change elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from shutil import get_terminal_size
from typing import Self, TextIO

CLEAR = "\r\x1b[2K"


class Progress:
    """Says what is going on and for how long already."""

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
            self._stream.write(CLEAR + line[: max(get_terminal_size().columns - 1, 20)])
        elif (text if key is None else key) != self._key:
            self._stream.write(f"{text} after {self._clock() - self._started:.0f} s\n")
        self._stream.flush()
        self._last = text
        self._key = text if key is None else key

    def sleep(self, seconds: float) -> None:
        """Wait; on a terminal, with the seconds counted."""
        end = self._clock() + seconds
        while (left := end - self._clock()) > 0:
            time.sleep(min(left, 1.0))
            if self._live and self._last:
                self.say(self._last)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and self._last:
            self._stream.write("\n")
            self._stream.flush()
