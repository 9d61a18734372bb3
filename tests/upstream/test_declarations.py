"""The declarations that this project keeps: each is needed for what Atlas publishes, and none covers more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.upstream.conftest import ROOT, Full
from tests.upstream.test_differences import member, schema

from atlas_contract.model import Accepted
from atlas_contract.spec.accepted import read
from atlas_contract.spec.documents import Document
from atlas_contract.upstream import FACTS, Difference, compare, sort

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def declared() -> tuple[Accepted, ...]:
    """What spec/upstream.yaml declares."""
    return read(ROOT / "spec" / "upstream.yaml", FACTS)


def as_published(full: dict[str, Any]) -> None:
    """What Atlas is known to publish, and the fragment to tell otherwise."""
    for name in ("ReplicaSetSnapshot", "ShardedClusterSnapshot"):
        member(full, name, "masterKeyUUID")["format"] = "uuid"
        member(full, name, "mongodVersion")["pattern"] = r"([\d]+\.[\d]+\.[\d]+)"
        member(full, name, "type")["enum"] = ["replicaSet", "shardedCluster"]
    member(full, "Project", "name")["pattern"] = r"^[\p{L}\p{N}\-_.(),:&@+']{1,64}$"
    further = {"regionUsageRestrictions": "string", "tags": "array", "withDefaultAlertsSettings": "boolean"}
    schema(full, "Project")["properties"].update({name: {"type": kind} for name, kind in further.items()})
    full["paths"]["/api/atlas/v2/groups"]["post"] = {"operationId": "createGroup", "responses": {}}
    del full["paths"]["/api/oauth/token"]


def test_each_declaration_is_needed_and_they_are_enough(
    fragment: Document, full: Full, declared: tuple[Accepted, ...]
) -> None:
    """With all that is known to differ, nothing is undeclared and no declaration is idle."""
    verdict = sort(compare(fragment, full(as_published)).differences, declared, TODAY)
    assert (verdict.undeclared, verdict.unused, verdict.expired) == ((), (), ())


@pytest.mark.parametrize("name", ["masterKeyUUID", "mongodVersion", "type", "name"])
def test_what_changes_again_is_told_again(
    fragment: Document, full: Full, declared: tuple[Accepted, ...], name: str
) -> None:
    """A declaration of one value does not hide another one."""

    def edit(content: dict[str, Any]) -> None:
        as_published(content)
        kind = "Project" if name == "name" else "ReplicaSetSnapshot"
        changed = {"enum": ["flex"]} if name == "type" else {"format": "else", "pattern": "^else$"}
        member(content, kind, name).update(changed)

    assert sort(compare(fragment, full(edit)).differences, declared, TODAY).undeclared


def test_a_difference_that_nobody_knows_is_covered_by_none(declared: tuple[Accepted, ...]) -> None:
    """However generous a declaration may look."""
    strange = Difference("takeGroupClusterBackupSnapshots", "reply 200 > x", "#/x", "property", "", "string")
    assert sort([strange], declared, TODAY).undeclared
