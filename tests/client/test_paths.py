"""No argument whatever makes a request leave the path template of its endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.client.conftest import CLUSTER, KEY, PROJECT, SNAPSHOT, Script, reply

from atlas_contract.client import AtlasClient
from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasError, InvalidArgument
from atlas_contract.model import Operation, Place
from atlas_snapshots.errors import BadArgument
from atlas_snapshots.limits import path_segment

GOOD = {"groupId": PROJECT, "clusterName": CLUSTER, "snapshotId": SNAPSHOT}
METHODS: dict[str, Callable[..., Callable[[AtlasClient], Any]]] = {
    "takeGroupClusterBackupSnapshots": lambda *a: lambda client: client.take_snapshot(*a),
    "listGroupClusterBackupSnapshots": lambda *a: lambda client: client.list_snapshots(*a),
    "getGroupClusterBackupSnapshot": lambda *a: lambda client: client.get_snapshot(*a),
    "getGroupClusterBackupSnapshotShardedCluster": lambda *a: lambda client: client.get_sharded_snapshot(*a),
    "deleteGroupClusterBackupSnapshot": lambda *a: lambda client: client.delete_snapshot(*a),
    "updateGroupClusterBackupSnapshot": lambda *a: (
        lambda client: client.change_retention(*a, value=1, unit="DAYS")
    ),
}

DOTS = ". .. ... ./ ../ /.. %2e %2E%2e %2f %5c %00 %0a %25 %252e%252e %c0%ae \u2024\u2024 \uff0e\uff0e"
SIGNS = "/ // \\ ? # & ; : @ * ~ \uff0f \u2215 http://elsewhere //elsewhere shardedClusters"
ODD = "\0\n\r\t\u202e\u2066\xa0\xad\ud800\udc80\U0010ffff"
PIECES = st.sampled_from([*DOTS.split(" "), *SIGNS.split(" "), *ODD, "", " ", *GOOD.values()])
TEXTS = (
    st.text(max_size=12)
    | st.text(st.characters(), max_size=4)  # halves of characters, too
    | st.lists(PIECES, max_size=5).map("".join)
    | st.builds(str.__mul__, PIECES, st.integers(1, 5000))
    | st.from_regex("[a-f0-9]{24}", fullmatch=True)
    | st.from_regex("[a-zA-Z0-9-]{1,30}", fullmatch=True)
)
OTHERS = st.none() | st.integers() | st.binary(max_size=30) | st.booleans() | st.lists(PIECES, max_size=2)
VALUES = TEXTS | OTHERS


@dataclass(frozen=True)
class Watched:
    """A client, and what it sends."""

    client: AtlasClient
    script: Script

    def sent(self, call: Callable[[AtlasClient], Any]) -> list[httpx.Request]:
        """The one request of a call; none if its arguments were refused."""
        del self.script.requests[:], self.script.token_requests[:]
        refused = False
        try:
            call(self.client)
        except InvalidArgument:
            refused = True
        except AtlasError:
            pass
        requests = self.script.requests + self.script.token_requests
        assert len(requests) == (0 if refused else 1)
        return requests


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    """One client for all values."""
    script = Script(reply(404))
    with AtlasClient(transport=script, **KEY) as client:
        yield Watched(client, script)


def stays(path: bytes, template: str, arguments: dict[str, Any]) -> bool:
    """Whether a raw path is the template, with each argument as one segment."""
    segments = [
        arguments[part[1:-1]].encode() if part.startswith("{") else part.encode()
        for part in template.split("/")
    ]
    return [unquote_to_bytes(each) for each in path.split(b"/")] == segments


def paths_of(operation: Operation) -> list[str]:
    """The names of the operation's path parameters, in order."""
    return [each.name for each in operation.parameters_in(Place.PATH)]


@given(values=st.data(), name=st.sampled_from(sorted(METHODS)))
@settings(max_examples=1200)
def test_a_client_sends_to_its_endpoint_or_not_at_all(
    contract: Contract, watched: Watched, values: st.DataObject, name: str
) -> None:
    """Either InvalidArgument and nothing sent, or the raw path is the template with just that segment."""
    operation = contract.operations[name]
    arguments: dict[str, Any] = {each: GOOD[each] for each in paths_of(operation)}
    arguments[values.draw(st.sampled_from(sorted(arguments)))] = values.draw(VALUES)
    for sent in watched.sent(METHODS[name](*arguments.values())):
        assert stays(sent.url.raw_path.partition(b"?")[0], operation.path, arguments)
        assert (sent.url.host, sent.url.scheme) == ("cloud.mongodb.com", "https")


@given(values=st.data())
@settings(max_examples=800)
def test_a_raw_request_stays_in_its_endpoint_too(
    contract: Contract, watched: Watched, values: st.DataObject
) -> None:
    """With any operation of the contract, any arguments for its path, and any further ones."""
    operation = values.draw(st.sampled_from(list(contract.operations.values())))
    arguments: dict[str, Any] = {each: GOOD[each] for each in paths_of(operation)}
    arguments[values.draw(st.sampled_from([*GOOD, "x"]))] = values.draw(VALUES)
    for sent in watched.sent(lambda client: client.send_raw(operation, arguments)):
        assert stays(sent.url.raw_path, operation.path, arguments)


@given(value=VALUES)
@settings(max_examples=1200)
def test_the_encoding_alone_keeps_a_segment_together(value: Any) -> None:
    """Also without any pattern, as it would be for a parameter that has none."""
    template = "/api/{left}/x/{right}/y"
    script = Script(reply(200))
    with httpx.Client(transport=script, base_url="https://cloud.mongodb.com") as client:
        try:
            left, right = path_segment("left", value), path_segment("right", value)
            client.get(template.format(left=left, right=right))
        except (BadArgument, httpx.InvalidURL):
            assert script.requests == []
            return
    assert stays(script.requests[0].url.raw_path, template, {"left": value, "right": value})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/groups/a%2Fb", True),
        (b"/groups/a/b", False),
        (b"/groups/../b", False),
        (b"/groups/", False),
        (b"/a%2Fb", False),
        (b"/groups/a%252Fb", False),
    ],
)
def test_an_escape_would_be_seen(path: bytes, expected: bool) -> None:  # noqa: FBT001
    """The judgement itself tells a path that stays from one that doesn't."""
    assert stays(path, "/groups/{groupId}", {"groupId": "a/b"}) is expected
