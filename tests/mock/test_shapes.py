"""The mock's replies have the shapes of the recorded ones: status, header names, media type, keys and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atlas_contract.contract.judge import read_json
from atlas_contract.model import Reply, Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller, CallerIn

SNAPSHOTS = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/snapshots"
VERSIONED = "application/vnd.atlas.2023-01-01+json;charset=utf-8"
KEYS = {
    *("copyRegions", "description", "expiresAt", "frequencyType", "id", "links", "policyItems"),
    *("replicaSetName", "snapshotType", "status", "storageSizeBytes", "type"),
}
FILTER = {"date", "server"}
SAFE = {
    *("referrer-policy", "strict-transport-security", "x-content-type-options"),
    *("x-permitted-cross-domain-policies", "x-envoy-upstream-service-time"),
}
SERVICE = {"x-frame-options", "x-java-method", "x-java-version"}
BUILD = {"x-mongodb-service-version"}
LIMIT = {"ratelimit-limit", "ratelimit-remaining"}
BODY = {"content-type", "content-length"}
GONE = FILTER | SAFE | SERVICE | BUILD | LIMIT | {"content-type"}
FOUND = GONE | {"content-length"}
REFUSED = FOUND | {"x-error-code"}
ERROR = ["detail", "error", "errorCode", "parameters", "reason"]

# Two lives: the ages of the stages and of the end, then the polls, each with what it sees for the first time.
LIVES = {
    "usual": (
        "stages: {started: 3, version-known: 9, provider-known: 80}, duration: 160",
        [
            (0, "queued", set()),
            (5, "inProgress", set()),
            (12, "inProgress", {"mongodVersion"}),
            (85, "inProgress", {"cloudProvider"}),
            (170, "completed", {"createdAt"}),
        ],
    ),
    "seen taken": (
        "stages: {started: 3, version-known: 15, provider-known: 90, taken: 165}, duration: 170",
        [
            (4, "inProgress", set()),
            (20, "inProgress", {"mongodVersion"}),
            (95, "inProgress", {"cloudProvider"}),
            (166, "inProgress", {"createdAt"}),
            (171, "completed", set()),
        ],
    ),
}


def names(reply: Reply) -> set[str]:
    """The reply's header names, which HTTP compares without regard to case; none is there twice."""
    found = [name.lower() for name, _ in reply.headers]
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize("life", LIVES)
def test_a_life_has_the_recorded_shape_at_every_step(caller_in: CallerIn, life: str) -> None:
    """From the request over the polls to the list, the removal and the poll after it."""
    lifecycle, polls = LIVES[life]
    caller = caller_in(f"lifecycle: {{{lifecycle}}}")
    created = caller.call("POST", caller.snapshots, {"description": "nightly", "retentionInDays": 1})
    body = read_json(created.body)
    assert (created.status, created.header("Content-Type"), list(body)) == (200, VERSIONED, sorted(KEYS))
    assert names(created) == FOUND
    assert created.header("X-Java-Method") == "ApiAtlasDiskBackupSnapshotsResource::onDemandSnapshot"
    target, keys, age = f"{caller.snapshots}/{body['id']}", KEYS, 0
    for poll, status, added in polls:
        caller.clock.advance(poll - age)
        keys, age = keys | added, poll
        reply = caller.call("GET", target)
        seen = read_json(reply.body)
        assert (reply.status, reply.header("Content-Type")) == (200, VERSIONED)
        assert names(reply) == FOUND
        assert (seen["status"], list(seen)) == (status, sorted(keys))
        assert (seen["storageSizeBytes"] > 0) == ("createdAt" in keys)
        assert (seen["expiresAt"] == body["expiresAt"]) == (status != "completed")
    listed = caller.call("GET", caller.snapshots)
    assert names(listed) == FOUND
    content = read_json(listed.body)
    assert list(content) == ["links", "results", "totalCount"]
    assert content["results"] == [seen]
    assert [list(link) for link in content["links"] + seen["links"]] == [["href", "rel"]] * 3
    removed = caller.call("DELETE", target)
    assert (removed.status, removed.body, removed.header("Content-Type")) == (204, b"", VERSIONED)
    assert names(removed) == GONE
    gone = caller.call("GET", target)
    assert (gone.status, gone.header("Content-Type"), list(read_json(gone.body))) == (
        404,
        "application/json",
        ERROR,
    )
    assert names(gone) == REFUSED


def test_bodies_are_compact_with_sorted_keys_at_every_depth(caller: Caller) -> None:
    """No blank between tokens, and links with their address first."""
    raw = caller.call("POST", caller.snapshots, {"description": "a b"}).body
    assert b', "' not in raw
    assert b'": ' not in raw
    assert raw.startswith(b'{"copyRegions":[],"description":"a b","expiresAt":"')
    assert b'"links":[{"href":"https://' in raw
    assert raw.endswith(
        b'"snapshotType":"onDemand","status":"queued","storageSizeBytes":0,"type":"replicaSet"}'
    )


@pytest.mark.parametrize(
    ("status", "method", "target", "expected"),
    [
        (400, "POST", SNAPSHOTS + "?pretty=7", REFUSED),
        (404, "POST", SNAPSHOTS.replace("Cluster0", "Cluster9"), REFUSED),
        (404, "GET", SNAPSHOTS + "/" + "0" * 24, REFUSED),
        (404, "POST", SNAPSHOTS.replace("32b6e34b3d91647abb20e7b8", "1" * 24), REFUSED - LIMIT - BUILD),
        (405, "PUT", SNAPSHOTS, FILTER | SAFE | {"allow", "content-length"}),
    ],
)
def test_a_refusal_has_the_header_names_of_the_recorded_ones(
    caller: Caller, status: int, method: str, target: str, expected: set[str]
) -> None:
    """No more and no fewer."""
    reply = caller.call(method, target, {})
    assert (reply.status, names(reply)) == (status, expected)
    assert reply.header("Content-Type") == (None if status == 405 else "application/json")
    assert bool(reply.body) == (status != 405)


def test_the_refusal_of_the_authentication_filter_has_few_headers(caller: Caller) -> None:
    """Neither those that make a browser safe nor those of the service."""
    reply = caller.send(Request("GET", caller.snapshots))
    assert (reply.status, names(reply)) == (401, FILTER | BODY | {"www-authenticate"})
    assert list(read_json(reply.body)) == ["error", "reason", "detail", "errorCode"]


def test_a_path_names_its_methods_as_recorded(caller: Caller) -> None:
    """In the recorded order and without blanks."""
    assert caller.call("PUT", caller.snapshots).header("Allow") == "POST,GET,OPTIONS"
