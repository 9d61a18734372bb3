"""Every kind of change, one at a time and some at once: graded as it should be, and proved."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.changes.edits import EDITS, GONE, SCHEMAS, TAKE, V1, OneStep, edited
from tests.changes.taking import takes

from atlas_contract.changes import Change, Grade, Side, compare, gravest
from atlas_contract.contract import Contract, load, pointers

CONTRACT = load()
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
BREAKING, COMPATIBLE, EDITORIAL = Grade
KEYWORDS: dict[str, Sequence[Any]] = {
    "type": ["string", "integer", "boolean", "array", "object", ["string", "null"]],
    "enum": [["DAYS"], ["x", "queued"], [1, 2]],
    "const": ["queued", 1, None],
    "pattern": ["^[a-z]+$", "^.{3}$"],
    "format": ["date-time", "uuid", "int32", "int64"],
    "minimum": [0, 1, 5],
    "maximum": [0, 10, 1.5],
    "minLength": [0, 3],
    "maxLength": [2, 30],
    "minItems": [0, 1, 3],
    "maxItems": [0, 2],
    "uniqueItems": [True, False],
    "required": [["id"], ["status", "type"]],
    "additionalProperties": [False, True, {"type": "string"}],
    "not": [{"type": "string"}],
    "readOnly": [True, False],
    "default": [1, "DAYS"],
    "minProperties": [1],
    "anyOf": [[{"type": "string"}, {"type": "object"}]],
}


def kinds(changes: Sequence[Change]) -> set[tuple[str, Side, Grade, bool]]:
    """Each change by where it is, how it is graded, and whether it is proved."""
    return {(change.clause, change.side, change.grade, change.witness is not None) for change in changes}


def check_witnesses(old: Contract, new: Contract, changes: Sequence[Change]) -> None:
    """A second opinion agrees with each witness, and each shows what its change is graded as."""
    for change in changes:
        witness = change.witness
        if witness is None:
            assert change.grade is EDITORIAL or "witness" in change.note, change
            continue
        said = takes(old, witness.value), takes(new, witness.value)
        assert said == (witness.old_accepts, witness.new_accepts), change
        narrower = change.grade is (BREAKING if change.side is Side.REQUEST else COMPATIBLE)
        assert said == (narrower, not narrower), change


def check_mirrored(there: Sequence[Change], back: Sequence[Change]) -> None:
    """What breaks one way and is proved, does not break the other way or breaks it, too; it never vanishes."""
    found = {(change.clause, change.side): change for change in back}
    for change in there:
        if change.witness is not None:
            other = found[change.clause, change.side]
            assert other.grade is not EDITORIAL
            assert BREAKING in (change.grade, other.grade), change


@pytest.mark.parametrize("step", EDITS.values(), ids=EDITS)
def test_a_change_is_graded_for_callers_there_and_back(step: OneStep) -> None:
    """Both directions have just the changes they should have, and a second opinion agrees with every witness."""
    other = edited(CONTRACT, step.edit)
    there, back = compare(CONTRACT, other), compare(other, CONTRACT)
    assert kinds(there) == {(each.clause, each.side, each.forwards, each.proved) for each in step.expected}
    assert kinds(back) == {(each.clause, each.side, each.backwards, each.proved) for each in step.expected}
    check_witnesses(CONTRACT, other, there)
    check_witnesses(other, CONTRACT, back)


def test_the_table_has_enough_of_everything() -> None:
    """Many edits, on either side of an exchange, in either direction, nearly all of the grave ones proved."""
    grave = [
        each
        for step in EDITS.values()
        for each in step.expected
        if BREAKING in (each.forwards, each.backwards)
    ]
    assert len(EDITS) >= 60
    assert {each.side for step in EDITS.values() for each in step.expected} == set(Side)
    assert sum(each.proved for each in grave) / len(grave) > 0.9


def test_a_contract_does_not_differ_from_its_copy() -> None:
    """There is no change where nothing has changed."""
    assert compare(CONTRACT, Contract(copy.deepcopy(CONTRACT.document))) == ()


@given(
    st.lists(st.sampled_from(list(EDITS.values())), min_size=2, max_size=4, unique_by=lambda step: step.name)
)
@FEW
def test_changes_that_come_together_are_told_apart(steps: list[OneStep]) -> None:
    """Every witness holds, nothing is graded without one in silence, and the way back mirrors the way there."""
    other = CONTRACT
    try:
        for step in steps:
            other = edited(other, step.edit)
    except (KeyError, IndexError):
        assume(False)  # noqa: FBT003  two edits of one place
    there, back = compare(CONTRACT, other), compare(other, CONTRACT)
    check_witnesses(CONTRACT, other, there)
    check_witnesses(other, CONTRACT, back)
    check_mirrored(there, back)
    check_mirrored(back, there)


@st.composite
def strange_edits(draw: st.DrawFn) -> dict[str, Any]:
    """Any keyword put into, or taken out of, any named schema or member of one."""
    schemas: list[str] = sorted(CONTRACT.document["components"]["schemas"])
    pointer = f"{SCHEMAS}/{draw(st.sampled_from(schemas))}"
    members: list[str] = sorted(pointers.get(CONTRACT.document, pointer).get("properties", ()))
    member = draw(st.sampled_from(["", *members]))
    pointer += pointers.join("/properties", member) if member else ""
    schema = pointers.get(CONTRACT.document, pointer)
    keyword = draw(st.sampled_from(sorted(KEYWORDS)))
    value = draw(st.sampled_from([*KEYWORDS[keyword], *([GONE] if keyword in schema else [])]))
    return {f"{pointer}/{keyword}": value}


@given(strange_edits())
@settings(FEW, max_examples=30)
def test_any_keyword_anywhere_is_graded(edit: dict[str, Any]) -> None:
    """Whatever is written into a schema, no difference is passed over, and a second opinion agrees with witnesses."""
    other = edited(CONTRACT, edit)
    there, back = compare(CONTRACT, other), compare(other, CONTRACT)
    assert bool(there) == (json.dumps(CONTRACT.document) != json.dumps(other.document))
    check_witnesses(CONTRACT, other, there)
    check_witnesses(other, CONTRACT, back)
    check_mirrored(there, back)
    assert there == compare(Contract(copy.deepcopy(CONTRACT.document)), edited(CONTRACT, edit))


def test_another_name_for_a_schema_is_no_matter() -> None:
    """A schema that is renamed together with all its references changes no request and no reply."""
    text = json.dumps(CONTRACT.document).replace(f"{SCHEMAS}/CloudProvider", f"{SCHEMAS}/Provider")
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    schemas["Provider"] = schemas.pop("CloudProvider")
    assert gravest(compare(CONTRACT, Contract(document))) is EDITORIAL


def test_a_schema_written_out_is_no_matter() -> None:
    """What `allOf` and `$ref` take over may as well be written where it is taken over."""
    schema = copy.deepcopy(CONTRACT.document["components"]["schemas"]["ReplicaSetSnapshot"])
    base, own = CONTRACT.document["components"]["schemas"]["SnapshotBase"], schema.pop("allOf")[1]
    provider = {key: rule for key, rule in own["properties"].items() if key != "links"}
    schema["properties"] = {**base["properties"], **provider, **schema["properties"]}
    other = edited(CONTRACT, {f"{SCHEMAS}/ReplicaSetSnapshot": schema})
    assert gravest(compare(CONTRACT, other)) is EDITORIAL


def test_a_constant_may_become_a_list_of_one() -> None:
    """`const` and an `enum` of one value allow the same."""
    place = f"{SCHEMAS}/AccessToken/properties/token_type"
    other = edited(CONTRACT, {f"{place}/const": GONE, f"{place}/enum": ["Bearer"]})
    assert gravest(compare(CONTRACT, other)) is EDITORIAL


def test_a_moved_operation_says_where_it_went() -> None:
    """A path that is renamed breaks callers, and the change names the new path."""
    document = copy.deepcopy(dict(CONTRACT.document))
    document["paths"]["/api/oauth/v2/token"] = document["paths"].pop("/api/oauth/token")
    gone, *_ = compare(CONTRACT, Contract(document))
    assert (gone.grade, gone.clause) == (BREAKING, "#/paths/~1api~1oauth~1token/post")
    assert "POST /api/oauth/v2/token" in gone.what


def test_a_harmless_change_is_not_blamed_for_its_neighbour() -> None:
    """Of two edits of one reply, only the one that breaks is breaking: what proves one doesn't count for the other."""
    links = f"{SCHEMAS}/ReplicaSetSnapshot/properties/links/minItems"
    member = f"{SCHEMAS}/ReplicaSetSnapshot/properties/region"
    changes = compare(CONTRACT, edited(CONTRACT, {links: 1, member: {"type": "string"}}))
    assert {change.clause: change.grade for change in changes} == {links: BREAKING, member: COMPATIBLE}


