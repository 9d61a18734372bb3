"""Each way in which a full document can tell something else is found, sorted right, and silence is kept without it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

import pytest
from tests.upstream.conftest import Full

from atlas_contract.spec.documents import Document
from atlas_contract.upstream import Difference, Kind, compare, sort

Edit: TypeAlias = Callable[[dict[str, Any]], object]

SNAPSHOTS = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots"
ONE = SNAPSHOTS + "/{snapshotId}"
MEDIA = "application/vnd.atlas.2023-01-01+json"
NEWER = "application/vnd.atlas.2026-01-01+json"
NEW, OURS = Kind.NEW, Kind.OURS


def schema(full: dict[str, Any], name: str) -> dict[str, Any]:
    """A schema of the full document by the name that the fragment has for it."""
    found: dict[str, Any] = full["components"]["schemas"][f"Disk{name}View"]
    return found


def member(full: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    """A member of such a schema."""
    found: dict[str, Any] = schema(full, name)["properties"][key]
    return found


def take(full: dict[str, Any]) -> dict[str, Any]:
    """The operation that takes a snapshot."""
    found: dict[str, Any] = full["paths"][SNAPSHOTS]["post"]
    return found


def own_reply(full: dict[str, Any], status: str = "200") -> dict[str, Any]:
    """A reply of that operation, as its own."""
    name = take(full)["responses"][status]["$ref"].rpartition("/")[2]
    take(full)["responses"][status] = copy.deepcopy(full["components"]["responses"][name])
    found: dict[str, Any] = take(full)["responses"][status]
    return found


def inline(full: dict[str, Any], place: str, name: str, rules: Any, **more: Any) -> None:
    """One more parameter of that operation."""
    take(full)["parameters"].append({"in": place, "name": name, "schema": rules, **more})


def without(full: dict[str, Any], parameter: str) -> None:
    """One parameter of that operation less."""
    kept = [each for each in take(full)["parameters"] if not each["$ref"].endswith(parameter)]
    take(full)["parameters"] = kept


def moved(full: dict[str, Any], path: str, new: str) -> None:
    """A path under another name."""
    full["paths"][new] = full["paths"].pop(path)


def new_kind(full: dict[str, Any]) -> None:
    """A further kind of snapshot."""
    schema(full, "Snapshot")["discriminator"]["mapping"]["flex"] = "#/components/schemas/DiskLinkView"


def kind_gone(full: dict[str, Any]) -> None:
    """A kind of snapshot less."""
    del schema(full, "Snapshot")["discriminator"]["mapping"]["shardedCluster"]


EDITS: dict[str, tuple[Edit, list[tuple[Kind, str, str, str]]]] = {
    "a new property": (
        lambda full: schema(full, "SnapshotRequest")["properties"].update(priority={"type": "integer"}),
        [(NEW, "body > priority", "", "integer")],
    ),
    "a property gone": (
        lambda full: schema(full, "SnapshotRequest")["properties"].pop("description"),
        [(OURS, "body > description", "string", "")],
    ),
    "a new value": (
        lambda full: member(full, "RetentionChange", "retentionUnit")["enum"].append("HOURS"),
        [(NEW, "body > retentionUnit > enum", "", "HOURS")],
    ),
    "a value gone": (
        lambda full: member(full, "RetentionChange", "retentionUnit")["enum"].remove("YEARS"),
        [(OURS, "body > retentionUnit > enum", "YEARS", "")],
    ),
    "a value under another spelling": (
        lambda full: member(full, "RetentionChange", "retentionUnit").update(enum=["DAYS", "WEEKS", "MONTHS", "years"]),
        [(OURS, "body > retentionUnit > enum", "YEARS", ""), (NEW, "body > retentionUnit > enum", "", "years")],
    ),
    "no values any more": (
        lambda full: member(full, "RetentionChange", "retentionUnit").pop("enum"),
        [(OURS, "body > retentionUnit > enum", "DAYS, MONTHS, WEEKS, YEARS", "")],
    ),
    "another type": (
        lambda full: member(full, "RetentionChange", "retentionValue").update(type="string"),
        [(NEW, "body > retentionValue > type", "integer", "string")],
    ),
    "null allowed": (
        lambda full: member(full, "RetentionChange", "retentionValue").update(nullable=True),
        [(NEW, "body > retentionValue > type", "integer", "integer or null")],
    ),
    "another format": (
        lambda full: member(full, "RetentionChange", "retentionValue").update(format="int64"),
        [(NEW, "body > retentionValue > format", "int32", "int64")],
    ),
    "a bound moved": (
        lambda full: member(full, "SnapshotRequest", "retentionInDays").update(minimum=0),
        [(NEW, "body > retentionInDays > minimum", "1", "0")],
    ),
    "a bound gone": (
        lambda full: member(full, "SnapshotRequest", "retentionInDays").pop("minimum"),
        [(OURS, "body > retentionInDays > minimum", "1", "")],
    ),
    "a bound that excludes its value": (
        lambda full: member(full, "SnapshotRequest", "retentionInDays").update(exclusiveMinimum=True),
        [
            (NEW, "body > retentionInDays > exclusiveMinimum", "", "1"),
            (OURS, "body > retentionInDays > minimum", "1", ""),
        ],
    ),
    "a new bound": (
        lambda full: member(full, "SnapshotRequest", "description").update(maxLength=80),
        [(NEW, "body > description > maxLength", "", "80")],
    ),
    "a member required": (
        lambda full: schema(full, "SnapshotRequest").update(required=["retentionInDays"]),
        [(NEW, "body > retentionInDays > required", "", "true")],
    ),
    "a member required no more": (
        lambda full: schema(full, "RetentionChange")["required"].remove("retentionUnit"),
        [(OURS, "body > retentionUnit > required", "true", "")],
    ),
    "no other members allowed": (
        lambda full: schema(full, "SnapshotRequest").update(additionalProperties=False),
        [(NEW, "body{}", "", "any value of no value")],
    ),
    "written by Atlas alone": (
        lambda full: member(full, "SnapshotRequest", "description").update(readOnly=True),
        [(NEW, "body > description > readOnly", "", "true")],
    ),
    "other items": (
        lambda full: member(full, "ReplicaSetSnapshot", "copyRegions").update(items={"type": "integer"}),
        [(NEW, "reply 200 > when type is replicaSet > copyRegions[] > type", "string", "integer")],
    ),
    "a member of items": (
        lambda full: schema(full, "ShardMember")["properties"].update(shard={"type": "string", "format": "uuid"}),
        [(NEW, "reply 200 > when type is shardedCluster > members[] > shard", "", "string (uuid)")],
    ),
    "a new kind": (new_kind, [(NEW, "reply 200 > when type is flex", "", "flex")]),
    "a kind gone": (kind_gone, [(OURS, "reply 200 > when type is shardedCluster", "shardedCluster", "")]),
    "a new query parameter": (
        lambda full: inline(full, "query", "dryRun", {"type": "boolean"}),
        [(NEW, "query dryRun", "", "boolean")],
    ),
    "a new parameter that is required": (
        lambda full: inline(full, "header", "X-Reason", {"type": "string"}, required=True),
        [(NEW, "header x-reason", "", "string, required")],
    ),
    "a parameter gone": (lambda full: without(full, "pretty"), [(OURS, "query pretty", "boolean", "")]),
    "a reply more": (
        lambda full: take(full)["responses"].update({"429": {"$ref": "#/components/responses/badRequest"}}),
        [(NEW, "reply 429", "", "application/json")],
    ),
    "a reply less": (
        lambda full: take(full)["responses"].pop("403"),
        [(OURS, "reply 403", "application/json", "")],
    ),
    "a newer version": (
        lambda full: own_reply(full)["content"].update({NEWER: {"schema": {"type": "string"}}}),
        [(NEW, "reply 200 > media type", "", NEWER)],
    ),
    "our version gone": (
        lambda full: own_reply(full).update(content={NEWER: {"schema": {"type": "string"}}}),
        [(OURS, "reply 200 > media type", MEDIA, ""), (NEW, "reply 200 > media type", "", NEWER)],
    ),
    "the end of our version": (
        lambda full: own_reply(full)["content"][MEDIA].update({"x-sunset": "2027-07-01"}),
        [(NEW, "reply 200 > sunset", "", "2027-07-01")],
    ),
    "no schema any more": (
        lambda full: own_reply(full)["content"][MEDIA].pop("schema"),
        [(OURS, "reply 200 > schema", "any value of the kinds replicaSet, shardedCluster", "")],
    ),
    "a documented header": (
        lambda full: own_reply(full).update(headers={"Retry-After": {"schema": {"type": "integer"}}}),
        [(NEW, "reply 200 > header retry-after", "", "integer")],
    ),
    "a body that may be left out": (
        lambda full: take(full)["requestBody"].update(required=False),
        [(OURS, "body > required", "true", "")],
    ),
    "no body": (lambda full: take(full).pop("requestBody"), [(OURS, "body", MEDIA, "")]),
    "a login more": (
        lambda full: take(full).update(security=[{"serviceAccount": []}, {"digestKey": []}, {"clientBasic": []}]),
        [(NEW, "security", "", "http basic")],
    ),
    "a login less": (
        lambda full: take(full).update(security=[{"serviceAccount": []}]),
        [(OURS, "security", "http digest", "")],
    ),
    "no login needed": (
        lambda full: take(full).update(security=[{"serviceAccount": []}, {"digestKey": []}, {}]),
        [(NEW, "security", "", "none")],
    ),
    "a deprecated operation": (
        lambda full: take(full).update(deprecated=True),
        [(NEW, "deprecated", "", "true")],
    ),
    "an operation gone": (
        lambda full: full["paths"][SNAPSHOTS].pop("post"),
        [(OURS, "operation", f"POST {SNAPSHOTS}", "")],
    ),
    "another operationId": (
        lambda full: take(full).update(operationId="createBackupSnapshot"),
        [(NEW, "operationId", "takeGroupClusterBackupSnapshots", "createBackupSnapshot")],
    ),
    "another path": (
        lambda full: moved(full, SNAPSHOTS + "/shardedClusters", "/api/atlas/v3/sharded/{groupId}/{clusterName}"),
        [(NEW, "path", f"GET {SNAPSHOTS}/shardedClusters", "GET /api/atlas/v3/sharded/{groupId}/{clusterName}")],
    ),
    "one more operation on our path": (
        lambda full: full["paths"][SNAPSHOTS].update(put={"operationId": "replaceAll", "responses": {}}),
        [(NEW, "operation", "", f"PUT {SNAPSHOTS}")],
    ),
}  # fmt: skip


def found(fragment: Document, full: Document) -> list[Difference]:
    """Everything that is told differently."""
    return list(compare(fragment, full).differences)


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_is_found_and_nothing_else(fragment: Document, full: Full, name: str) -> None:
    """One edit of the full document gives just the differences that it makes, each with a place and both values."""
    edit, expected = EDITS[name]
    drifts = sort(found(fragment, full(edit)), (), date.max).drifts
    assert len(drifts) == len(expected)
    told = {(each.kind, place, each.ours, each.upstream) for each in drifts for _, place in each.places}
    assert told >= set(expected)


@pytest.mark.parametrize(
    ("edit", "clause"),
    [
        (
            lambda full: schema(full, "ReplicaSetSnapshot")["properties"].update(tier={"type": "string"}),
            "#/components/schemas/ReplicaSetSnapshot/properties/tier",
        ),
        (
            lambda full: member(full, "ReplicaSetSnapshot", "frequencyType")["enum"].append("never"),
            "#/components/schemas/FrequencyType/enum",
        ),
        (
            lambda full: member(full, "ShardedClusterSnapshot", "id").update(minLength=3),
            "#/components/schemas/SnapshotBase/properties/id/minLength",
        ),
        (
            lambda full: full["components"]["parameters"]["pretty"].update(required=True),
            "#/components/parameters/pretty/required",
        ),
    ],
)
def test_the_clause_is_where_the_fragment_would_be_edited(
    fragment: Document, full: Full, edit: Edit, clause: str
) -> None:
    """The component that says it, or would, at whatever places it is used; so each is one drift."""
    (drift,) = sort(found(fragment, full(edit)), (), date.max).drifts
    assert drift.clause == clause


@pytest.mark.parametrize("operations", [10, 540])
def test_a_document_that_says_the_same_differs_in_nothing(
    fragment: Document, full: Full, operations: int
) -> None:
    """Neither other names of components nor the older dialect nor other words are differences."""
    assert found(fragment, full(operations=operations)) == []


def spread(full: dict[str, Any]) -> None:
    """A schema put together from three, one of them by a reference."""
    whole = schema(full, "SnapshotRequest")
    first, *rest = whole["properties"].items()
    full["components"]["schemas"]["Base"] = {"type": "object", "properties": dict([first])}
    parts = [{"$ref": "#/components/schemas/Base"}, {"properties": dict(rest)}, {"description": "Nothing."}]
    whole.clear()
    whole["allOf"] = parts


def newer_dialect(full: dict[str, Any]) -> None:
    """OpenAPI 3.1, with lists of types, `const` and words beside a reference."""
    full["openapi"] = "3.1.0"
    member(full, "RetentionChange", "retentionValue").update(type=["integer"], examples=[3])
    kind = member(full, "ReplicaSetSnapshot", "type")
    kind["const"] = kind.pop("enum")[0]
    schema(full, "SnapshotPage")["properties"]["results"]["items"]["title"] = "x"


def as_union(full: dict[str, Any]) -> None:
    """A base that lists its kinds, which in turn consist of the base: a circle that is legal."""
    base = schema(full, "Snapshot")
    kinds = list(base["discriminator"]["mapping"].values())
    base["oneOf"] = [{"$ref": kind} for kind in kinds]
    for name in ("ReplicaSetSnapshot", "ShardedClusterSnapshot"):
        kind = schema(full, name)
        own = {key: kind["properties"].pop(key) for key in ("type",)}
        full["components"]["schemas"][f"Disk{name}View"] = {
            "allOf": [{"$ref": "#/components/schemas/DiskSnapshotView"}, kind, {"properties": own}]
        }


def renamed_parameter(full: dict[str, Any]) -> None:
    """A component that only we call so."""
    full["components"]["parameters"]["other"] = full["components"]["parameters"].pop("groupId")
    for item in full["paths"].values():
        for operation in item.values():
            for each in operation["parameters"]:
                if each.get("$ref", "").endswith("/groupId"):
                    each["$ref"] = "#/components/parameters/other"


def shared_parameters(full: dict[str, Any]) -> None:
    """Parameters that the path has for all its operations."""
    item = full["paths"][ONE]
    shared = item["get"]["parameters"]
    for operation in item.values():
        operation["parameters"] = []
    item["parameters"] = shared


def with_charset(full: dict[str, Any]) -> None:
    """A media type told with its character set."""
    content = own_reply(full)["content"]
    content[f"{MEDIA}; charset=utf-8"] = content.pop(MEDIA)


SILENT: dict[str, Edit] = {
    "other words": lambda full: member(full, "SnapshotRequest", "description").update(description="Else."),
    "a title and an example": lambda full: schema(full, "SnapshotRequest").update(title="T", example={"a": 1}),
    "an extension": lambda full: take(full).update({"x-xgen-anything": {"$ref": "nowhere"}}),
    "keywords that say nothing": lambda full: member(full, "SnapshotRequest", "description").update(
        nullable=False, minLength=0, readOnly=False
    ),
    "free members, said aloud": lambda full: schema(full, "SnapshotRequest").update(additionalProperties=True),
    "no type where the members tell it": lambda full: schema(full, "SnapshotRequest").pop("type"),
    "read-only below read-only": lambda full: member(full, "ReplicaSetSnapshot", "policyItems")["items"].update(
        readOnly=True
    ),
    "a body where there can be none": lambda full: full["components"]["responses"]["snapshotDeleted"]["content"][
        MEDIA
    ].update(schema={"type": "object"}),
    "a media type with parameters": with_charset,
    "a style that is the default": lambda full: full["components"]["parameters"]["pretty"].update(
        style="form", explode=True
    ),
    "a parameter that is a header of its own": lambda full: inline(full, "header", "Accept", {"type": "string"}),
    "an operation of somebody else": lambda full: full["paths"].update(
        {"/else": {"get": {"operationId": "else", "parameters": "broken"}}}
    ),
    "an `allOf`": spread,
    "OpenAPI 3.1": newer_dialect,
    "a union in a circle": as_union,
    "another component of a parameter": renamed_parameter,
    "parameters of the path": shared_parameters,
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_comes_to_the_same_is_no_difference(fragment: Document, full: Full, name: str) -> None:
    """Another way to say the same thing keeps silent."""
    assert found(fragment, full(SILENT[name])) == []


def test_a_path_parameter_of_another_name_is_told_once(fragment: Document, full: Full) -> None:
    """The operation is found by its template, and the parameter is held against ours of that position."""

    def edit(content: dict[str, Any]) -> None:
        moved(content, ONE, ONE.replace("snapshotId", "id"))
        content["components"]["parameters"]["snapshotId"]["name"] = "id"
        del content["paths"][SNAPSHOTS + "/shardedCluster/{snapshotId}"]

    told = [each for each in found(fragment, full(edit)) if each.place != "operation"]
    assert {each.place for each in told} == {"path"}
    assert {each.upstream.partition(" ")[2] for each in told} == {ONE.replace("snapshotId", "id")}


def test_a_schema_that_holds_itself_is_compared_to_its_end(fragment: Document, full: Full) -> None:
    """Recursion upstream is a property as any other where ours has none."""

    def edit(content: dict[str, Any]) -> None:
        itself = {"$ref": "#/components/schemas/DiskSnapshotRequestView"}
        schema(content, "SnapshotRequest")["properties"]["parent"] = itself

    (told,) = found(fragment, full(edit))
    assert (told.kind, told.place, told.upstream) == (NEW, "body > parent", "object")


def test_two_schemas_that_hold_themselves_alike_do_not_differ() -> None:
    """Recursion on both sides comes to an end, and finds what differs below it."""

    def kites(**more: Any) -> Document:
        kite = {"type": "object", "properties": {"tail": {"$ref": "#/components/schemas/Kite"}, **more}}
        media = {"application/json": {"schema": {"$ref": "#/components/schemas/Kite"}}}
        operation = {"operationId": "getKite", "responses": {"200": {"description": "K", "content": media}}}
        content = {
            "openapi": "3.1.0",
            "paths": {"/kites": {"get": operation}},
            "components": {"schemas": {"Kite": kite}},
        }
        return Document("kites.json", content)

    assert found(kites(), kites()) == []
    (told,) = found(kites(), kites(colour={"type": "string"}))
    assert told.place == "reply 200 > colour"
