"""The mock's log on standard error: a line a request, with the time; made to cost little."""

from __future__ import annotations

import logging
import time
from functools import lru_cache


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = f"{_clock(int(record.created))} {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


@lru_cache(maxsize=4)
def _clock(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


def log_to_stderr() -> None:
    """Let the mock's log go to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Line())
    log = logging.getLogger("atlas_contract.mock")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    # What a record tells of its caller, of threads and of processes is not shown, so it need not be found out.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001  the way the library's manual names
