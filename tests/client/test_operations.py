"""What each call does when all goes well, against the mock and against replies made up for it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.client.conftest import (
    CLUSTER,
    COLLECTION,
    KEY,
    PROJECT,
    SNAPSHOT,
    VERSION,
    Answer,
    Call,
    Script,
    Talk,
    Time,
    reply,
    sharded,
    snapshot,
    take,
)

from atlas_contract.client import (
    Project,
    ReplicaSetSnapshot,
    ShardedClusterSnapshot,
    Snapshot,
)
from atlas_contract.client.operations import PAGE_SIZE
from atlas_contract.contract import Contract
from atlas_contract.errors import (
    BadRequest,
    InvalidArgument,
    NotFound,
    SnapshotFailed,
    UnfinishedSnapshot,
    WaitTimedOut,
)
from atlas_contract.mock import AsyncHandlerTransport, HandlerTransport, ManualClock, Mock, default_world
from atlas_contract.model import Reply, Request

LONG = 600.0  # seconds after which every snapshot of the mock is completed


class Flow(ManualClock):
    """The mock's clock, which the naps of a client move."""

    def __init__(self) -> None:
        super().__init__()
        self.time = Time()

    def nap(self, seconds: float) -> Any:
        """Let the mock's time pass, too."""
        self.advance(seconds)
        return self.time.nap(seconds)


@dataclass
class World:
    """A mock in this process, and both clients in front of it."""

    mock: Mock
    flow: Flow
    talk: Talk
    envelope: bool
    heard: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Reply:
        """Answer as the mock does, and write the request down."""
        self.heard.append(request)
        return self.mock.handle(request)

    def __call__(self, call: Call, **options: Any) -> Any:
        """What a call returns, led by a client that may do everything."""
        account = self.mock.world.manager.account
        transport = AsyncHandlerTransport if self.talk.asynchronous else HandlerTransport
        return self.talk(
            call,
            client_id=account.id,
            client_secret=account.secret,
            transport=transport(self.handle),
            sleep=self.flow.nap,
            clock=self.flow.time,
            envelope=self.envelope,
            **options,
        )

    def take(self, cluster: str = CLUSTER, **options: Any) -> Any:
        """Take a snapshot."""
        return self(lambda client: client.take_snapshot(PROJECT, cluster, **options))

    def wait(self, taken: Snapshot, **options: Any) -> Any:
        """Wait for it."""
        return self(lambda client: client.wait(taken, **options))


@pytest.fixture(params=[False, True], ids=["plain", "envelope"])
def world(request: pytest.FixtureRequest, contract: Contract, talk: Talk) -> World:
    """A mock of the default world, talked to with and without envelopes."""
    flow = Flow()
    return World(Mock(contract, default_world(contract, clock=flow)), flow, talk, request.param)


# --- Against the mock -----------------------------------------------------------------------------------------------


def test_a_snapshot_is_taken_and_typed(world: World) -> None:
    """With everything that the request said."""
    taken = world.take(description="before the release", retention_in_days=7)
    assert isinstance(taken, ReplicaSetSnapshot)
    assert (taken.status, taken.snapshot_type, taken.frequency_type) == ("queued", "onDemand", "ondemand")
    assert taken.description == "before the release"
    assert taken.expires_at
    assert round(taken.expires_at.timestamp() - world.flow.now()) == 7 * 86_400


def test_a_snapshot_needs_no_description_and_no_retention(world: World) -> None:
    """Both are left out, not sent as null."""
    assert world.take().status == "queued"
    assert json.loads(world.heard[-1].body) == {}


@pytest.mark.parametrize(("cluster", "kind"), [("Cluster0", "replicaSet"), ("Sharded0", "shardedCluster")])
def test_a_snapshot_is_followed_until_it_is_completed(world: World, cluster: str, kind: str) -> None:
    """A sharded cluster's just like a replica set's."""
    taken = world.take(cluster)
    done = world.wait(taken)
    assert (done.id, done.type_, done.status) == (taken.id, kind, "completed")
    assert done.created_at
    assert set(world.flow.time.naps) == {10.0}


def test_another_snapshot_has_to_wait(world: World) -> None:
    """Until the first one is completed, which the error says by its class."""
    first = world.take()
    with pytest.raises(UnfinishedSnapshot):
        world.take()
    world.wait(first)
    assert world.take().id != first.id


