"""Recordings of the mock: what was asked and answered, written down as browsers, proxies and careless recorders do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from atlas_contract.cases import derived_cases
from atlas_contract.cases.neighbours import Neighbours
from atlas_contract.cases.wire import request_for
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.faults import with_fault
from atlas_contract.model import Case, Headers, Reply, Request
from atlas_contract.recordings import Recorded, read
from atlas_contract.runner import Session, embedded
from atlas_contract.runner.embedded import Bend, sound
from atlas_contract.runner.target import Target

HOST = "https://cloud.mongodb.com"
PAUSE = 60.0


@dataclass(frozen=True)
class Heard:
    """One exchange, and when it was."""

    request: Request
    reply: Reply
    at: float


@dataclass
class Tape:
    """A target that is listened to: token requests and challenges are heard, too."""

    contract: Contract
    target: Target
    heard: list[Heard] = field(default_factory=list)

    @classmethod
    def of(cls, contract: Contract, fault: str = "", seed: int = 0) -> Tape:
        """The embedded mock, with a fault if one is named."""
        bend: Bend = (lambda c, build: with_fault(fault, c, build)) if fault else sound
        target = embedded(contract, seed=seed, bend=bend)
        tape = cls(contract, target)
        wire = target.wire

        def listening(request: Request) -> Reply:
            reply = wire(request)
            tape.heard.append(Heard(request, reply, target.now()))
            return reply

        tape.target = replace(target, wire=listening)
        return tape

    def send(self, case: Case, snapshot: str = "") -> Reply:
        """Send a case, to one snapshot if one is named."""
        path = dict(case.path)
        if snapshot:
            path[list(path)[-1]] = snapshot
        case = replace(case, path=path)
        return self.target.send(request_for(self.contract.operations[case.operation], case), case)

    def live(self, lives: int = 1) -> Tape:
        """Whole lives of snapshots: taken, polled until they are finished, listed, removed, looked for in vain."""
        known = Neighbours(self.contract, judge_of(self.contract), self.target.ground)
        for _ in range(lives):
            snapshot = str(_document(self.send(known.take)).get("id", "0" * 24))
            for _ in range(12):
                self.target.wait(PAUSE)
                self.send(known.read, snapshot)
            self.send(known.list)
            self.send(known.remove, snapshot)
            self.send(known.read, snapshot)
        return self

    def explore(self) -> Tape:
        """Every derived case of the suite, with what it takes to set its scene."""
        session = Session(self.contract, self.target)
        for case in derived_cases(self.contract, self.target.ground):
            session.perform(case)
        return self

    def write(self, path: Path, form: Callable[[Sequence[Heard]], str]) -> Path:
        """What was heard as a file of some form."""
        path.write_text(form(self.heard), encoding="utf-8")
        return path

    def recorded(self, folder: Path, form: Callable[[Sequence[Heard]], str]) -> Iterator[Recorded]:
        """What was heard, written down and read again."""
        yield from read(self.write(folder / "recording", form))


def _document(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def bare(heard: Heard) -> dict[str, Any]:
    """As a recorder writes it that drops all of a request but its method and path."""
    request, reply = heard.request, heard.reply
    return {
        "request": {"method": request.method, "path": request.target.partition("?")[0]},
        "response": {
            "status": reply.status,
            "headers": {name.title(): value for name, value in reply.headers},
            "rawBody": reply.body.decode("utf-8", "surrogateescape"),
        },
        "source": "a test",
    }


def full(heard: Heard) -> dict[str, Any]:
    """The plain form with everything."""
    request = heard.request
    entry = bare(heard)
    entry["request"] = {
        "method": request.method,
        "path": request.target,
        "query": "",
        "headers": [{"name": name, "value": value} for name, value in request.headers],
        "rawBody": request.body.decode("utf-8", "surrogateescape"),
    }
    return {**entry, "at": heard.at}


def har_entry(heard: Heard) -> dict[str, Any]:
    """As browsers write it."""
    request, reply = heard.request, heard.reply
    entry: dict[str, Any] = {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": request.method,
            "url": HOST + request.target,
            "httpVersion": "h2",
            "headers": [{"name": ":authority", "value": "cloud.mongodb.com"}, *_pairs(request.headers)],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(request.body),
        },
        "response": {
            "status": reply.status,
            "statusText": "",
            "headers": [{"name": ":status", "value": str(reply.status)}, *_pairs(reply.headers)],
            "content": {
                "size": len(reply.body),
                "mimeType": "x",
                "text": reply.body.decode("utf-8", "replace"),
            },
            "redirectURL": "",
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12.5, "receive": 0},
        "comment": "",
    }
    if request.body:
        entry["request"]["postData"] = {"mimeType": "x", "text": request.body.decode("utf-8", "replace")}
    return entry


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name.lower(), "value": value} for name, value in headers]


def json_lines(heard: Iterable[Heard]) -> str:
    """One bare exchange a line."""
    return "".join(json.dumps(bare(each)) + "\n" for each in heard)


def full_lines(heard: Iterable[Heard]) -> str:
    """One full exchange a line."""
    return "".join(json.dumps(full(each)) + "\n" for each in heard)


def json_list(heard: Iterable[Heard]) -> str:
    """A list of bare exchanges."""
    return json.dumps([bare(each) for each in heard], indent=1)


def har(heard: Iterable[Heard]) -> str:
    """A HAR."""
    return har_of([har_entry(each) for each in heard])


def har_of(entries: Sequence[Any]) -> str:
    """A HAR of some entries."""
    creator = {"name": "a test", "version": "1"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}})


FORMS = (json_lines, full_lines, json_list, har)
