"""Standard streams that are closed, full, or read by nobody any more."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from atlas_contract.errors import BadInput

UNREAD = 141  # what a shell tells of a program that a closed pipe has ended, and what `pipefail` users know


def keep_open() -> None:
    """Lead each standard stream that is closed nowhere, before a file or socket is given its number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.fstat(number)
                continue
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


@contextmanager
def explained() -> Iterator[None]:
    """Say what the system refused, instead of a traceback.

    Raises:
        BadInput: something cannot be read or written, standard output included.
        SystemExit: 141, since nobody reads standard output any more.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
        raise SystemExit(UNREAD) from None
    except FileNotFoundError as error:
        msg = "The current folder is gone." if error.filename is None else f"There is no {error.filename}."
        raise BadInput(msg, hint="change to a folder that is there") from error
    except OSError as error:
        if error.filename is None:
            forget_output()
        msg = f"The system refuses: {error.strerror or error}."
        where = str(error.filename or "standard output")
        raise BadInput(msg, where=where, hint="make room, or name a place that can be used") from error


def forget_output() -> None:
    """Keep Python from writing at its end what cannot be written."""
    with suppress(OSError, ValueError):
        number = sys.stdout.fileno()
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), number)
