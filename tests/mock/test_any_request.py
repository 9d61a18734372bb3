"""Whatever arrives, the mock answers, and never that it failed."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.contract import Contract
from atlas_contract.mock import ManualClock, Mock, default_world
from atlas_contract.model import Request

PATHS = [
    "/api/atlas/v2/groups",
    "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots",
    "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}",
    "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}",
    "/api/oauth/token",
]
anything = st.text(st.characters(codec=None), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)
attributes = (
    st.sampled_from(["description", "retentionInDays", "retentionUnit", "retentionValue", "links"]) | anything
)
bodies = st.binary(max_size=60) | st.dictionaries(attributes, json_values, max_size=3).map(
    lambda value: json.dumps(value).encode()
)
queries = st.lists(
    st.tuples(
        st.sampled_from(["envelope", "pretty", "pageNum", "itemsPerPage", "includeCount"]) | anything,
        st.sampled_from(["true", "false", "1", "500", "9" * 30]) | anything,
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@st.composite
def targets(draw: st.DrawFn) -> str:
    """Mostly paths of the contract with odd arguments, sometimes anything."""
    names = {
        "groupId": draw(st.sampled_from(["32b6e34b3d91647abb20e7b8", "1" * 24]) | anything),
        "clusterName": draw(st.sampled_from(["Cluster0", "Sharded0", "%00", "%zz"]) | anything),
        "snapshotId": draw(st.sampled_from(["32b6e34b3d91647abb20e7b8"]) | anything),
    }
    path = draw(st.sampled_from(PATHS).map(lambda each: each.format_map(names)) | anything)
    return path + draw(st.just("") | queries.map("?{}".format))


def headers_for(mock: Mock) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Good and odd values of the headers that the mock reads."""
    account = mock.world.manager.account
    basic = base64.b64encode(f"{account.id}:{account.secret}".encode()).decode()
    logins = st.sampled_from([f"Bearer {mock.token_for(account)}"] * 6 + [f"Basic {basic}", "Digest", ""])
    digests = st.dictionaries(
        st.sampled_from(["username", "realm", "nonce", "uri", "qop", "nc", "cnonce", "response"]),
        st.sampled_from([mock.world.manager.key.public, "MMS Public API", "auth"]) | anything,
    ).map(lambda parts: "Digest " + ", ".join(f'{name}="{value}"' for name, value in parts.items()))
    version = "application/vnd.atlas.2024-01-01+json"
    return st.tuples(
        st.tuples(st.just("Authorization"), logins | digests | anything),
        st.tuples(st.just("Accept"), st.sampled_from([version] * 6) | anything),
        st.tuples(st.just("Content-Type"), st.sampled_from([version] * 6) | anything),
        st.tuples(anything, anything),
    )


@given(data=st.data())
def test_no_request_whatever_makes_the_mock_fail(contract: Contract, data: st.DataObject) -> None:
    """Every reply has a status below 500, sendable headers, and JSON or nothing for a body."""
    mock = Mock(contract, default_world(contract, clock=ManualClock()))
    for _ in range(3):
        method = data.draw(st.sampled_from(["GET", "POST", "DELETE", "PATCH", "HEAD"]) | anything)
        request = Request(method, data.draw(targets()), data.draw(headers_for(mock)), data.draw(bodies))
        reply = mock.handle(request)
        assert 200 <= reply.status < 500, reply
        assert all(_is_sendable(name) and _is_sendable(value) for name, value in reply.headers)
        assert not reply.body or _read(reply.body) is not None


def _is_sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _read(body: bytes) -> Any:
    return json.loads(body.decode("utf-8"))