def test_promises_go_with_their_operation() -> None:
    """An operation that is taken away breaks once, and not for each promise that was about it."""
    document = copy.deepcopy(dict(CONTRACT.document))
    path = next(path for path in document["paths"] if path.endswith("/shardedClusters"))
    name = document["paths"].pop(path)["get"]["operationId"]
    for promise in document["x-atlas-behaviours"]:
        if promise["operations"] != "all":
            promise["operations"] = [each for each in promise["operations"] if each != name]
    document["x-atlas-behaviours"] = [each for each in document["x-atlas-behaviours"] if each["operations"]]
    there = compare(CONTRACT, Contract(document))
    assert [change.what for change in there if change.grade is not EDITORIAL] == [f"GET {path} is gone"]
    back = compare(Contract(document), CONTRACT)
    assert {change.grade for change in back} <= {COMPATIBLE, EDITORIAL}


def test_other_names_in_a_path_are_no_matter() -> None:
    """The name of a path argument isn't sent."""
    paths = json.dumps(CONTRACT.document["paths"]).replace("{groupId}", "{projectId}")
    edit = {"#/paths": json.loads(paths), "#/components/parameters/groupId/name": "projectId"}
    assert gravest(compare(CONTRACT, edited(CONTRACT, edit))) is EDITORIAL