def test_a_snapshot_is_read_by_its_id(world: World) -> None:
    """As it stands now."""
    taken = world.take()
    world.flow.advance(LONG)
    found = world(lambda client: client.get_snapshot(PROJECT, CLUSTER, taken.id))
    assert (found.id, found.status) == (taken.id, "completed")


def test_a_sharded_snapshots_members_come_by_the_sharded_path(world: World) -> None:
    """One for each shard."""
    taken = world.take("Sharded0")
    world.flow.advance(LONG)
    found = world(lambda client: client.get_sharded_snapshot(PROJECT, "Sharded0", taken.id))
    assert [each.id for each in found.members] == found.snapshot_ids


def test_all_snapshots_are_listed(world: World) -> None:
    """Typed like single ones."""
    assert world(lambda client: client.list_snapshots(PROJECT, CLUSTER)) == []
    taken = []
    for _ in range(3):
        taken.append(world.take().id)
        world.flow.advance(LONG)
    found = world(lambda client: client.list_snapshots(PROJECT, CLUSTER))
    assert sorted(each.id for each in found) == sorted(taken)
    assert all(isinstance(each, ReplicaSetSnapshot) for each in found)


def test_a_deleted_snapshot_is_gone(world: World) -> None:
    """Deleting returns nothing, and a second time it is not found."""
    taken = world.take()
    world.flow.advance(LONG)

    def delete(client: Any) -> Any:
        return client.delete_snapshot(PROJECT, CLUSTER, taken.id)

    assert world(delete) is None
    with pytest.raises(NotFound):
        world(delete)


def test_a_retention_is_changed(world: World) -> None:
    """To two weeks from its completion."""
    taken = world.take(retention_in_days=1)
    done = world.wait(taken)
    changed = world(lambda client: client.change_retention(PROJECT, CLUSTER, taken.id, value=2, unit="WEEKS"))
    assert changed.expires_at > done.expires_at


def test_the_retention_of_an_unfinished_snapshot_stays(world: World) -> None:
    """Atlas refuses the change, and says why."""
    taken = world.take()
    with pytest.raises(BadRequest) as caught:
        world(lambda client: client.change_retention(PROJECT, CLUSTER, taken.id, value=2, unit="DAYS"))
    assert caught.value.error_code


def test_the_projects_of_the_login_are_listed(world: World) -> None:
    """Not those of others."""
    found = world(lambda client: client.list_projects())
    assert [type(each) for each in found] == [Project]
    assert found[0].id == PROJECT


# --- Waiting, with replies made up ----------------------------------------------------------------------------------


def wait(talk: Talk, time: Time, *answers: Answer, taken: Any = None, **options: Any) -> tuple[Any, Script]:
    """Wait for a snapshot that Atlas says this of, one look after the other."""
    script = Script(*answers)
    taken = taken or ReplicaSetSnapshot.from_dict(snapshot())
    found = talk(lambda client: client.wait(taken, **options), transport=script, sleep=time.nap, clock=time)
    return found, script


def looks(*statuses: str) -> list[Answer]:
    """Replies with these statuses."""
    return [reply(200, snapshot(status=status)) for status in statuses]


def test_a_completed_snapshot_is_not_waited_for(talk: Talk, time: Time) -> None:
    """Nothing is sent."""
    done = ReplicaSetSnapshot.from_dict(snapshot(status="completed"))
    found, script = wait(talk, time, reply(500), taken=done)
    assert (found, script.requests, time.naps) == (done, [], [])


def test_a_failed_snapshot_ends_the_wait_at_once(talk: Talk, time: Time) -> None:
    """And not after the time limit."""
    with pytest.raises(SnapshotFailed) as caught:
        wait(talk, time, *looks("inProgress", "failed"))
    assert SNAPSHOT in str(caught.value)
    assert time.naps == [10, 10]


def test_a_snapshot_that_has_failed_already_is_told(talk: Talk, time: Time) -> None:
    """Without a look."""
    failed = ReplicaSetSnapshot.from_dict(snapshot(status="failed"))
    with pytest.raises(SnapshotFailed):
        wait(talk, time, reply(500), taken=failed)
    assert time.naps == []


def test_waiting_ends_when_the_time_is_up(talk: Talk, time: Time) -> None:
    """The last look is made just then, and the message says how far the snapshot is."""
    with pytest.raises(WaitTimedOut, match="inProgress after 25 seconds") as caught:
        wait(talk, time, *looks("inProgress"), timeout=25)
    assert time.naps == [10, 10, 5]
    assert caught.value.exit_code == 1


