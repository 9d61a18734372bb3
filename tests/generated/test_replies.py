"""What the generated client makes of every kind of reply: a typed value or a typed error, never a crash."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import json
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_snapshots import UNSET, Client, errors
from atlas_snapshots.api.cloud_backups import (
    delete_group_cluster_backup_snapshot,
    get_group_cluster_backup_snapshot,
    list_group_cluster_backup_snapshots,
    take_group_cluster_backup_snapshots,
)
from atlas_snapshots.api.o_auth import request_access_token
from atlas_snapshots.models import (
    AccessToken,
    ApiError,
    FrequencyType,
    OAuthError,
    ReplicaSetSnapshot,
    ShardedClusterSnapshot,
    SnapshotPage,
    SnapshotRequest,
    SnapshotStatus,
    TokenRequest,
)
from atlas_snapshots.types import Response

GROUP = "32b6e34b3d91647abb20e7b8"
VERSION = "application/vnd.atlas.2023-01-01+json"
SNAPSHOT: dict[str, Any] = {
    "copyRegions": [],
    "description": "nightly",
    "expiresAt": "2026-07-07T04:02:47Z",
    "frequencyType": "ondemand",
    "id": "6a4b28e757ab93bba95a8ad6",
    "links": [{"href": "https://x/1", "rel": "self"}, {"href": "https://x/2", "rel": "https://x"}],
    "policyItems": [],
    "replicaSetName": "Cluster0",
    "snapshotType": "onDemand",
    "status": "queued",
    "storageSizeBytes": 0,
    "type": "replicaSet",
}
SHARDED = {
    "id": SNAPSHOT["id"],
    "status": "completed",
    "type": "shardedCluster",
    "members": [{"cloudProvider": "AWS", "id": GROUP, "replicaSetName": "shard-0"}],
    "snapshotIds": [GROUP],
}
ERROR = {"detail": "No.", "error": 400, "errorCode": "NO", "parameters": ["a", 1], "reason": "Bad Request"}
Answer = Callable[..., Client]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def take(client: Client) -> Response[Any]:
    """Takes a snapshot."""
    return take_group_cluster_backup_snapshots.sync_detailed(
        GROUP, "C", client=client, body=SnapshotRequest()
    )


def changed(**members: Any) -> dict[str, Any]:
    """The sample snapshot with other members."""
    return {**SNAPSHOT, **members}


def outcome_of(read: Callable[[Any], Any], value: Any) -> Any:
    """What reading gives: a value, or one of the client's own errors."""
    try:
        return read(value)
    except errors.ReplyError as error:
        return error


def test_a_snapshot_is_read_and_written_back(answer: Answer) -> None:
    """Every member has its type, and the JSON comes back as it went in."""
    reply = take(answer(200, SNAPSHOT))
    assert isinstance(reply.parsed, ReplicaSetSnapshot)
    assert reply.parsed.expires_at == dt.datetime(2026, 7, 7, 4, 2, 47, tzinfo=dt.UTC)
    assert reply.parsed.frequency_type is FrequencyType.ONDEMAND
    assert reply.parsed.created_at is UNSET
    assert reply.parsed.to_dict() == SNAPSHOT
    assert (reply.status_code, reply.headers["content-type"]) == (200, VERSION + ";charset=utf-8")


def test_the_variant_is_chosen_by_the_discriminator(answer: Answer) -> None:
    """Also within a list."""
    assert isinstance(take(answer(200, SHARDED)).parsed, ShardedClusterSnapshot)
    client = answer(200, {"links": [], "results": [SNAPSHOT, SHARDED], "totalCount": 2})
    page = list_group_cluster_backup_snapshots.sync_detailed(GROUP, "C", client=client).parsed
    assert isinstance(page, SnapshotPage)
    assert [type(each) for each in page.results] == [ReplicaSetSnapshot, ShardedClusterSnapshot]
    assert page.to_dict()["results"] == [SNAPSHOT, SHARDED]


