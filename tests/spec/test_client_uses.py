"""The contract held to what the client's hand-written face takes from generated code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import atlas_snapshots
from atlas_contract.errors import BadInput
from atlas_contract.spec import client_uses, places
from atlas_contract.spec.documents import load, parse
from atlas_contract.spec.files import FRAGMENT

SPEC = Path(__file__).parents[2] / "spec" / FRAGMENT


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("updateGroupClusterBackupSnapshot", "changeGroupClusterBackupSnapshot", "did you mean 'changeGroup"),
        ("updateGroupClusterBackupSnapshot", "updateGroupclusterBackupSnapshot", "there is no operation"),
        ("Cloud Backups", "Backups", "operation with the tag `cloud_backups`"),
        (
            "SnapshotRequest",
            "SnapshotOrder",
            "there is no schema that the client would call `SnapshotRequest`",
        ),
        (
            "retentionInDays",
            "retention",
            "no property of SnapshotRequest that the client would call `retention_in",
        ),
        (
            "retentionUnit",
            "unit",
            "no property of RetentionChange that the client would call `retention_unit`",
        ),
        ("itemsPerPage", "pageSize", "no argument of listGroup"),
    ],
)
def test_a_name_that_the_client_uses_cannot_be_renamed(old: str, new: str, said: str) -> None:
    """The refusal has the place in the contract, and file and line of the use."""
    renamed = parse(SPEC.read_text(encoding="utf-8").replace(old, new), FRAGMENT)
    with pytest.raises(BadInput, match=re.escape(said)) as caught:
        client_uses.check(renamed.content, renamed)
    assert re.match(rf"{FRAGMENT}, line \d+, at /", caught.value.where)
    assert re.search(r"client/\w+\.py, line \d+ uses it", caught.value.hint)


def test_the_contract_of_this_checkout_has_what_the_client_uses() -> None:
    """Also where the face is read from elsewhere."""
    source = load(SPEC)
    client_uses.check(source.content, source)


def test_a_name_that_nobody_uses_may_be_renamed() -> None:
    """The rule is about the face, and about nothing else."""
    text = SPEC.read_text(encoding="utf-8").replace("storageSizeBytes", "sizeInBytes")
    renamed = parse(text.replace("listGroupClusterBackupSnapshotShardedClusters", "listThem"), FRAGMENT)
    client_uses.check(renamed.content, renamed)


def test_uses_are_read_from_the_source(tmp_path: Path) -> None:
    """Operations and schemas by their imports, arguments by way of helpers, members by the calls of models."""
    (tmp_path / "face.py").write_text(
        "from atlas_snapshots.api.kites import fly_kite, land_kite\n"
        "from atlas_snapshots.models import Wish\n\n\n"
        "def fly(session):\n    return call(session, fly_kite, body=Wish(high_up=1))\n\n\n"
        "def land(session):\n    return slowly(session, land_kite)\n\n\n"
        "def slowly(session, api):\n    return call(session, api, at_speed=1)\n"
    )
    found = client_uses.uses_of(tmp_path)
    assert [(each.name, each.of) for each in found.operations] == [
        ("fly_kite", "kites"),
        ("land_kite", "kites"),
    ]
    assert [each.name for each in found.schemas] == ["Wish"]
    assert [(each.name, each.of) for each in found.arguments] == [("at_speed", "land_kite")]
    assert [(each.name, each.of) for each in found.members] == [("high_up", "Wish")]
    assert found.members[0].place.endswith("face.py, line 6")


def test_modules_are_called_as_the_generator_calls_them() -> None:
    """Each operation of the contract, by tag and by name."""
    api = Path(atlas_snapshots.__path__[0]) / "api"
    generated = {(path.parent.name, path.stem) for path in api.glob("*/*.py") if path.stem != "__init__"}
    operations = places.operations(load(SPEC).content)
    assert {client_uses.module_of(each) for _, each in operations} == generated
