"""Every kind of difference in the surface of two clients is found, named as callers name it, and graded for them."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import pytest
from tests.callers.conftest import CLIENT, Edit

from atlas_contract.callers import Kind, surface, trees
from atlas_contract.callers.difference import Difference
from atlas_contract.changes import Grade
from atlas_contract.errors import BadInput

REQUEST = "models/snapshot_request.py"
SNAPSHOT = "models/replica_set_snapshot.py"
LISTING = "api/projects/list_groups.py"
TAKING = "api/cloud_backups/take_group_cluster_backup_snapshots.py"
TAKE = "api.cloud_backups.take_group_cluster_backup_snapshots"
LIST, ASKED, READ = "api.projects.list_groups", "models.SnapshotRequest", "models.ReplicaSetSnapshot"
B, C = Grade.BREAKING, Grade.COMPATIBLE

EDITS = [
    # fields of a model that callers fill in
    (
        (REQUEST, "    description: str | Unset", "    words: str | Unset"),
        (B, Kind.REMOVED, f"{ASKED}.description"),
    ),
    ((REQUEST, "    description: str | Unset", "    words: str | Unset"), (C, Kind.ADDED, f"{ASKED}.words")),
    (
        (REQUEST, "    description: str |", "    description: int |"),
        (B, Kind.CHANGED, f"{ASKED}.description"),
    ),
    (
        (REQUEST, "    description: str |", "    description: str | int |"),
        (C, Kind.CHANGED, f"{ASKED}.description"),
    ),
    (
        (REQUEST, "description: str | Unset = UNSET", "description: str"),
        (B, Kind.CHANGED, f"{ASKED}.description"),
    ),
    (
        (REQUEST, "description: str | Unset = UNSET", 'description: str | Unset = "x"'),
        (B, Kind.CHANGED, f"{ASKED}.description"),
    ),
    ((REQUEST, "default=UNSET,", ""), (B, Kind.CHANGED, f"{ASKED}.retention_in_days")),
    # fields of a model that callers read
    (
        (SNAPSHOT, "    description: str | Unset", "    description: str | int | Unset"),
        (B, Kind.CHANGED, f"{READ}.description"),
    ),
    ((SNAPSHOT, "    status: SnapshotStatus\n", "    status: str\n"), (B, Kind.CHANGED, f"{READ}.status")),
    ((SNAPSHOT, "    id: str\n", '    id: Literal["a", "b"]\n'), (C, Kind.CHANGED, f"{READ}.id")),
    (
        (SNAPSHOT, "    policy_items: list[str]", "    policy_items: list[str | int]"),
        (B, Kind.CHANGED, f"{READ}.policy_items"),
    ),
    ((SNAPSHOT, "    id: str\n", '    id: str = ""\n'), (C, Kind.CHANGED, f"{READ}.id")),
    # enums
    (
        ("models/snapshot_status.py", '    FAILED = "failed"\n', ""),
        (B, Kind.REMOVED, "models.SnapshotStatus.FAILED"),
    ),
    (("models/snapshot_status.py", '"failed"', '"lost"'), (B, Kind.CHANGED, "models.SnapshotStatus.FAILED")),
    (
        ("models/snapshot_status.py", '"failed"\n', '"failed"\n    LOST = "lost"\n'),
        (C, Kind.ADDED, "models.SnapshotStatus.LOST"),
    ),
    # operations
    ((LISTING, "def sync_detailed", "def call"), (B, Kind.REMOVED, f"{LIST}.sync_detailed")),
    (
        (LISTING, "items_per_page: int | Unset", "per_page: int | Unset"),
        (B, Kind.REMOVED, f"{LIST}(items_per_page)"),
    ),
    ((LISTING, "items_per_page: int | Unset", "per_page: int | Unset"), (C, Kind.ADDED, f"{LIST}(per_page)")),
    (
        (LISTING, "items_per_page: int |", "items_per_page: str |"),
        (B, Kind.CHANGED, f"{LIST}(items_per_page)"),
    ),
    (
        (LISTING, "items_per_page: int |", "items_per_page: int | str |"),
        (C, Kind.CHANGED, f"{LIST}(items_per_page)"),
    ),
    (
        (LISTING, "items_per_page: int | Unset = UNSET,", "items_per_page: int,"),
        (B, Kind.CHANGED, f"{LIST}(items_per_page)"),
    ),
    (
        (LISTING, "items_per_page: int | Unset = UNSET", "items_per_page: int | Unset = 7"),
        (B, Kind.CHANGED, f"{LIST}(items_per_page)"),
    ),
    ((LISTING, "    *,\n", "    *,\n    more: str,\n"), (B, Kind.ADDED, f"{LIST}(more)")),
    (
        (LISTING, "Response[ProjectPage | ApiError | None]", "Response[ProjectPage | None]"),
        (C, Kind.CHANGED, f"{LIST}()"),
    ),
    (
        (LISTING, "Response[ProjectPage | ApiError | None]", "Response[ApiError | None | int | ProjectPage]"),
        (B, Kind.CHANGED, f"{LIST}()"),
    ),
    (
        (
            TAKING,
            "    group_id: str,\n    cluster_name: str,\n",
            "    cluster_name: str,\n    group_id: str,\n",
        ),
        (B, Kind.CHANGED, f"{TAKE}(group_id)"),
    ),
    (
        (TAKING, "    cluster_name: str,\n    *,\n", "    *,\n    cluster_name: str,\n"),
        (B, Kind.CHANGED, f"{TAKE}(cluster_name)"),
    ),
    # what is neither
    (
        ("errors.py", "class BadArgument(ValueError)", "class BadArgument"),
        (B, Kind.CHANGED, "errors.BadArgument"),
    ),
    (
        ("errors.py", "class NotJson(ReplyError, ValueError)", "class NotJson(ReplyError)"),
        (B, Kind.CHANGED, "errors.NotJson"),
    ),
    (
        ("client.py", "    base_url: str\n", "    base_url: str\n    region: str\n"),
        (B, Kind.ADDED, "client.Client.region"),
    ),
    (("client.py", "default=30.0", "default=60.0"), (B, Kind.CHANGED, "client.Client.timeout")),
    (("types.py", "UNSET: Final = Unset()", "def UNSET() -> None: ..."), (B, Kind.CHANGED, "types.UNSET")),
]

known = lru_cache(maxsize=1)(trees.read)
"""The tree of the client as it is, read once."""


def compared(old: Path, new: Path) -> tuple[Difference, ...]:
    """What differs between the clients in two folders."""
    one, other = (known(each) if each == CLIENT else trees.read(each) for each in (old, new))
    return surface.compare(one, other)


@pytest.mark.parametrize(("edit", "wanted"), EDITS)
def test_a_difference_is_found_under_the_name_that_callers_use(
    edited: Edit, edit: tuple[str, str, str], wanted: tuple[Grade, Kind, str]
) -> None:
    """Once, with its grade."""
    (file, old, new), (grade, kind, name) = edit, wanted
    found = compared(CLIENT, edited(file, old=old, new=new))
    assert [each.grade for each in found if (each.kind, each.name) == (kind, name)] == [grade]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (REQUEST, "What a client may say", "All that a client may say"),
        (REQUEST, "minimum=1", "minimum=2"),
        (REQUEST, '"description": self.description', '"about": self.description'),
        ("limits.py", "def path_segment(name", "def path_segment(nome"),
        ("client.py", "    def _options(self)", "    def _settings(self)"),
        (SNAPSHOT, "    created_at: datetime.datetime | Unset", "    created_at: Unset | datetime.datetime"),
    ],
)
def test_words_code_and_inner_names_are_no_surface(edited: Edit, file: str, old: str, new: str) -> None:
    """Nor is the order of the types in a union."""
    assert compared(CLIENT, edited(file, old=old, new=new)) == ()


def test_a_model_that_is_gone_is_named_once(edited: Edit) -> None:
    """By its name in `models`, not by its file; and the other way round it is new, without a word of its fields."""
    copy = edited("models/__init__.py", old="from .link import Link\n", new="")
    init = copy / "models" / "__init__.py"
    init.write_text(init.read_text().replace('    "Link",\n', ""))
    (copy / "models" / "link.py").unlink()
    gone = [(each.kind, each.name) for each in compared(CLIENT, copy)]
    assert gone == [(Kind.REMOVED, "models.Link")]
    assert [(each.kind, each.name) for each in compared(copy, CLIENT)] == [(Kind.ADDED, "models.Link")]


def test_an_operation_that_is_gone_is_named_once(edited: Edit) -> None:
    """By its module."""
    copy = edited()
    (copy / LISTING).unlink()
    assert [each.name for each in compared(CLIENT, copy)] == ["api.projects.list_groups"]
    assert [each.name for each in compared(copy, CLIENT)] == ["api.projects.list_groups"]


def test_nothing_is_imported_and_nothing_is_written(edited: Edit) -> None:
    """A client that would stop the program on import is read all the same."""
    copy = edited("types.py", old="UNSET: Final", new='print("run")\nUNSET: Final')
    before = sorted(path.name for path in copy.rglob("*"))
    assert compared(CLIENT, copy) == ()
    assert sorted(path.name for path in copy.rglob("*")) == before


def test_a_module_that_is_no_python_is_bad_input(edited: Edit, capfd: pytest.CaptureFixture[str]) -> None:
    """It is not taken for a module that was removed; and nobody but the error speaks of it."""
    copy = edited(REQUEST, old="class SnapshotRequest:", new="class SnapshotRequest(")
    with pytest.raises(BadInput) as caught:
        compared(CLIENT, copy)
    assert caught.value.where.endswith("snapshot_request.py")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("remains", ["nothing", "an empty folder", "a file"])
def test_a_folder_without_a_client_is_bad_input(tmp_path: Path, remains: str) -> None:
    """Whatever stands in its place."""
    place = tmp_path / "atlas_snapshots"
    if remains == "an empty folder":
        place.mkdir()
    elif remains == "a file":
        shutil.copy(CLIENT / "types.py", place)
    with pytest.raises(BadInput):
        compared(place, CLIENT)