@pytest.mark.parametrize("kind", ["serverless", None, 7, {}, []])
def test_an_unknown_variant_is_a_typed_error(answer: Answer, kind: Any) -> None:
    """Never the wrong variant."""
    with pytest.raises(errors.UnexpectedBody) as caught:
        take(answer(200, changed(type=kind)))
    assert caught.value.pointer == "/type"
    assert caught.value.expected == "one of 'replicaSet', 'shardedCluster'"


def test_an_unknown_enum_value_is_kept_and_visible(answer: Answer) -> None:
    """It is equal to its text, typed as the enum, and known to be unknown."""
    reply = take(answer(200, changed(status="paused")))
    assert isinstance(reply.parsed, ReplicaSetSnapshot)
    status = reply.parsed.status
    assert (status, status.value, str(status)) == ("paused", "paused", "paused")
    assert isinstance(status, SnapshotStatus)
    assert not status.is_known
    assert SnapshotStatus.QUEUED.is_known
    assert repr(status) == "<SnapshotStatus unknown: 'paused'>"
    assert reply.parsed.to_dict()["status"] == "paused"


@given(st.text())
def test_every_text_is_an_enum_value_of_its_own(text: str) -> None:
    """Equality, hash, copies and pickles follow the raw text; the enum itself does not grow."""
    member = SnapshotStatus(text)
    assert member == text
    assert hash(member) == hash(text)
    assert member == SnapshotStatus(text)
    for twin in (copy.copy(member), copy.deepcopy(member), pickle.loads(pickle.dumps(member))):
        assert twin == member
        assert type(twin) is SnapshotStatus
        assert twin.is_known == member.is_known == (text in {"queued", "inProgress", "completed", "failed"})
    assert len(SnapshotStatus) == 4


def test_null_is_absent_where_the_contract_knows_no_null(answer: Answer) -> None:
    """And stays null where it does."""
    reply = take(answer(200, changed(description=None, links=None, expiresAt=None)))
    assert isinstance(reply.parsed, ReplicaSetSnapshot)
    assert reply.parsed.description is reply.parsed.links is reply.parsed.expires_at is UNSET
    error = take(answer(404, {**ERROR, "errorCode": None, "parameters": None}, "application/json")).parsed
    assert isinstance(error, ApiError)
    assert error.error_code is error.parameters is None


def test_missing_and_additional_members_are_no_trouble(answer: Answer) -> None:
    """Only the essential ones are needed, and what is new is kept."""
    body = {"id": "x", "status": "queued", "type": "replicaSet", "new": {"deep": [1]}}
    parsed = take(answer(200, body)).parsed
    assert isinstance(parsed, ReplicaSetSnapshot)
    assert parsed.additional_properties == {"new": {"deep": [1]}}
    assert parsed.to_dict() == body


@pytest.mark.parametrize(
    ("members", "pointer", "expected", "found"),
    [
        ({"storageSizeBytes": "0"}, "/storageSizeBytes", "an integer", "a string"),
        ({"storageSizeBytes": True}, "/storageSizeBytes", "an integer", "a boolean"),
        ({"storageSizeBytes": 1.5}, "/storageSizeBytes", "an integer", "a number"),
        ({"id": None}, "/id", "a string", "null"),
        ({"links": {}}, "/links", "a list", "an object"),
        ({"links": [1]}, "/links/0", "an object", "an integer"),
        ({"links": [{"href": 1, "rel": "x"}]}, "/links/0/href", "a string", "an integer"),
        ({"expiresAt": "soon"}, "/expiresAt", "a date-time (RFC 3339)", "'soon'"),
        (
            {"expiresAt": "2026-02-30T00:00:00Z"},
            "/expiresAt",
            "a date-time (RFC 3339)",
            "'2026-02-30T00:00:00Z'",
        ),
        (
            {"expiresAt": "2026-02-03T00:00:00"},
            "/expiresAt",
            "a date-time (RFC 3339)",
            "'2026-02-03T00:00:00'",
        ),
        ({"expiresAt": 7}, "/expiresAt", "a date-time (RFC 3339)", "an integer"),
        ({"status": 1}, "/status", "a string", "an integer"),
    ],
)
def test_another_shape_is_a_typed_error_with_its_place(
    answer: Answer, members: dict[str, Any], pointer: str, expected: str, found: str
) -> None:
    """The JSON pointer, what was expected there, and what was found."""
    with pytest.raises(errors.UnexpectedBody) as caught:
        take(answer(200, changed(**members)))
    error = caught.value
    assert (error.pointer, error.expected, error.found) == (pointer, expected, found)
    assert error.status_code == 200
    assert isinstance(error, ValueError)


