"""Requests a second of our mock beside Prism's: same contract, same load generator, in turn, on this machine.

Also whether our mock's memory grows with the number of requests.

Needs `wrk` (a Debian package) and Prism (`npm install @stoplight/prism-cli`), neither of which the project installs.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
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

from atlas_contract.contract import load
from benchmarks import Benchmark
from benchmarks.client import without_rate_limit

ROOT = Path(__file__).parents[2]
LOAD = ("--threads", "1", "--connections", "16")
PROMISED = 10.0  # times Prism's requests a second
MOST_GROWTH = 5_000_000  # bytes of memory that our mock may gain by any number of requests
STRETCH = 3  # seconds of load with each kind of request between two looks at the memory
PROCESSES = Path("/proc")  # where Linux tells of them


@dataclass(frozen=True)
class Shot:
    """One kind of request to repeat: its name, method and body."""

    name: str
    method: str
    body: str = ""


SHOTS = (Shot("list", "GET"), Shot("take", "POST", '{"description": "string", "retentionInDays": 42}'))


@dataclass(frozen=True)
class Server:
    """Something under load: where it is, the token it takes, and its process."""

    url: str
    token: str
    process: int = 0


def endless_contract(*, validate: bool) -> dict[str, Any]:
    """The contract with a bucket that never empties; without `validate`, also without keywords to judge by."""
    document = dict(without_rate_limit(load()).document)
    return document if validate else {**document, "components": _toothless(document["components"])}


JUDGED_BY = ("pattern", "minimum", "format")


def _toothless(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _toothless(value) for key, value in node.items() if key not in JUDGED_BY}
    return [_toothless(each) for each in node] if isinstance(node, list) else node


@contextmanager
def ours(document: Mapping[str, Any]) -> Iterator[Server]:
    """Our mock, in a process of its own, with its log."""
    with tempfile.TemporaryDirectory() as folder:
        contract = Path(folder) / "openapi.json"
        contract.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.mock", str(contract)]
        with started(command, cwd=ROOT / "scripts") as process:
            first = json.loads(next(iter(process.stdout or ())))
            yield Server(**first, process=process.pid)


@contextmanager
def prism(document: Mapping[str, Any], command: str, port: int = 4010) -> Iterator[Server]:
    """Prism's mock of the same contract."""
    with tempfile.TemporaryDirectory() as folder:
        contract = Path(folder) / "openapi.json"
        contract.write_text(json.dumps(document), encoding="utf-8")
        with started([command, "mock", "--port", str(port), str(contract)]):
            server = Server(f"http://127.0.0.1:{port}", "any")
            _wait_for(server.url)
            yield server


