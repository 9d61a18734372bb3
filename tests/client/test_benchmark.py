"""The benchmarks run, and say what they found to people and to programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmark.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_cost_of_a_call_is_measured_in_pairs() -> None:
    """For each of three operations a ratio with its spread; how large it is depends on the machine, so nobody asks."""
    done = run("client", "--pairs", "4", "--json")
    result = json.loads(done.stdout)
    assert set(result["operations"]) == {"list", "get", "take"}
    assert all(each["ratio"] > 0 and each["pairs"] == 4 for each in result["operations"].values())
    assert (done.stderr, done.returncode) == ("", 0 if result["good"] else 1)


def test_no_value_of_a_short_run_escapes() -> None:
    """The long run has a million."""
    done = run("escapes", "--values", "1500", "--seed", "7")
    assert (done.stderr, done.returncode) == ("", 0)
    assert "1,500 values (seed 7)" in done.stdout
    assert done.stdout.endswith("0 escapes\n")


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("client", "--pairs", "many")])
def test_a_wrong_use_is_told(arguments: tuple[str, ...]) -> None:
    """With the names of the benchmarks."""
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage: benchmark.py" in done.stderr


def test_recorded_traffic_of_a_sound_mock_is_judged_in_both_forms() -> None:
    """Every exchange, and none is found at fault; how quickly depends on the machine."""
    done = run("verify", "--exchanges", "200", "--json")
    result = json.loads(done.stdout)
    assert {form: (each["exchanges"], each["deviations"]) for form, each in result["forms"].items()} == {
        "jsonl": (200, 0),
        "har": (200, 0),
    }
    assert done.stderr == ""
