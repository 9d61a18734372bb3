"""The benchmarks of `scripts/benchmark.py`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Benchmark:
    """A question that is answered by measuring.

    `run` gives the result, ready for JSON; its `good` says whether what was promised holds. `lines` show it to people.
    """

    name: str
    question: str
    add_flags: Callable[[argparse.ArgumentParser], object]
    run: Callable[[argparse.Namespace], dict[str, Any]]
    lines: Callable[[dict[str, Any]], Iterator[str]]
