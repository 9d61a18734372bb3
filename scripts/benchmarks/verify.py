"""How quickly is recorded traffic judged, on one core, and in how much memory, however long the recording is?

The traffic is that of whole lives of snapshots at the mock, once as JSON Lines without anything about the requests
but method and path, and once as HAR with everything.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from atlas_contract.cases.neighbours import Neighbours
from atlas_contract.cases.wire import request_for
from atlas_contract.contract import load
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Case, Headers, Reply, Request
from atlas_contract.runner import embedded
from benchmarks import Benchmark

PROMISED = 10_000  # exchanges a second of one core
MORE_MEMORY = 1.1  # times the memory that a half of the recording takes
PAUSE = 45.0  # seconds between looks at a snapshot
FORMS = ("jsonl", "har")


def traffic() -> Iterator[tuple[Request, Reply]]:
    """Life after life at the mock: taken, polled, listed, removed."""
    contract, seen = load(), []
    target = embedded(contract)
    wire = target.wire
    unfinished = contract.behaviour("one-unfinished-at-a-time").values["unfinished"]

    def heard(request: Request) -> Reply:
        reply = wire(request)
        seen.append((request, reply))
        return reply

    target = replace(target, wire=heard)
    known = Neighbours(contract, judge_of(contract), target.ground)

    def send(case: Case, snapshot: str = "") -> Reply:
        path = dict(case.path)
        if snapshot:
            path[list(path)[-1]] = snapshot
        case = replace(case, path=path)
        return target.send(request_for(contract.operations[case.operation], case), case)

    while True:
        snapshot = json.loads(send(known.take).body)["id"]
        status = unfinished[0]
        while status in unfinished:
            target.wait(PAUSE)
            status = json.loads(send(known.read, snapshot).body)["status"]
        send(known.list)
        send(known.remove, snapshot)
        yield from seen
        seen.clear()


def plain(request: Request, reply: Reply) -> dict[str, Any]:
    """An exchange as a recorder writes it that drops all but method and path of requests."""
    response = {"status": reply.status, "headers": dict(reply.headers), "rawBody": reply.body.decode()}
    return {
        "request": {"method": request.method, "path": request.target.partition("?")[0]},
        "response": response,
    }


def har(request: Request, reply: Reply) -> dict[str, Any]:
    """An exchange as browsers write it."""

    def pairs(headers: Headers) -> list[Mapping[str, str]]:
        return [{"name": name.lower(), "value": value} for name, value in headers]

    text, sent = reply.body.decode(), request.body.decode()
    return {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": request.method,
            "url": f"https://cloud.mongodb.com{request.target}",
            "httpVersion": "h2",
            "headers": pairs(request.headers),
            "queryString": [],
            "cookies": [],
            **({"postData": {"mimeType": "application/json", "text": sent}} if sent else {}),
        },
        "response": {
            "status": reply.status,
            "headers": pairs(reply.headers),
            "cookies": [],
            "content": {"size": len(reply.body), "mimeType": "application/json", "text": text},
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12.5, "receive": 0},
    }


def write(folder: Path, exchanges: int) -> None:
    """A recording in each form, and one of each that is half as long."""
    names = {length: folder / f"{length}" for length in (exchanges, exchanges // 2)}
    for length, name in names.items():
        with name.with_suffix(".jsonl").open("w") as lines, name.with_suffix(".har").open("w") as archive:
            archive.write(
                '{"log": {"version": "1.2", "creator": {"name": "benchmark", "version": "1"}, "entries": ['
            )
            for number, (request, reply) in enumerate(islice(traffic(), length)):
                lines.write(json.dumps(plain(request, reply)) + "\n")
                archive.write(("," if number else "") + json.dumps(har(request, reply)))
            archive.write("]}}")


def verified(path: Path) -> dict[str, Any]:
    """What a process of its own says of a recording: exchanges, seconds of a core, deviations, largest memory."""
    command = [sys.executable, "-m", "benchmarks.verify", str(path)]
    done = subprocess.run(  # noqa: S603
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def judge(path: str) -> None:
    """The process that is measured."""
    import resource

    from atlas_contract.cli.verify import verified_files
    from atlas_contract.reports.verification import document

    contract, began = load(), time.process_time()
    _, verified = verified_files((Path(path),), contract, "effective")
    found = document(verified)
    told = {
        "exchanges": found["exchanges"],
        "seconds": time.process_time() - began,
        "deviations": len(found["deviations"]) + len(found["guesses"]),
        "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(told))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Good where both forms are judged as quickly as promised, in the memory of a half, and nothing is found."""
    forms: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, options.exchanges)
        for form in FORMS:
            half, whole = (
                verified(folder / f"{n}.{form}") for n in (options.exchanges // 2, options.exchanges)
            )
            forms[form] = {
                "exchanges": whole["exchanges"],
                "a second": whole["exchanges"] / whole["seconds"],
                "megabytes of file": (folder / f"{options.exchanges}.{form}").stat().st_size / 2**20,
                "megabytes of memory": whole["kilobytes"] / 1024,
                "of a half": half["kilobytes"] / 1024,
                "deviations": whole["deviations"],
            }
    good = all(
        each["a second"] >= PROMISED
        and each["megabytes of memory"] <= MORE_MEMORY * each["of a half"]
        and not each["deviations"]
        for each in forms.values()
    )
    return {"forms": forms, "good": good}


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The figures for people."""
    for form, each in result["forms"].items():
        yield (
            f"{form:6} {each['exchanges']:,} exchanges, {each['a second']:,.0f} a second of one core;"
            f" {each['megabytes of file']:,.0f} MB of file, {each['megabytes of memory']:.0f} MB of memory"
            f" ({each['of a half']:.0f} for a half of it); {each['deviations']} deviations"
        )


def add_flags(parser: argparse.ArgumentParser) -> None:
    """How much."""
    parser.add_argument("--exchanges", type=int, default=100_000)


BENCHMARK = Benchmark(
    "verify", "How quickly is recorded traffic judged, in what memory?", add_flags, run, lines
)

if __name__ == "__main__":
    judge(sys.argv[1])
