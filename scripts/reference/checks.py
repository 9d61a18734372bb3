"""The checks, by what they look at."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from atlas_contract.checks import CHECKS
from atlas_contract.checks.outcome import an_answer_comes
from atlas_contract.contract import load
from atlas_contract.faults import catalogue
from atlas_contract.runner import fidelity
from reference.markdown import code, page, plain, table

OF_THE_RUN = {
    "snapshots_finish": "A snapshot that was asked for is finished within the time that a run waits for it.",
    fidelity.CHECK: "Where a clause is documented or observed, target and mock give the same status and error code.",
}
"""What no single exchange shows: judged by the run itself, not by a function in `checks`."""


def checks() -> str:
    """Every check, with the number of faults that it is meant to find."""
    return page(_parts())


def documented() -> set[str]:
    """The names of all checks."""
    return {check.__name__ for check in (an_answer_comes, *CHECKS)} | set(OF_THE_RUN)


def _parts() -> Iterator[str]:
    faults = Counter(name for fault in catalogue(load()).values() for name in fault.caught_by)
    headings = ("check", "demands", "faults")
    for module, found in groupby((an_answer_comes, *CHECKS), lambda each: each.__module__):
        yield f"## {module.rpartition('.')[2].capitalize()}"
        yield plain(_sentence(sys.modules[module]))
        yield table(headings, (_row(each.__name__, _sentence(each), faults) for each in found))
    yield "## Of a whole run"
    yield "What no single exchange shows."
    yield table(headings, (_row(name, demand, faults) for name, demand in OF_THE_RUN.items()))


def _row(name: str, demand: str, faults: Counter[str]) -> tuple[str, str, str]:
    return code(name), plain(demand), f"{faults[name]:,}" if faults[name] else ""


def _sentence(thing: Callable[..., Any] | Any) -> str:
    return str(thing.__doc__ or "").partition("\n\n")[0]