@contextmanager
def started(command: list[str], cwd: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with the block; what it logs is thrown away, as when it runs in the background of a job."""
    with subprocess.Popen(  # noqa: S603
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def rate(server: Server, shot: Shot, seconds: int) -> float:
    """Requests a second that a server answers."""
    contract = load()
    main = contract.main
    path = main.path.format(groupId="32b6e34b3d91647abb20e7b8", clusterName="Cluster0")
    media_type = main.success.contents[0].media_type
    headers = {"Authorization": f"Bearer {server.token}", "Accept": media_type, "Content-Type": media_type}
    lines = [f'wrk.method = "{shot.method}"', f"wrk.body = {shot.body!r}" if shot.body else ""]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("\n".join(lines))
        script.flush()
        command = ["wrk", *LOAD, "--duration", f"{seconds}s", "--script", script.name, server.url + path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


def compare(rounds: int, seconds: int, prism_command: str | None) -> dict[str, Any]:
    """Pairs of runs in turn, and the ratio of each pair: ours to Prism's, and ours with validation to without."""
    found: dict[str, list[float]] = {}
    with ours(endless_contract(validate=True)) as full, ours(endless_contract(validate=False)) as bare:
        for _ in range(rounds):
            for shot in SHOTS:
                found.setdefault(f"ours {shot.name}", []).append(rate(full, shot, seconds))
                found.setdefault(f"ours without validation {shot.name}", []).append(rate(bare, shot, seconds))
                if prism_command:
                    with prism(endless_contract(validate=True), prism_command) as other:
                        rate(other, shot, 1)  # its first requests are its slowest
                        found.setdefault(f"prism {shot.name}", []).append(rate(other, shot, seconds))
    return {"requests a second": found, "ratios": _ratios(found)}


def memory(requests: int) -> dict[str, Any]:
    """Bytes of memory of our mock: once it has warmed up, and after each stretch of load until so many requests."""
    with ours(endless_contract(validate=True)) as server:
        _stretch(server)
        resident, sent = [_resident(server.process)], 0.0
        while sent < requests:
            sent += _stretch(server)
            resident.append(_resident(server.process))
    return {"requests": round(sent), "resident": resident, "growth": max(resident) - resident[0]}


def _stretch(server: Server) -> float:
    """Put a server under load with each kind of request; how many it answered."""
    return sum(rate(server, shot, STRETCH) * STRETCH for shot in SHOTS)


def _resident(process: int) -> int:
    told = (PROCESSES / str(process) / "status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", told)
    return int(found[1]) * 1024 if found else 0


def _ratios(found: Mapping[str, list[float]]) -> dict[str, list[float]]:
    pairs = {}
    for shot in SHOTS:
        for other in ("prism", "ours without validation"):
            if rates := found.get(f"{other} {shot.name}"):
                pairs[f"ours / {other}, {shot.name}"] = [
                    mine / theirs for mine, theirs in zip(found[f"ours {shot.name}"], rates, strict=True)
                ]
    return pairs


def add_flags(parser: argparse.ArgumentParser) -> None:
    """How long, and against which Prism."""
    parser.add_argument(
        "--rounds", type=int, default=5, help="pairs of runs for each kind of request (default 5)"
    )
    parser.add_argument("--seconds", type=int, default=4, help="length of one run (default 4)")
    parser.add_argument(
        "--requests", type=int, default=0, help="also send so many requests and watch the memory (Linux)"
    )
    parser.add_argument(
        "--prism", metavar="COMMAND", help="Prism's command; left out, ours is measured alone"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure; good where the median ratio to Prism is at least what is promised and the memory stays flat."""
    if shutil.which("wrk") is None:
        return {"error": "`wrk` is not installed: apt-get install wrk", "good": False}
    if options.requests and not PROCESSES.exists():
        return {"error": "`--requests` watches the memory by /proc, which this system lacks", "good": False}
    result = compare(options.rounds, options.seconds, options.prism)
    to_prism = [statistics.median(ratios) for name, ratios in result["ratios"].items() if "prism" in name]
    flat = True
    if options.requests:
        result["memory"] = memory(options.requests)
        flat = result["memory"]["growth"] <= MOST_GROWTH
    return {**result, "good": flat and all(ratio >= PROMISED for ratio in to_prism)}


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The lines to read."""
    if "error" in result:
        yield f"error: {result['error']}"
        return
    for name, rates in result["requests a second"].items():
        yield f"{name:32} median {statistics.median(rates):8,.0f} requests/s  ({min(rates):,.0f} to {max(rates):,.0f})"
    for name, ratios in result["ratios"].items():
        yield f"{name:46} median {statistics.median(ratios):5.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"
    if "memory" in result:
        found = result["memory"]
        first, last, grown = (
            each / 1e6 for each in (found["resident"][0], found["resident"][-1], found["growth"])
        )
        yield f"memory over {found['requests']:,} requests: {first:.1f} MB to {last:.1f} MB, at most {grown:+.1f} MB"


BENCHMARK = Benchmark("mock", "How many requests a second, beside Prism?", add_flags, run, lines)


def serve(path: str) -> None:
    """The process under load: our mock of the contract in a file, with its log on standard error."""
    from atlas_contract.mock import Mock, RealClock, default_world
    from atlas_contract.mock.logs import log_to_stderr
    from atlas_contract.mock.server import listening, serve_on

    contract = load(Path(path))
    mock = Mock(contract, default_world(contract, clock=RealClock()))
    log_to_stderr()
    with listening(mock) as listener:
        print(
            json.dumps({"url": mock.public_url, "token": mock.token_for(mock.world.manager.account)}),
            flush=True,
        )
        serve_on(listener, mock)


if __name__ == "__main__":
    serve(sys.argv[1])
