"""The operations around taking a snapshot: read, list, re-date, remove, and their sharded twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mock.conftest import Caller


def test_a_list_shows_each_snapshot_as_a_read_does(caller: Caller) -> None:
    """Item and single reply are the same document."""
    taken = caller.take_completed(description="nightly")
    listed = caller.content("GET", caller.snapshots)
    assert set(listed) == {"links", "results", "totalCount"}
    assert listed["results"] == [caller.read(taken["id"])]


def test_a_list_is_paged_and_links_to_the_next_page(caller: Caller) -> None:
    """The self link ends with page and size, the next link with size and page."""
    ids = [caller.take_completed()["id"] for _ in range(3)]
    first = caller.content("GET", caller.snapshots + "?itemsPerPage=2&includeCount=true&pageNum=1")
    assert [each["id"] for each in first["results"]] == ids[:2]
    links = {link["rel"]: link["href"].partition("?")[2] for link in first["links"]}
    assert links == {
        "self": "includeCount=true&pageNum=1&itemsPerPage=2",
        "next": "includeCount=true&itemsPerPage=2&pageNum=2",
    }
    second = caller.content("GET", caller.snapshots + "?" + links["next"])
    assert [each["id"] for each in second["results"]] == ids[2:]
    assert [link["rel"] for link in second["links"]] == ["self"]


def test_a_list_leaves_the_count_out_when_asked_to(caller: Caller) -> None:
    """An empty list is a success, too."""
    assert caller.content("GET", caller.snapshots + "?includeCount=false")["results"] == []
    assert "totalCount" not in caller.content("GET", caller.snapshots + "?includeCount=false")
    assert caller.content("GET", caller.snapshots + "?pageNum=999999999999999999999")["totalCount"] == 0


def test_a_removed_snapshot_is_gone(caller: Caller) -> None:
    """The removal has no body and no length, and yet a media type."""
    target = f"{caller.snapshots}/{caller.take_completed()['id']}"
    reply = caller.call("DELETE", target)
    assert (reply.status, reply.body, reply.header("Content-Length")) == (204, b"", None)
    assert reply.header("Content-Type") == "application/vnd.atlas.2023-01-01+json;charset=utf-8"
    assert caller.refused("GET", target) == "snapshot-unknown"
    assert caller.refused("DELETE", target) == "snapshot-unknown"
    assert caller.content("GET", caller.snapshots)["results"] == []


def test_an_unfinished_snapshot_can_not_be_removed(caller: Caller) -> None:
    """It can as soon as it is completed."""
    target = f"{caller.snapshots}/{caller.take()['id']}"
    assert caller.refused("DELETE", target) == "deletion-of-unfinished-refused"
    caller.clock.advance(600)
    assert caller.call("DELETE", target).status == 204


def test_a_sharded_snapshot_shows_its_parts_on_the_sharded_path_only(caller: Caller) -> None:
    """Everywhere else the two documents agree."""
    taken = caller.take_completed(caller.sharded)
    assert taken["type"] == "shardedCluster"
    plain = caller.read(taken["id"], caller.sharded)
    whole = caller.read(taken["id"], f"{caller.sharded}/shardedCluster")
    assert {name: value for name, value in whole.items() if name not in ("members", "snapshotIds")} == plain
    assert [member["id"] for member in whole["members"]] == whole["snapshotIds"]
    assert caller.content("GET", f"{caller.sharded}/shardedClusters")["results"] == [whole]


def test_a_sharded_snapshot_can_be_removed_by_either_path(caller: Caller) -> None:
    """The plain path removes it as well as its own."""
    for path in ("", "/shardedCluster"):
        taken = caller.take_completed(caller.sharded)
        assert caller.call("DELETE", f"{caller.sharded}{path}/{taken['id']}").status == 204


def test_the_sharded_path_does_not_know_a_replica_sets_snapshot(caller: Caller) -> None:
    """Neither for reading nor for removing."""
    target = f"{caller.snapshots}/shardedCluster/{caller.take_completed()['id']}"
    assert caller.call("GET", target).status == 404
    assert caller.call("DELETE", target).status == 404
    assert caller.content("GET", f"{caller.snapshots}/shardedClusters")["results"] == []


def test_projects_are_listed_for_those_who_belong_to_them(caller: Caller) -> None:
    """The project that nobody may touch stays out."""
    home = caller.mock.world.home
    listed = caller.content("GET", "/api/atlas/v2/groups")
    assert [(each["id"], each["name"]) for each in listed["results"]] == [(home.id, "staging")]


def test_a_new_retention_moves_the_expiry(caller: Caller) -> None:
    """It counts from the completion of the snapshot."""
    target = f"{caller.snapshots}/{caller.take_completed(retentionInDays=1)['id']}"
    changed = caller.content("PATCH", target, {"retentionUnit": "WEEKS", "retentionValue": 2, "links": []})
    assert changed["expiresAt"].startswith("2026-01-15T00:")
    assert caller.content("GET", target) == changed


@pytest.mark.parametrize(
    ("body", "behaviour"),
    [
        ({"retentionUnit": "DAYS"}, "attribute-missing"),
        ({"retentionUnit": "HOURS", "retentionValue": 1}, "attribute-enum-invalid"),
        ({"retentionUnit": "DAYS", "retentionValue": 0}, "retention-value-invalid"),
        ({"retentionUnit": "DAYS", "retentionValue": "1"}, "attribute-wrong-type"),
    ],
)
def test_a_bad_new_retention_is_refused(caller: Caller, body: object, behaviour: str) -> None:
    """Nothing changes."""
    target = f"{caller.snapshots}/{caller.take_completed()['id']}"
    before = caller.content("GET", target)
    assert caller.refused("PATCH", target, body) == behaviour
    assert caller.content("GET", target) == before


def test_the_retention_of_an_unfinished_snapshot_stays(caller: Caller) -> None:
    """There is nothing to keep yet."""
    target = f"{caller.snapshots}/{caller.take()['id']}"
    body = {"retentionUnit": "DAYS", "retentionValue": 1}
    assert caller.refused("PATCH", target, body) == "retention-change-of-unfinished-refused"