def test_a_missing_essential_member_is_a_typed_error(answer: Answer) -> None:
    """An empty object is no snapshot."""
    with pytest.raises(errors.UnexpectedBody, match="at /id: expected a value, found nothing"):
        take(answer(200, {"type": "replicaSet"}))


@pytest.mark.parametrize("status", [200, 500])
def test_another_shape_is_told_with_its_status(answer: Answer, status: int) -> None:
    """A failure that breaks the contract is still a failure, and must be seen to be one; also when it travels."""
    with pytest.raises(errors.UnexpectedBody, match=f"^status {status}: at /.*: expected a value") as caught:
        take(answer(status, {}))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b"\xff\xfe{}", b"NaN", b"[" * 200_000, b'{"id": Infinity}']
)
def test_a_body_that_is_no_json_is_a_typed_error(answer: Answer, body: bytes) -> None:
    """The error keeps status and raw body."""
    with pytest.raises(errors.NotJson) as caught:
        take(answer(200, body))
    assert (caught.value.status_code, caught.value.content) == (200, body)


@pytest.mark.parametrize("status", [100, 201, 204, 302, 409, 418, 502, 599, 777])
def test_an_undocumented_status_is_always_a_typed_error(answer: Answer, status: int) -> None:
    """Known to HTTP or not."""
    with pytest.raises(errors.UnexpectedStatus) as caught:
        take(answer(status, b"upstream said no", "text/html"))
    assert caught.value.status_code == status
    assert "200" in caught.value.documented


@pytest.mark.parametrize(
    "media_type",
    [None, "text/html", "application/json", "application/vnd.atlas.2024-08-05+json;charset=utf-8"],
)
def test_a_success_of_another_media_type_is_a_typed_error(answer: Answer, media_type: str | None) -> None:
    """Another version is another contract."""
    with pytest.raises(errors.UnexpectedMediaType) as caught:
        take(answer(200, SNAPSHOT, media_type))
    assert caught.value.expected == VERSION
    assert caught.value.found == (media_type or "")
    assert caught.value.status == 200
    assert "copyRegions" in caught.value.snippet


def test_parameters_and_case_of_the_media_type_do_not_matter(answer: Answer) -> None:
    """`;charset=utf-8` and capitals are the same type."""
    take(answer(200, SNAPSHOT, VERSION.upper() + " ; charset=utf-8"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 429, 500])
def test_a_documented_error_is_read(answer: Answer, status: int) -> None:
    """Parameters of any type included, as a 429 mixes them."""
    parsed = take(answer(status, {**ERROR, "error": status}, "application/json")).parsed
    assert isinstance(parsed, ApiError)
    assert (parsed.error, parsed.error_code, parsed.parameters) == (status, "NO", ["a", 1])


@pytest.mark.parametrize("status", [401, 405])
def test_an_error_without_a_body_has_no_content(answer: Answer, status: int) -> None:
    """Atlas sends such replies."""
    reply = take(answer(status, b"", None))
    assert (reply.status_code, reply.parsed) == (status, None)


