"""`atlas-contract faults run`, as a shell starts and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("atlas-contract"))
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are read from /proc")


def workers_of(process: int) -> list[int]:
    """The processes that it has begun and that do the work."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    found = [int(child) for each in tasks for child in each.read_text().split()]
    return [each for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def wait_until(true: object, seconds: float = 20.0) -> bool:
    """Whether something becomes true in time."""
    assert callable(true)
    end = time.monotonic() + seconds
    while not (reached := bool(true())) and time.monotonic() < end:
        time.sleep(0.05)
    return reached


def is_gone(process: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGTERM, 130), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_run_that_is_ended_leaves_no_worker(sent: signal.Signals, code: int) -> None:
    """However it is ended, its workers end with it, and nobody sees a traceback."""
    command = [COMMAND, "faults", "run", "--full", "--jobs", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert wait_until(lambda: len(workers_of(process.pid)) == 2)
        workers = workers_of(process.pid)
        time.sleep(2.0)  # until they are at work
        process.send_signal(sent)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert all(wait_until(lambda each=each: is_gone(each)) for each in workers)
