"""What the generated client sends, and what it refuses to send."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_snapshots.api.cloud_backups import (
    delete_group_cluster_backup_snapshot,
    list_group_cluster_backup_snapshots,
    take_group_cluster_backup_snapshots,
    update_group_cluster_backup_snapshot,
)
from atlas_snapshots.api.o_auth import request_access_token
from atlas_snapshots.errors import BadArgument
from atlas_snapshots.models import RetentionChange, RetentionUnit, SnapshotRequest, TokenRequest

GROUP = "32b6e34b3d91647abb20e7b8"
VERSION = "application/vnd.atlas.2023-01-01+json"
ANYTHING = st.text() | st.sampled_from(
    ["", ".", "..", "a/b", "%2e%2e", "../..", "a?b", "a#b", "a\n", GROUP + "\n"]
)


def built(request: dict[str, Any]) -> httpx.Request:
    """The request as it goes over the wire."""
    return httpx.Client(base_url="https://atlas.test").build_request(**request)


def test_the_version_is_asked_for_and_sent() -> None:
    """`Accept` and `Content-Type` are the version that the contract gives the operation."""
    body = SnapshotRequest(description="d", retention_in_days=3)
    request = built(take_group_cluster_backup_snapshots.build_request(GROUP, "Cluster0", body=body))
    assert request.headers["Accept"] == request.headers["Content-Type"] == VERSION
    assert json.loads(request.content) == {"description": "d", "retentionInDays": 3}
    assert request.url.path == f"/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/snapshots"
    assert request.url.query == b""


def test_a_reply_without_schema_still_has_a_version() -> None:
    """The 204 of a removal names its media type."""
    request = built(delete_group_cluster_backup_snapshot.build_request(GROUP, "Cluster0", GROUP))
    assert request.headers["Accept"] == VERSION


def test_a_form_is_sent_as_a_form() -> None:
    """The token endpoint takes no JSON, and answers with plain JSON."""
    request = built(request_access_token.build_request(body=TokenRequest()))
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.content == b"grant_type=client_credentials"


def test_absent_arguments_are_not_sent() -> None:
    """Atlas applies its own defaults."""
    request = built(
        list_group_cluster_backup_snapshots.build_request(GROUP, "Cluster0", page_num=2, include_count=False)
    )
    assert request.url.query == b"includeCount=false&pageNum=2"


def test_members_the_contract_does_not_name_are_sent() -> None:
    """Additional members go along; absent ones do not."""
    body = SnapshotRequest(additional_properties={"note": [1, None]})
    assert take_group_cluster_backup_snapshots.build_request(GROUP, "C", body=body)["json"] == {
        "note": [1, None]
    }


@given(ANYTHING, ANYTHING)
def test_no_argument_leaves_its_place_in_the_path(group: str, cluster: str) -> None:
    """Every text is either refused or arrives as one segment of the documented path."""
    try:
        request = built(
            take_group_cluster_backup_snapshots.build_request(group, cluster, body=SnapshotRequest())
        )
    except BadArgument:
        return
    segments = request.url.raw_path.decode().split("/")
    assert segments == ["", "api", "atlas", "v2", "groups", group, "clusters", cluster, "backup", "snapshots"]


@pytest.mark.parametrize(
    "value", ["", ".", "..", "a/b", "a b", GROUP + "\n", GROUP.upper(), "\ud800", 7, None]
)
def test_a_bad_path_argument_is_refused_with_its_limit(value: Any) -> None:
    """The error has name, value, what is allowed, and where the contract says so."""
    with pytest.raises(BadArgument, match="groupId=") as caught:
        take_group_cluster_backup_snapshots.build_request(value, "C", body=SnapshotRequest())
    assert caught.value.name == "groupId"
    assert caught.value.value == value
    assert caught.value.source == "openapi.json#/components/parameters/groupId/schema"


@pytest.mark.parametrize("value", [0, -1, "3", True, float("nan")])
def test_a_body_member_outside_its_limit_is_refused(value: Any) -> None:
    """Nothing is built that Atlas is known to refuse."""
    body = SnapshotRequest(retention_in_days=value)
    with pytest.raises(BadArgument, match="retention_in_days") as caught:
        take_group_cluster_backup_snapshots.build_request(GROUP, "C", body=body)
    assert caught.value.source.endswith("#/components/schemas/SnapshotRequest/properties/retentionInDays")


@pytest.mark.parametrize("body", [None, 5, {}, RetentionChange, "x"])
def test_a_body_that_is_no_model_of_the_operation_is_refused(body: Any) -> None:
    """It would be sent as it is, and be refused far away."""
    with pytest.raises(BadArgument, match="it must be a SnapshotRequest") as caught:
        take_group_cluster_backup_snapshots.build_request(GROUP, "C", body=body)
    assert caught.value.name == "body"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (SnapshotRequest(description="\ud800"), "description"),
        (SnapshotRequest(additional_properties={"labels": ["\ud800"]}), "labels"),
        (SnapshotRequest(additional_properties={"\ud800": 1}), "additional_properties"),
    ],
)
def test_text_that_cannot_be_sent_is_refused(body: SnapshotRequest, name: str) -> None:
    """By the name of its member, instead of an error of the encoder's."""
    with pytest.raises(BadArgument, match="text that UTF-8 can write") as caught:
        take_group_cluster_backup_snapshots.build_request(GROUP, "C", body=body)
    assert caught.value.name == name


@pytest.mark.parametrize("size", [0, 501])
def test_a_query_argument_outside_its_limit_is_refused(size: int) -> None:
    """Pages hold 1 to 500 items."""
    with pytest.raises(BadArgument, match="itemsPerPage"):
        list_group_cluster_backup_snapshots.build_request(GROUP, "C", items_per_page=size)


def test_enum_members_are_sent_as_their_values() -> None:
    """Documented or not, the raw value goes over the wire."""
    for unit in (RetentionUnit.DAYS, RetentionUnit("DECADES")):
        body = RetentionChange(retention_unit=unit, retention_value=2)
        request = update_group_cluster_backup_snapshot.build_request(GROUP, "C", GROUP, body=body)
        assert json.loads(built(request).content) == {"retentionUnit": str(unit), "retentionValue": 2}


def test_errors_survive_pickling_and_copying() -> None:
    """They may cross processes."""
    with pytest.raises(BadArgument) as caught:
        list_group_cluster_backup_snapshots.build_request("..", "C")
    for twin in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert str(twin) == str(caught.value)
        assert twin.source == caught.value.source
