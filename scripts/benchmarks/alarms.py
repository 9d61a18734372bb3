"""Does the suite cry wolf? Derived and random cases against the sound mock, in several worlds."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from atlas_contract.cases import derived_cases
from atlas_contract.cases.chance import random_cases
from atlas_contract.contract import load
from atlas_contract.runner import Session, embedded
from benchmarks import Benchmark


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Send the cases, seed by seed."""
    contract, began, sent, requests = load(), time.perf_counter(), 0, 0
    alarms: list[str] = []
    for seed in range(options.seeds):
        session = Session(contract, embedded(contract, seed=seed))
        ground = session.target.ground
        chance = random.Random(seed)  # noqa: S311
        derived = derived_cases(contract, ground)
        some = islice(
            random_cases(contract, ground, chance), max(0, options.cases // options.seeds - len(derived))
        )
        for case in (*derived, *some):
            sent += 1
            found = session.perform(case).findings
            alarms += [f"seed {seed}: {finding.check}: {finding.message}" for finding in found]
        requests += session.requests
        print(f"… seed {seed}: {sent:,} cases, {len(alarms)} findings", file=sys.stderr)
    seconds = time.perf_counter() - began
    return {
        "cases": sent,
        "seeds": options.seeds,
        "requests": requests,
        "seconds": seconds,
        "alarms": alarms,
        "good": not alarms and sent >= options.cases,
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    yield from result["alarms"][:20]
    rate, found = result["cases"] / result["seconds"], len(result["alarms"])
    yield f"{result['cases']:,} cases in {result['seeds']} worlds, {rate:,.0f} a second: {found} findings"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=5)


BENCHMARK = Benchmark("alarms", "Does the suite find anything in a sound mock?", add_flags, run, lines)
