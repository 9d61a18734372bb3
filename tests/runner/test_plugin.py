"""The suite's pytest side: what counts as a finding, and what as trouble."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = "from atlas_contract.runner.plugin import *\n"
FLAKY = """
from contextlib import suppress
from hypothesis.errors import FlakyStrategyDefinition
from atlas_contract.cases import derived_cases
from atlas_contract.runner.suite import ContractBroken

def test_a_breach_does_not_come_again(suite):
    cases = derived_cases(suite.contract, suite.target.ground, "plain")
    case = next(each for each in cases if each.operation == suite.contract.main.id)
    with suppress(ContractBroken):
        suite.expect(case)
    raise FlakyStrategyDefinition("another course the second time")
"""


def run(folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run the test above in a process of its own."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_flaky.py").write_text(FLAKY, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), "-p", "no:cacheprovider", *flags]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_a_breach_that_does_not_come_again_is_a_finding_all_the_same(tmp_path: Path) -> None:
    """A server remembers, so Hypothesis may meet another course when it repeats one; the verdict stands."""
    done = run(tmp_path, "--fault", "drops-id")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "finding 1: " in done.stdout
    assert "verdict    none" not in done.stdout
    assert "trouble" not in done.stdout


def test_another_course_without_any_finding_is_trouble(tmp_path: Path) -> None:
    """Then it is the suite that cannot repeat itself, and there is no verdict."""
    done = run(tmp_path)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "trouble    FlakyStrategyDefinition: another course the second time" in done.stdout
    assert "verdict    none" in done.stdout
