"""A mock with a clock that stands still, and a caller who holds every reply against the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge, read_json
from atlas_contract.mock import ManualClock, Mock, Scenario, default_world, world_of
from atlas_contract.mock.scenario_file import scenario_in
from atlas_contract.mock.world import Member
from atlas_contract.model import Headers, Operation, Reply, ReplyRule, Request
from atlas_contract.spec.documents import parse

SNAPSHOTS = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/snapshots"
SHARDED = SNAPSHOTS.replace("Cluster0", "Sharded0")
VERSION = "application/vnd.atlas.2023-01-01+json"
LIFETIME = 600.0  # seconds after which every snapshot of the mock is completed


@dataclass
class Caller:
    """Sends requests as a member of the mock's world; no reply goes past that breaks the contract."""

    mock: Mock
    clock: ManualClock
    judge: Judge
    member: Member | None = None

    snapshots = SNAPSHOTS
    sharded = SHARDED

    def send(self, request: Request) -> Reply:
        """Send a request as it stands."""
        reply = self.mock.handle(request)
        found = self.mock.contract.match(request.method, request.target.partition("?")[0])
        if found:
            _check_against_contract(found[0], request, reply, self.judge)
        return reply

    def call(self, method: str, target: str, body: Any = None, headers: Headers = ()) -> Reply:
        """Send a request with the usual headers, unless others of the same name are given."""
        token = self.mock.token_for((self.member or self.mock.world.manager).account)
        usual = {"Authorization": f"Bearer {token}", "Accept": VERSION, "Content-Type": VERSION}
        given = {name.lower() for name, _ in headers}
        kept = ((name, value) for name, value in usual.items() if name.lower() not in given)
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.send(Request(method, target, (*kept, *headers), raw))

    def content(self, method: str, target: str, body: Any = None, headers: Headers = ()) -> Any:
        """The JSON of a reply, which must be a success."""
        reply = self.call(method, target, body, headers)
        assert reply.status == 200, reply
        return read_json(reply.body)

    def read(self, snapshot_id: str, target: str = SNAPSHOTS) -> Any:
        """A snapshot as it is now."""
        return self.content("GET", f"{target}/{snapshot_id}")

    def refused(self, method: str, target: str, body: Any = None, headers: Headers = ()) -> str:
        """Send a request that must be refused, and name the first behaviour whose reply this is."""
        return self.refusal(self.call(method, target, body, headers), method, target)

    def refusal(self, reply: Reply, method: str, target: str) -> str:
        """The id of the first behaviour whose status and code a reply has, for the operation of a request."""
        found = self.mock.contract.match(method, target.partition("?")[0])
        value = read_json(reply.body) if reply.body else {}
        for each in self.mock.contract.behaviours.values():
            stated = each.reply
            fits = found is None or not each.operations or found[0].id in each.operations
            same = stated and stated["status"] == reply.status and _code(stated) == _code(value)
            if fits and same:
                return each.id
        raise AssertionError(reply)

    def take(self, target: str = SNAPSHOTS, **body: Any) -> dict[str, Any]:
        """Take a snapshot, which must succeed."""
        reply = self.call("POST", target, body)
        assert reply.status == 200, reply
        return dict(read_json(reply.body))

    def take_completed(self, target: str = SNAPSHOTS, **body: Any) -> dict[str, Any]:
        """Take a snapshot and let the time go by that it needs."""
        taken = self.take(target, **body)
        self.clock.advance(LIFETIME)
        return taken


CallerIn: TypeAlias = Callable[["Scenario | str"], Caller]


def _code(body: Mapping[str, Any]) -> Any:
    return body.get("errorCode", body.get("error"))


def _check_against_contract(operation: Operation, request: Request, reply: Reply, judge: Judge) -> None:
    value = read_json(reply.body) if reply.body else None
    status = reply.status
    if "envelope=true" in request.target and value and "status" in value and "error" not in value:
        status, value = value["status"], value.get("content", value)
    rule = operation.replies.get(status)
    assert rule is not None, f"{operation.id} documents no {status}: {reply}"
    _check_headers(rule, reply, judge)
    if value is None:
        assert not rule.contents or rule.body_optional or not rule.contents[0].pointer
        return
    sent = (reply.header("Content-Type") or "").partition(";")[0]
    schema = next(each.pointer for each in rule.contents if each.media_type == sent)
    assert schema is None or list(judge.violations(schema, value)) == []
    assert reply.header("Content-Length") == str(len(reply.body))


def _check_headers(rule: ReplyRule, reply: Reply, judge: Judge) -> None:
    for header in rule.headers:
        value = reply.header(header.name)
        assert value is not None or not header.required, f"{header.name} is missing: {reply}"
        assert value is None or judge.conforms(header.pointer, value), f"{header.name}: {value}"


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock()


@pytest.fixture
def mock(contract: Contract, clock: ManualClock) -> Mock:
    """A mock of the default world."""
    return Mock(contract, default_world(contract, clock=clock))


@pytest.fixture
def caller_in(contract: Contract, judge: Judge) -> CallerIn:
    """Makes callers, each in a world as a scenario or its YAML text says."""

    def caller(begin: Scenario | str) -> Caller:
        if isinstance(begin, str):
            begin = scenario_in(contract, parse(begin, "world.yaml"))
        clock = ManualClock() if begin.start is None else ManualClock(begin.start)
        return Caller(Mock(contract, world_of(contract, begin, clock=clock)), clock, judge)

    return caller


@pytest.fixture
def caller(mock: Mock, clock: ManualClock, judge: Judge) -> Caller:
    """A caller with the role that may do everything."""
    return Caller(mock, clock, judge)