def test_a_status_that_came_later_keeps_the_wait_going(talk: Talk, time: Time) -> None:
    """It is no reason to give up."""
    found, script = wait(talk, time, *looks("verifying", "Completed", "completed"))
    assert (found.status, len(script.requests)) == ("completed", 3)


def test_each_look_is_shown(talk: Talk, time: Time) -> None:
    """The one it started from, too."""
    seen: list[Snapshot] = []
    wait(talk, time, *looks("inProgress", "completed"), seen=seen.append, poll=3)
    assert [each.status for each in seen] == ["queued", "inProgress", "completed"]
    assert time.naps == [3, 3]


def test_waiting_without_end_is_possible(talk: Talk, time: Time) -> None:
    """As far as the snapshot ends."""
    found, _ = wait(talk, time, *looks(*["inProgress"] * 1000, "completed"), timeout=float("inf"))
    assert found.status == "completed"


SHARDED_LINK = {"href": f"https://elsewhere{COLLECTION}/shardedCluster/{SNAPSHOT}", "rel": "self"}


def test_a_sharded_snapshot_is_followed_from_any_of_its_links(talk: Talk, time: Time) -> None:
    """Also where its link to itself leads through the sharded path."""
    taken = ShardedClusterSnapshot.from_dict(sharded(links=[SHARDED_LINK]))
    found, script = wait(talk, time, reply(200, sharded(status="completed")), taken=taken)
    assert found.status == "completed"
    assert script.requests[0].url.path == f"{COLLECTION}/{SNAPSHOT}"


@pytest.mark.parametrize(
    "links",
    [
        None,
        [],
        [{"href": "", "rel": "self"}],
        [{"href": "http://[nonsense", "rel": "self"}],
        [{"href": f"{COLLECTION}/{SNAPSHOT}", "rel": "other"}],
        [{"href": f"{COLLECTION}/{'0' * 24}", "rel": "self"}],
        [{"href": f"/api/atlas/v2/groups/%2e%2e/clusters/a/backup/snapshots/{SNAPSHOT}", "rel": "self"}],
    ],
)
def test_a_snapshot_that_does_not_say_where_it_is_cannot_be_followed(
    talk: Talk, time: Time, links: list[dict[str, str]] | None
) -> None:
    """Nothing is sent, and the message tells what to do instead."""
    taken = ReplicaSetSnapshot.from_dict(snapshot(links=links))
    script = Script(reply(500))
    outcome = talk.outcome(lambda client: client.wait(taken), transport=script, sleep=time.nap)
    assert type(outcome.error) is InvalidArgument
    assert script.requests == []


@pytest.mark.parametrize(
    "options",
    [
        {"poll": 0},
        {"poll": -1},
        {"poll": float("nan")},
        {"poll": "x"},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"timeout": "x"},
        {"timeout": None},
        {"timeout": True},
    ],
)
def test_a_wait_that_nobody_can_keep_is_refused(talk: Talk, time: Time, options: dict[str, Any]) -> None:
    """Instead of asking without a pause."""
    with pytest.raises(InvalidArgument, match="poll more than 0"):
        wait(talk, time, *looks("queued"), **options)


@pytest.mark.parametrize("taken", ["6a79448a92e9674f126dabcd", 5, {"id": "x"}])
def test_only_a_snapshot_can_be_waited_for(talk: Talk, time: Time, taken: Any) -> None:
    """An id alone doesn't say of which cluster it is."""
    with pytest.raises(InvalidArgument, match="is no snapshot"):
        wait(talk, time, *looks("queued"), taken=taken)


# --- Lists of several pages -----------------------------------------------------------------------------------------


def test_a_list_of_several_pages_is_read_to_its_end(talk: Talk, contract: Contract) -> None:
    """Page after page, each as large as the contract allows."""
    ids = [f"{number:024x}" for number in range(5)]
    more = [{"href": "x", "rel": "next"}]
    pages = [
        {"links": links, "results": [snapshot(id=each) for each in part]}
        for part, links in ((ids[:2], more), (ids[2:4], more), (ids[4:], []))
    ]
    script = Script(*(reply(200, page) for page in pages))
    found = talk(lambda client: client.list_snapshots(PROJECT, CLUSTER), transport=script)
    assert [each.id for each in found] == ids
    asked = [dict(each.url.params) for each in script.requests]
    largest = next(
        each.schema["maximum"]
        for each in contract.operations["listGroupClusterBackupSnapshots"].parameters
        if each.name == PAGE_SIZE
    )
    assert asked == [{"pageNum": str(number), PAGE_SIZE: str(largest)} for number in (1, 2, 3)]


