"""Room for the frames of code that calls deeply, as Hypothesis does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_SLOTS = 16_000
"""Just too many for 128 KB: CPython takes 256 KB for such a frame, and half of that stays for those above it."""


def with_room(run: Callable[[], T]) -> T:
    """Run something, with room for the frames of all that it calls.

    CPython (3.11 and later) keeps frames in chunks of 16 KB, and gives a chunk back to the system when its first frame
    returns. Code that goes to and fro over the edge of a chunk so spends its time on asking for memory: a sixth of what
    the suite takes. A frame that is too large for such a chunk comes with a larger one.
    """
    return run()


with_room.__code__ = with_room.__code__.replace(co_stacksize=_SLOTS)
