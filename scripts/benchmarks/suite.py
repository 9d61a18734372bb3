"""Our suite beside Schemathesis's own command: the same mock over the same kind of socket, in turn, on this machine.

For a sample of the catalogue: the share of faults that each finds, cases a second, and how long each needs. A fault
counts as found by Schemathesis when it reports a kind of failure of an operation that it does not report of the sound
mock. For ours in this process: cases a second, and the time until every fault that can be found is found.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from atlas_contract.cases import derived_cases
from atlas_contract.contract import load
from atlas_contract.contract.document import packaged_path
from atlas_contract.errors import AtlasContractError
from atlas_contract.faults import catalogue, find
from atlas_contract.mock import Mock, RealClock, default_world, running
from atlas_contract.runner import Session, embedded, url_target
from atlas_contract.runner.gate import read_gate
from atlas_contract.runner.matrix import matrix
from atlas_contract.settings import Settings
from benchmarks import Benchmark
from benchmarks.mock import ROOT, started

FAST = 0.00001  # how much faster than Atlas the served mock's snapshots live
PROMISED_RATIO, PROMISED_RATE = 10.0, 1000.0
OPERATION = re.compile(r"^[_ ]*((?:GET|POST|PUT|PATCH|DELETE) /\S+|Stateful tests)[_ ]*$", re.MULTILINE)
FAILURE = re.compile(r"^- (.+)\n\n +(.+)$", re.MULTILINE)


@contextmanager
def served(fault: str) -> Iterator[dict[str, str]]:
    """The mock in a process of its own, with a fault if one is named; what it takes to reach it."""
    with started([sys.executable, "-m", "benchmarks.suite", fault], cwd=ROOT / "scripts") as process:
        yield json.loads(next(iter(process.stdout or ())))


def theirs(fault: str) -> tuple[set[tuple[str, str]], int, float]:
    """What Schemathesis reports at its defaults: failures by operation, cases, seconds.

    It is given a token, and the version that it would otherwise not ask for: without it, all it sees is 406.
    """
    accept = load().main.success.contents[0].media_type
    with served(fault) as server, tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).parent / "schemathesis"), "run", str(packaged_path())]
        command += ["--url", server["url"], "--no-color", "--seed", "1"]
        command += ["--header", f"Authorization: Bearer {server['token']}", "--header", f"Accept: {accept}"]
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, timeout=600, check=False
        )
        seconds = time.perf_counter() - began
    cases = re.search(r"([\d,]+) generated", done.stdout)
    return set(_failures(done.stdout)), int(cases[1].replace(",", "")) if cases else 0, seconds


def _failures(text: str) -> Iterator[tuple[str, str]]:
    parts = OPERATION.split(text)
    for operation, body in zip(parts[1::2], parts[2::2], strict=False):
        yield from ((operation, f"{kind}: {detail}") for kind, detail in FAILURE.findall(body))


def ours(fault: str, *, gate: bool) -> tuple[set[str], int, float]:
    """What our suite finds over a socket: checks, cases, seconds; all cases, or the gate's only."""
    contract, chosen = load(), read_gate()
    with served(fault) as server:
        settings = Settings(
            client_id=server["id"], client_secret=server["secret"], project_id=server["project"]
        )
        with url_target(contract, server["url"], settings, cluster="Cluster0", sharded="Sharded0") as target:
            session, found, done = Session(contract, target, wait_at_most=60), set(), 0
            began = time.perf_counter()
            for case in derived_cases(contract, target.ground):
                if gate and case.name not in chosen:
                    continue
                done += 1
                try:
                    found |= {finding.check for finding in session.perform(case).findings}
                except AtlasContractError:
                    break
            return found, done, time.perf_counter() - began


def in_process(rounds: int) -> list[float]:
    """Cases a second of the whole suite against the embedded mock, on one core."""
    contract, rates = load(), []
    for seed in range(rounds):
        session = Session(contract, embedded(contract, seed=seed))
        cases = derived_cases(contract, session.target.ground)
        began = time.perf_counter()
        for case in cases:
            session.perform(case)
        rates.append(len(cases) / (time.perf_counter() - began))
    return rates