def test_an_error_page_of_a_proxy_is_a_typed_error(answer: Answer) -> None:
    """It is not taken for an error of Atlas."""
    with pytest.raises(errors.UnexpectedMediaType, match="text/html"):
        take(answer(500, b"<html>Bad gateway</html>", "text/html"))


def test_a_removal_has_no_content(answer: Answer) -> None:
    """A 204 carries a media type but no body."""
    reply = delete_group_cluster_backup_snapshot.sync_detailed(GROUP, "C", GROUP, client=answer(204))
    assert (reply.status_code, reply.parsed) == (204, None)


def test_the_token_endpoint_has_its_own_errors(answer: Answer) -> None:
    """OAuth's form for a refusal, the API's for a rate limit."""

    def ask(client: Client) -> Any:
        return request_access_token.sync_detailed(client=client, body=TokenRequest()).parsed

    token = {"access_token": "t", "expires_in": 3600, "token_type": "bearer"}
    assert isinstance(ask(answer(200, token, "application/json")), AccessToken)
    assert isinstance(ask(answer(401, {"error": "invalid_client"}, "application/json")), OAuthError)
    assert isinstance(ask(answer(429, ERROR, "application/json")), ApiError)


def test_the_asynchronous_call_does_the_same(answer: Answer) -> None:
    """Value and error alike."""

    async def both() -> None:
        async with answer(200, SNAPSHOT) as client:
            reply = await take_group_cluster_backup_snapshots.asyncio_detailed(
                GROUP, "C", client=client, body=SnapshotRequest()
            )
            assert isinstance(reply.parsed, ReplicaSetSnapshot)
        async with answer(502) as client:
            with pytest.raises(errors.UnexpectedStatus):
                await get_group_cluster_backup_snapshot.asyncio_detailed(GROUP, "C", GROUP, client=client)

    asyncio.run(both())


def test_errors_never_show_headers_and_survive_pickling() -> None:
    """Headers may hold secrets; an error may cross processes."""
    response = httpx.Response(502, headers={"Set-Cookie": "secret"}, content=b"x")
    with pytest.raises(errors.ReplyError) as caught:
        take_group_cluster_backup_snapshots.parse_response(response)
    assert "secret" not in str(caught.value) + repr(caught.value)
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (type(twin), str(twin), twin.status_code) == (type(caught.value), str(caught.value), 502)
    reply = take_group_cluster_backup_snapshots.parse_response(
        httpx.Response(404, headers={"Set-Cookie": "secret"}, json=ERROR)
    )
    assert "secret" not in repr(reply)


def test_unset_is_one_value_wherever_it_goes() -> None:
    """Copies and pickles of a model keep the very same mark."""
    snapshot = ReplicaSetSnapshot.from_dict({"id": "x", "status": "new", "type": "replicaSet"})
    for twin in (copy.deepcopy(snapshot), pickle.loads(pickle.dumps(snapshot))):
        assert twin == snapshot
        assert twin.description is UNSET


@given(JSON)
def test_any_json_is_a_value_or_a_typed_error(value: Any) -> None:
    """No body whatever makes the reader crash."""
    for status, media_type in ((200, VERSION), (404, "application/json")):
        response = httpx.Response(status, headers={"content-type": media_type}, content=json.dumps(value))
        outcome = outcome_of(take_group_cluster_backup_snapshots.parse_response, response)
        assert outcome.status_code == status


@given(st.sampled_from(sorted(SNAPSHOT)), JSON)
def test_any_value_in_any_member_is_a_value_or_a_typed_error(name: str, value: Any) -> None:
    """One member gone wrong is named, or read."""
    outcome = outcome_of(ReplicaSetSnapshot.from_dict, changed(**{name: value}))
    if isinstance(outcome, errors.UnexpectedBody):
        assert outcome.pointer.startswith("/" + name)
    else:
        assert ReplicaSetSnapshot.from_dict(outcome.to_dict()) == outcome
