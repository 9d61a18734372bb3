"""Standard streams that are full, closed or read by nobody: one message or none, and never the code for findings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("atlas-contract"))
FULL = Path("/dev/full")
COMMANDS = ["faults list", "test --gate", "lint --rules"]


def shell(line: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a line in which `$it` is the command."""
    script = f"set -o pipefail; it={COMMAND}; {line}"
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_cannot_be_written_is_2(command: str) -> None:
    """The message names standard output."""
    done = shell(f"$it {command} >{FULL}")
    assert done.returncode == 2
    assert done.stderr.endswith(
        "error: The system refuses: No space left on device.\n  where: standard output\n"
        "  next: make room, or name a place that can be used\n"
    )
    assert "Traceback" not in done.stderr


def test_output_that_nobody_reads_to_the_end_is_no_finding() -> None:
    """As with other programs, the shell tells of a closed pipe."""
    done = shell("$it faults list | head -1")
    assert done.returncode == 141
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["faults run two-unfinished", "test --gate"])
def test_closed_streams_do_not_change_what_comes_of_it(command: str, closed: str) -> None:
    """Neither the verdict nor the exit code."""
    assert shell(f"$it {command} {closed}").returncode == 0


@pytest.mark.parametrize("command", ["faults run two-unfinished", "test --gate"])
def test_a_current_folder_that_is_gone_is_2(tmp_path: Path, command: str) -> None:
    """The message says so."""
    done = shell(f"mkdir gone && cd gone && rmdir ../gone && $it {command}", tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: The current folder is gone.\n  next: change to a folder that is there\n"