def whole_catalogue() -> tuple[int, int, float]:
    """Faults found, faults that can be found, and the seconds it takes, on all cores."""
    faults = {name: fault for name, fault in catalogue(load()).items() if not fault.equivalent}
    began = time.perf_counter()
    found = sum(row.killed(faults[row.fault]) for row in matrix(packaged_path(), list(faults)))
    return found, len(faults), time.perf_counter() - began


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Every figure."""
    faults = [fault.id for fault in catalogue(load()).values() if not fault.equivalent]
    sample = random.Random(options.seed).sample(faults, options.sample)  # noqa: S311
    sound, their_cases, their_seconds = theirs("")
    _, our_cases, our_seconds = ours("", gate=False)
    their_kills = our_kills = gate_kills = 0
    for fault in sample:
        print(f"… {fault}", file=sys.stderr)
        their_kills += bool(theirs(fault)[0] - sound)
        our_kills += bool(ours(fault, gate=False)[0])
        gate_kills += bool(ours(fault, gate=True)[0])
    found, killable, seconds = whole_catalogue()
    rates = sorted(in_process(options.rounds))
    their_rate, our_rate = their_cases / their_seconds, our_cases / our_seconds
    return {
        "sample": len(sample),
        "schemathesis": {
            "found": their_kills,
            "casesPerSecond": their_rate,
            "failuresOfSoundMock": len(sound),
        },
        "ours": {"found": our_kills, "foundByGate": gate_kills, "casesPerSecond": our_rate},
        "ratio": our_rate / their_rate,
        "inProcess": {"casesPerSecond": rates[len(rates) // 2], "least": rates[0], "most": rates[-1]},
        "catalogue": {"found": found, "killable": killable, "seconds": seconds},
        "good": our_rate / their_rate >= PROMISED_RATIO and rates[len(rates) // 2] >= PROMISED_RATE,
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    their, own, sample = result["schemathesis"], result["ours"], result["sample"]
    rows = (
        ("Schemathesis", their["found"], f", {their['casesPerSecond']:,.0f} cases/s"),
        ("ours", own["found"], f", {own['casesPerSecond']:,.0f} cases/s"),
        ("our gate", own["foundByGate"], ""),
    )
    yield f"sample of {sample} faults, over a socket:"
    yield from (f"  {name:<13} found {found:3} ({found / sample:.0%}){rate}" for name, found, rate in rows)
    yield f"  Schemathesis also reports {their['failuresOfSoundMock']} failures of the sound mock"
    yield f"  cases/s       {result['ratio']:.1f} times Schemathesis's, {PROMISED_RATIO:.0f} promised"
    rate = result["inProcess"]
    yield f"in process, one core: {rate['casesPerSecond']:,.0f} cases/s ({rate['least']:,.0f} to {rate['most']:,.0f})"
    whole = result["catalogue"]
    told = f"{whole['found']:,} of {whole['killable']:,} faults found in {whole['seconds']:.0f} s"
    yield f"whole catalogue: {told}"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--sample", type=int, default=12, help="faults tried over a socket")
    parser.add_argument("--seed", type=int, default=1, help="chooses the sample")
    parser.add_argument("--rounds", type=int, default=5, help="runs in process")


BENCHMARK = Benchmark(
    "suite", "How strong and how fast is the suite beside Schemathesis's own?", add_flags, run, lines
)


def serve(fault: str) -> None:
    """Serve the mock until killed, with a fault if one is named."""
    contract, built = load(), []

    def build(its_contract: Any) -> Mock:
        built.append(Mock(its_contract, default_world(its_contract, clock=RealClock()), pace=FAST))
        return built[-1]

    handler = find(fault, contract).bend(contract, build) if fault else build(contract).handle
    mock: Mock = built[-1]
    account = mock.world.manager.account
    with running(mock, handler=handler) as url:
        facts = {"url": url, "token": mock.token_for(account), "id": account.id, "secret": account.secret}
        print(json.dumps({**facts, "project": mock.world.home.id}), flush=True)
        time.sleep(3600)


if __name__ == "__main__":
    serve(sys.argv[1])
