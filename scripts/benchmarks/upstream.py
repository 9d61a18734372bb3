"""How long a run of `atlas-contract upstream` takes on documents of 1 to 540 operations, as JSON and as YAML."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from atlas_contract.spec.documents import load
from atlas_contract.spec.files import FRAGMENT
from benchmarks import Benchmark
from published import FULL, published

SIZES = (1, 60, 180, FULL)
LIMIT = 5.0
"""Seconds that the largest document may take."""
SPEC = Path(__file__).parents[2] / "spec"
TOOL = [str(Path(sys.executable).with_name("atlas-contract")), "upstream"]


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Time each document some times; the median counts, and the slowest of the largest has to keep the limit."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for operations in SIZES:
            for path in _written(Path(folder), operations):
                seconds = [_seconds(path) for _ in range(options.rounds)]
                rows.append(
                    {
                        "operations": operations,
                        "form": path.suffix[1:],
                        "bytes": path.stat().st_size,
                        "seconds": round(median(seconds), 3),
                        "slowest": round(max(seconds), 3),
                    }
                )
                print(f"… {operations} operations as {path.suffix[1:]}", file=sys.stderr)
    slowest = max(row["slowest"] for row in rows if row["operations"] == FULL)
    return {"rows": rows, "limit": LIMIT, "good": slowest <= LIMIT}


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The figures for people, with how the time grows beside how the document does."""
    yield f"{'operations':>10} {'form':>5} {'bytes':>10} {'seconds':>8} {'slowest':>8}   growth since the row above"
    above: dict[str, dict[str, Any]] = {}
    for row in result["rows"]:
        before = above.get(row["form"])
        growth = ""
        if before:
            size, took = (row[key] / before[key] for key in ("bytes", "seconds"))
            growth = f"   {size:.1f} times the bytes, {took:.1f} times as long"
        above[row["form"]] = row
        yield (
            f"{row['operations']:10} {row['form']:>5} {row['bytes']:10,} {row['seconds']:8.2f} {row['slowest']:8.2f}"
            + growth
        )
    yield f"at most {result['limit']} s allowed for {FULL} operations: {'kept' if result['good'] else 'broken'}"


def _written(folder: Path, operations: int) -> Iterator[Path]:
    """One document in both forms, laid out as Atlas lays it out."""
    document = published(load(SPEC / FRAGMENT).content, operations)
    path = folder / f"{operations}.json"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    yield path
    path = path.with_suffix(".yaml")
    path.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, indent=4, width=2**20), encoding="utf-8")
    yield path


def _seconds(path: Path) -> float:
    """The time of one run. A small document lacks operations of ours, so 1 is as good an exit code as 0."""
    started = time.perf_counter()
    done = subprocess.run([*TOOL, str(path), "--spec", str(SPEC)], capture_output=True, check=False)  # noqa: S603
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())
    return time.perf_counter() - started


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--rounds", type=int, default=5, help="runs of each document (default: 5)")


BENCHMARK = Benchmark("upstream", "How long does the full document take?", add_flags, measure, lines)
