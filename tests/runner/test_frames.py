"""What calls deeply finds room, and is run as it is."""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial

import pytest

from atlas_contract.runner.frames import with_room

DEEPEST, TIMES = 400, 2000


def descend(depth: int) -> None:
    """Call so deeply, and there to and fro."""
    if depth:
        descend(depth - 1)
    else:
        for _ in range(TIMES):
            return_at_once()


def return_at_once() -> None:
    """Be one frame."""


def explore() -> None:
    """To and fro at every depth: at some of them over the edge of a chunk."""
    for depth in range(DEEPEST):
        descend(depth)


def faults(run: Callable[[], None]) -> int:
    """How many pages of memory the system had to hand out for it."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    run()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_memory_is_asked_for_once() -> None:
    """Fewer pages than depths, however often code goes to and fro."""
    explore()
    assert faults(partial(with_room, explore)) < DEEPEST


def test_a_value_and_an_error_come_through() -> None:
    """It is a call like any other."""
    assert with_room(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0)
