"""A shell's view of the command line: processes, a mock to talk to, and an environment for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atlas_contract.contract import Contract
from atlas_contract.mock import Mock, RealClock, default_world, exports, running

COMMAND = str(Path(sys.executable).with_name("atlas-contract"))
Run = Callable[..., subprocess.CompletedProcess[str]]


def heed_signals() -> None:
    """As a command in the foreground does: what runs in the background, or under `nohup`, hands down to ignore them."""
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


@pytest.fixture
def mock(contract: Contract) -> Mock:
    """A mock whose snapshots take a moment."""
    return Mock(contract, default_world(contract, clock=RealClock()), pace=0.0005)


@pytest.fixture
def served(mock: Mock) -> Iterator[dict[str, str]]:
    """The environment that the mock's `export` lines make, while it is served."""
    with running(mock) as url:
        lines = (line.removeprefix("export ").split("=", 1) for line in exports(mock, url))
        wanted = {name: value.strip("'") for name, value in lines}
        yield {name: value for name, value in wanted.items() if "API_KEY" not in name}


@pytest.fixture
def run(served: dict[str, str], tmp_path: Path) -> Run:
    """Run `atlas-contract` in an empty folder, with the served mock's environment."""

    def call(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, **served, **environment},
            timeout=60,
        )

    return call