def test_a_change_is_graded_also_behind_a_renamed_media_type() -> None:
    """What changes inside a reply isn't lost when its media type changes as well."""
    content = f"{SCHEMAS.replace('schemas', 'responses')}/ProjectList/content"
    media = pointers.get(CONTRACT.document, content)[V1]
    edit = {content: {"application/json": media}, f"{SCHEMAS}/Project/properties/name/type": "integer"}
    clauses = {change.clause: change.grade for change in compare(CONTRACT, edited(CONTRACT, edit))}
    assert clauses[f"{SCHEMAS}/Project/properties/name/type"] is BREAKING


def test_a_promise_that_no_status_allows_breaks_without_proof() -> None:
    """A refusal with a status that the operation doesn't list: there is no reply to show it, so it is held breaking."""
    other = edited(CONTRACT, {"#/x-atlas-behaviours/unfinished-snapshot/reply/status": 409})
    (change,) = compare(CONTRACT, other)
    assert (change.grade, change.witness) == (BREAKING, None)
    assert "no witness found" in change.note


def test_a_wider_list_of_reply_values_says_what_the_client_does() -> None:
    """For the wire it breaks; whoever uses the client of this project learns that it goes on."""
    other = edited(CONTRACT, EDITS["reply: a value more"].edit)
    (change,) = compare(CONTRACT, other)
    assert "keeps values" in change.note


def test_a_shared_schema_is_graded_once_for_each_side() -> None:
    """A schema that requests and replies have in common is a change for either, in opposite directions."""
    edit = {f"{TAKE}/requestBody/content/{V1.replace('/', '~1')}/schema/$ref": f"{SCHEMAS}/Project"}
    common = edited(CONTRACT, edit)
    changes = compare(common, edited(common, {f"{SCHEMAS}/Project/properties/name/maxLength": 9}))
    assert {change.side: change.grade for change in changes} == {
        Side.REQUEST: BREAKING,
        Side.REPLY: COMPATIBLE,
    }


def test_the_gravest_grade_leaves_nothing_out() -> None:
    """Breaking comes before compatible, compatible before editorial; without changes there is none."""
    by_grade = [
        Change("#/a", Side.TEXT, EDITORIAL, "a"),
        Change("#/b", Side.REPLY, COMPATIBLE, "b"),
        Change("#/c", Side.REPLY, BREAKING, "c"),
    ]
    assert [gravest(by_grade[:count]) for count in range(4)] == [None, EDITORIAL, COMPATIBLE, BREAKING]