# --- Requests as they are sent --------------------------------------------------------------------------------------


def test_a_request_asks_for_the_version_of_the_contract(talk: Talk) -> None:
    """In both media types, and it says nothing that wasn't given."""
    script = Script(reply(200, snapshot()))
    talk(take, transport=script)
    sent = script.requests[0]
    assert (sent.method, str(sent.url)) == ("POST", f"https://cloud.mongodb.com{COLLECTION}")
    assert (sent.headers["Accept"], sent.headers["Content-Type"]) == (VERSION, VERSION)
    assert json.loads(sent.content) == {"description": "before the release", "retentionInDays": 3}


def test_text_of_any_language_is_sent_as_it_is(talk: Talk) -> None:
    """In UTF-8."""
    script = Script(reply(200, snapshot()))
    text = 'vor der "Übergabe" \\ \u202eقبل 🚀\0'
    talk(lambda client: client.take_snapshot(PROJECT, CLUSTER, description=text), transport=script)
    assert json.loads(script.requests[0].content) == {"description": text}


BAD_ARGUMENTS: dict[str, Call] = {
    "project with capitals": lambda c: c.take_snapshot(PROJECT.upper(), CLUSTER),
    "project too short": lambda c: c.take_snapshot(PROJECT[:-1], CLUSTER),
    "project with a line end": lambda c: c.take_snapshot(PROJECT + "\n", CLUSTER),
    "project None": lambda c: c.take_snapshot(None, CLUSTER),
    "project as bytes": lambda c: c.take_snapshot(PROJECT.encode(), CLUSTER),
    "cluster empty": lambda c: c.take_snapshot(PROJECT, ""),
    "cluster ..": lambda c: c.take_snapshot(PROJECT, ".."),
    "cluster with a slash": lambda c: c.take_snapshot(PROJECT, "a/b"),
    "cluster with a hyphen first": lambda c: c.take_snapshot(PROJECT, "-a"),
    "cluster of a megabyte": lambda c: c.take_snapshot(PROJECT, "a" * 2**20),
    "retention 0": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=0),
    "retention negative": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=-1),
    "retention a fraction": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=1.5),
    "retention not a number": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=float("nan")),
    "retention without end": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=float("inf")),
    "retention as text": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days="3"),
    "retention true": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=True),
    "retention 1.0": lambda c: c.take_snapshot(PROJECT, CLUSTER, retention_in_days=1.0),
    "description a number": lambda c: c.take_snapshot(PROJECT, CLUSTER, description=5),
    "description as bytes": lambda c: c.take_snapshot(PROJECT, CLUSTER, description=b"x"),
    "description of half a character": lambda c: c.take_snapshot(PROJECT, CLUSTER, description="\ud800"),
    "snapshot id empty": lambda c: c.get_snapshot(PROJECT, CLUSTER, ""),
    "snapshot id None": lambda c: c.delete_snapshot(PROJECT, CLUSTER, None),
    "snapshot id of a sharded path": lambda c: c.get_snapshot(PROJECT, CLUSTER, "shardedClusters"),
    "list of a strange cluster": lambda c: c.list_snapshots(PROJECT, "%2e%2e"),
    "unit unknown": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=1, unit="DECADES"),
    "unit in small letters": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=1, unit="days"),
    "unit None": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=1, unit=None),
    "value as text": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value="1", unit="DAYS"),
    "value 1.0": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=1.0, unit="DAYS"),
    "value true": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=True, unit="DAYS"),
    "value None": lambda c: c.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=None, unit="DAYS"),
}


@pytest.mark.parametrize("name", BAD_ARGUMENTS)
def test_an_argument_outside_the_contract_is_refused_before_anything_is_sent(talk: Talk, name: str) -> None:
    """Not even a token is asked for; and the error is a ValueError, too."""
    script = Script(reply(200, snapshot()))
    outcome = talk.outcome(BAD_ARGUMENTS[name], transport=script)
    assert type(outcome.error) is InvalidArgument
    assert isinstance(outcome.error, ValueError)
    assert outcome.error.expected
    assert (script.requests, script.token_requests) == ([], [])


def test_a_key_sends_no_token_request(talk: Talk) -> None:
    """An API key logs in with each request by itself."""
    script = Script(reply(200, snapshot()))
    talk(take, transport=script, **KEY)
    assert (len(script.requests), script.token_requests) == (1, [])
