"""Signals: whatever asks a run to end is taken like Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def signals_as_interrupts() -> Iterator[None]:
    """What ends a run is taken like Ctrl-C, and Ctrl-C also where a shell has the run ignore it: the run cleans up.

    A run that was told to outlive its terminal (`nohup`) does.
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    ending = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        ending.append(signal.SIGHUP)
    before = {each: signal.signal(each, interrupt) for each in ending}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
