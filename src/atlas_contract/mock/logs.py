"""The mock's log: a line a request, with the time, without secrets; made to cost little."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

log = logging.getLogger("atlas_contract.mock")


TOGETHER = 0.02  # seconds whose requests share a record, which costs more than its lines


class RequestLog:
    """Tells of requests, a line each; those answered within a moment share a record.

    Args:
        later: what calls a function after so many seconds.
    """

    def __init__(self, later: Callable[[float, Callable[[], None]], Any]) -> None:
        self._later = later
        self._lines: list[str] = []

    @property
    def wanted(self) -> bool:
        """Whether anybody listens."""
        return log.isEnabledFor(logging.INFO)

    def say(self, line: str) -> None:
        """Tell of one request."""
        self._lines.append(line)
        if len(self._lines) == 1:
            self._later(TOGETHER, self.flush)

    def flush(self) -> None:
        """Write what has been told and not been written yet."""
        lines, self._lines = self._lines, []
        if lines:
            log.info("\n".join(lines))


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        clock = _clock(int(record.created))
        lines = f"{clock} " + record.getMessage().replace("\n", f"\n{clock} ")
        return f"{lines}\n{self.formatException(record.exc_info)}" if record.exc_info else lines


@lru_cache(maxsize=4)
def _clock(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


def log_to_stderr() -> None:
    """Let the mock's log go to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Line())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    # What a record tells of its caller, of threads and of processes is not shown, so it need not be found out.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001  the way the library's manual names
