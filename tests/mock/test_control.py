"""Moving a mock's clock from outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock import Control, ManualClock, Mock, RealClock, default_world
from atlas_contract.mock.control import PREFIX, controlled
from atlas_contract.model import Reply, Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller


@pytest.fixture
def control(mock: Mock, clock: ManualClock) -> Control:
    """The control of a mock of the default world."""
    return Control(mock, clock)


def ask(control: Control, method: str, name: str, body: bytes = b"") -> tuple[int, Any]:
    """Status and content of a reply of the control."""
    reply = control.handle(Request(method, PREFIX + name, (), body))
    assert reply.header("Content-Length") == str(len(reply.body))
    return reply.status, json.loads(reply.body)


def test_the_clock_is_moved_by_seconds(control: Control, clock: ManualClock) -> None:
    """And read; fractions count."""
    assert ask(control, "GET", "clock") == (200, {"now": "2026-01-01T00:00:00Z"})
    assert ask(control, "POST", "clock", b'{"advance": 90.5}') == (200, {"now": "2026-01-01T00:01:30Z"})
    assert clock.now() % 60 == 30.5


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"5", b"{}", b"\xff", b"[" * 100_000, b'{"advance": 1, "by": 2}'),
        *(b'{"advance": %s}' % each for each in (b"-1", b"true", b'"1"', b"NaN", b"1e300", b"9" * 1000)),
    ],
    ids=lambda body: body[:20],
)
def test_a_step_that_can_not_be_made_is_refused(control: Control, clock: ManualClock, body: bytes) -> None:
    """The clock stays as it is, and the reply says what would do."""
    status, content = ask(control, "POST", "clock", body)
    assert (status, clock.now()) == (400, ManualClock().now())
    assert "advance" in content["error"]


def test_the_world_is_shown_without_its_secrets(control: Control, caller: Caller) -> None:
    """Clusters, snapshots with the times of their stages, and who may log in."""
    taken = caller.take(description="nightly")
    status, content = ask(control, "GET", "world")
    (shown,) = content["projects"][0]["clusters"][0]["snapshots"]
    assert (status, shown["id"], shown["status"]) == (200, taken["id"], "queued")
    assert shown["stages"]["queued"] == "2026-01-01T00:00:00Z"
    assert len(content["credentials"]) == 3
    assert not any(secret in json.dumps(content) for secret in caller.mock.world.secrets())


def test_the_times_of_the_stages_come_true(control: Control, caller: Caller) -> None:
    """A second before the last of them the snapshot is unfinished, then it is not."""
    taken = caller.take()
    _, content = ask(control, "GET", "world")
    done = content["projects"][0]["clusters"][0]["snapshots"][0]["stages"]["completed"]
    minutes, seconds = int(done[14:16]), int(done[17:19])
    caller.clock.advance(60 * minutes + seconds - 1)
    assert caller.read(taken["id"])["status"] == "inProgress"
    caller.clock.advance(1)
    assert caller.read(taken["id"])["status"] == "completed"


def test_a_reset_begins_anew_with_the_same_bytes(control: Control, caller: Caller) -> None:
    """Snapshots, clock, token buckets and luck are as they were; the token still works."""

    def history() -> list[Reply]:
        first = caller.call("POST", caller.snapshots, {})
        caller.clock.advance(700)
        return [first, caller.call("POST", caller.snapshots, {}), caller.call("GET", caller.snapshots)]

    before = history()
    status, content = ask(control, "POST", "reset")
    assert (status, content["now"]) == (200, "2026-01-01T00:00:00Z")
    assert content["projects"][0]["clusters"][0]["snapshots"] == []
    assert history() == before


def test_the_control_refuses_what_it_does_not_know(control: Control) -> None:
    """Paths and methods; the reply names those that there are."""
    assert ask(control, "GET", "nothing")[0] == 404
    assert ask(control, "DELETE", "clock") == (405, {"error": "try GET or POST"})


def test_a_web_page_can_not_move_the_clock(control: Control, clock: ManualClock) -> None:
    """A browser says where a request comes from."""
    headers = (("Origin", "http://example.test"),)
    reply = control.handle(Request("POST", PREFIX + "clock", headers, b'{"advance": 1}'))
    assert (reply.status, clock.now()) == (403, ManualClock().now())


def test_every_other_request_is_the_mocks(control: Control, mock: Mock, contract: Contract) -> None:
    """No path of the contract is the control's."""
    request = Request("GET", "/api/atlas/v2/groups?x=/_mock/clock")
    assert control.handle(request).status == mock.handle(request).status == 401
    assert not any(operation.path.startswith(PREFIX) for operation in contract.operations.values())


def test_there_is_no_control_without_a_manual_clock(contract: Contract) -> None:
    """Its paths are unknown like any other."""
    mock = Mock(contract, default_world(contract, clock=RealClock()))
    assert controlled(mock, mock.handle, "0.0.0.0") == mock.handle
    assert mock.handle(Request("GET", PREFIX + "clock")).status == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.test", ""])
def test_the_control_is_for_this_machine_only(mock: Mock, host: str) -> None:
    """A host that others could reach is refused."""
    with pytest.raises(BadInput, match="this machine only"):
        controlled(mock, mock.handle, host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_has_many_names(mock: Mock, host: str) -> None:
    """Each of them will do."""
    assert controlled(mock, mock.handle, host)(Request("GET", PREFIX + "clock")).status == 200
