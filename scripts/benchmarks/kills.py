"""Kills careful runs at random points, cleans up after each, and counts what is left of ours and lost of others'."""

from __future__ import annotations

import argparse
import copy
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from atlas_contract.contract import Contract, load
from atlas_contract.guard.ledger import Ledger
from atlas_contract.mock import Mock, RealClock, Scenario, exports, listening, serve_on, world_of
from benchmarks import Benchmark
from benchmarks.client import without_rate_limit

FAST = 0.002  # of the time that Atlas takes for a snapshot
FOREIGN, FOREIGN_ONES = "somebody else's", 3
KILLED, TOOK, FAILED = "killed while running", "had taken a snapshot", "cleanup failed"
LEFT, TOUCHED = "left something of ours", "touched another's"
LONGEST_RUN = 2.5  # seconds after its start at which a run is killed at the latest
SCRIPTS = Path(__file__).parents[1]
TOOL = [str(Path(sys.executable).with_name("atlas-contract"))]


@dataclass(frozen=True)
class Server:
    """A mock that is served: its address and the environment that its export lines set."""

    url: str
    environment: Mapping[str, str]

    def snapshots(self) -> list[dict[str, str]]:
        """Every snapshot of the cluster, as the mock itself knows them."""
        found: list[dict[str, str]] = self._client().get(self._path).json()["results"]
        return found

    def take_foreign(self) -> None:
        """Somebody else takes a snapshot."""
        self._client().post(
            self._path, json={"description": FOREIGN, "retentionInDays": 3}
        ).raise_for_status()
        time.sleep(1.3)  # longer than a snapshot takes

    @property
    def _path(self) -> str:
        project = self.environment["MONGODB_ATLAS_PROJECT_ID"]
        return load().main.path.format(groupId=project, clusterName="Cluster0")

    def _client(self) -> httpx.Client:
        headers = {
            "Authorization": f"Bearer {self.environment['ACCESS_TOKEN']}",
            "Accept": load().main.success.contents[0].media_type,
        }
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)


@contextmanager
def served() -> Iterator[Server]:
    """The mock, in a process of its own, five hundred times as fast as Atlas, with token buckets that last."""
    command = [sys.executable, "-m", "benchmarks.kills"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=SCRIPTS, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        found: dict[str, str] = {}
        while "MONGODB_ATLAS_PROJECT_ID" not in found and process.stdout is not None:
            line = re.fullmatch(r"export (\w+)=(\S+)\n?", process.stdout.readline())
            if line:
                found[line[1]] = line[2]
        try:
            yield Server(found["MONGODB_ATLAS_BASE_URL"], found)
        finally:
            process.terminate()


def kill_and_clean(server: Server, ledger: Path, delay: float) -> tuple[int, bool]:
    """One run that is killed after a delay, and one cleanup: its exit code, and whether the run was killed."""
    environment = {**os.environ, **server.environment}
    common = ["--target", server.url, "--ledger", str(ledger)]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": environment,
        "cwd": ledger.parent,
    }
    run = subprocess.Popen([*TOOL, "fuzz", *common, "--requests", "2000"], **quiet)  # type: ignore[call-overload]  # noqa: S603
    time.sleep(delay)
    run.send_signal(signal.SIGKILL)
    killed = run.wait() == -signal.SIGKILL
    done = subprocess.run([*TOOL, "cleanup", "--apply", *common], check=False, **quiet)  # type: ignore[call-overload]  # noqa: S603
    return done.returncode, killed


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Kill so many runs; how many were really killed, left something, or lost something of somebody else."""
    chance = random.Random(options.seed)  # noqa: S311  no secret
    counted = dict.fromkeys((KILLED, TOOK, FAILED, LEFT, TOUCHED), 0)
    with served() as server, tempfile.TemporaryDirectory() as folder:
        for _ in range(FOREIGN_ONES):
            server.take_foreign()
        for number in range(1, options.rounds + 1):
            ledger = (
                Path(folder) / f"{number}.sqlite"
            )  # what one run has asked for shall not slow down the next
            code, killed = kill_and_clean(server, ledger, chance.uniform(0.2, LONGEST_RUN))
            left = [each.get("description") for each in server.snapshots()]
            counted[KILLED] += killed
            counted[TOOK] += _took(ledger)
            counted[FAILED] += code != 0
            counted[LEFT] += any(each != FOREIGN for each in left)
            counted[TOUCHED] += left.count(FOREIGN) != FOREIGN_ONES
            if number % 20 == 0:
                print(f"… {number} of {options.rounds}: {counted}", file=sys.stderr)
    good = not any(counted[name] for name in (FAILED, LEFT, TOUCHED))
    return {"rounds": options.rounds, **counted, "good": good}


def _took(ledger: Path) -> bool:
    with Ledger.open(ledger) as opened:
        return bool(opened.taken())


def serve() -> None:
    """The process that is run against: prints what a client needs, then serves."""
    contract = _patient(load())
    world = world_of(contract, Scenario(), clock=RealClock(), pace=FAST)
    mock = Mock(contract, world, pace=FAST)
    with listening(mock) as listener:
        print("\n".join(exports(mock, mock.public_url)), flush=True)
        serve_on(listener, mock)


def _patient(contract: Contract) -> Contract:
    document = copy.deepcopy(dict(contract.document))
    for each in document["x-atlas-behaviours"]:
        if each["id"] == "token-rate-limited":
            each["values"]["requests"] = 10**9
    return without_rate_limit(Contract(document))


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    return (f"{name:32} {count:6}" for name, count in result.items() if name != "good")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)


BENCHMARK = Benchmark("kills", "Is anything left of a run that was killed?", add_flags, measure, lines)

if __name__ == "__main__":
    serve()
