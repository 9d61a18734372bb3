"""Each rule catches its slip in the real contract, names the place, and is silent without it."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.lint import RULES, Complaint, Severity, Subject, findings, spectral, subject_of

SPEC = Path(__file__).parents[3] / "spec"
Edit = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def subject() -> Subject:
    """The contract of this checkout."""
    return subject_of(SPEC, dt.date(2026, 12, 1))


def schema(content: dict[str, Any], name: str) -> dict[str, Any]:
    """One schema of a contract."""
    found: dict[str, Any] = content["components"]["schemas"][name]
    return found


def main(content: dict[str, Any]) -> dict[str, Any]:
    """The first operation of a contract."""
    item = next(iter(content["paths"].values()))
    found: dict[str, Any] = item.get("post") or item["get"]
    return found


def main_body(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of the body of the first operation."""
    return schema(content, "SnapshotRequest")


def empty(content: dict[str, Any]) -> None:
    """A reply that is content with an empty object."""
    schema(content, "ProjectPage").clear()


IN_THE_CONTRACT: dict[str, Edit] = {
    "operation-described": lambda content: main(content).pop("description"),
    "parameter-described": lambda content: content["components"]["parameters"]["groupId"].pop("description"),
    "header-described": lambda content: content["components"]["headers"]["Allow"].pop("description"),
    "reply-described": lambda content: content["components"]["responses"]["NotFound"].update(description=" "),
    "property-described": lambda content: schema(content, "Link")["properties"]["rel"].pop("description"),
    "example-valid": lambda content: content["components"]["parameters"]["groupId"].update(example="staging"),
    "required-declared": lambda content: schema(content, "Link").setdefault("required", []).append("title"),
    "no-doubles": lambda content: schema(content, "RetentionUnit")["enum"].append("DAYS"),
    "enum-one-kind": lambda content: schema(content, "SnapshotStatus")["enum"].append(5),
    "reply-declared": lambda content: main(content)["responses"].pop("400"),
    "schema-satisfiable": lambda content: main_body(content)["properties"]["retentionInDays"].update(
        maximum=0
    ),
    "keyword-known": lambda content: main_body(content)["properties"]["retentionInDays"].update(minimun=1),
    "component-used": lambda content: content["components"]["schemas"].update(Spare={"type": "string"}),
    "pattern-anchored": lambda content: content["components"]["parameters"]["groupId"]["schema"].update(
        pattern="[a-f0-9]{24}"
    ),
    "reply-proves": empty,
}


def rules_of(found: tuple[Complaint, ...]) -> set[str]:
    """The rules that complain."""
    return {each.rule for each in found}


def test_the_contract_of_this_checkout_passes(subject: Subject) -> None:
    """Not even a note."""
    assert findings(subject) == ()


@pytest.mark.parametrize("rule", IN_THE_CONTRACT)
def test_a_slip_in_the_contract_is_found_by_its_rule(subject: Subject, rule: str) -> None:
    """One edit makes one rule complain, with the file in the place."""
    content = copy.deepcopy(dict(subject.content))
    IN_THE_CONTRACT[rule](content)
    found = findings(replace(subject, content=content))
    assert rule in rules_of(found)
    assert all(".yaml" in each.place for each in found)


def with_action(subject: Subject, **changes: Any) -> Subject:
    """The subject with its first overlay action changed; None takes a member out."""
    content = copy.deepcopy(subject.overlay.content)
    content["actions"][0] |= changes
    content["actions"][0] = {key: value for key, value in content["actions"][0].items() if value is not None}
    return replace(subject, overlay=replace(subject.overlay, content=content))


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("action-described", {"description": None}),
        ("evidence-dated", {"x-date": "2026-12-02"}),
        ("action-effective", {"target": "$.info", "update": {"title": None}}),
    ],
)
def test_a_slip_in_an_action_is_found_by_its_rule(
    subject: Subject, rule: str, changes: dict[str, Any]
) -> None:
    """The complaint names the action's line."""
    if rule == "action-effective":
        changes = {**changes, "update": {"title": subject.fragment.content["info"]["title"]}}
    found = findings(with_action(subject, **changes))
    assert [each.rule for each in found if "observed.overlay.yaml, line" in each.place] == [rule]


def test_evidence_that_repeats_the_statement_is_none(subject: Subject) -> None:
    """The behaviour is named."""
    content = copy.deepcopy(subject.behaviours.content)
    content["behaviours"][0]["evidence"] = [content["behaviours"][0]["statement"]]
    found = findings(replace(subject, behaviours=replace(subject.behaviours, content=content)))
    assert rules_of(found) == {"evidence-independent"}


def test_a_behaviour_that_nothing_reads_is_a_note(subject: Subject) -> None:
    """It promises something that nobody judges."""
    content = copy.deepcopy(subject.behaviours.content)
    promise = {"id": "kites-fly", "statement": "Kites fly.", "source": "inferred", "evidence": ["The sky."]}
    content["behaviours"].append({**promise, "operations": "all"})
    (found,) = findings(replace(subject, behaviours=replace(subject.behaviours, content=content)))
    assert (found.rule, found.severity) == ("behaviour-read", Severity.NOTE)
    assert "kites-fly" in found.message


def test_every_rule_is_shown_to_catch_something() -> None:
    """No rule stands on the list that no test has seen complain."""
    others = {
        "action-described",
        "evidence-dated",
        "action-effective",
        "evidence-independent",
        "behaviour-read",
    }
    assert {rule.id for rule in RULES} == set(IN_THE_CONTRACT) | others


def test_spectral_complaints_are_placed_in_our_files(subject: Subject) -> None:
    """Its path into the effective contract becomes a line of the fragment; hints are notes."""
    output = '[{"code": "x", "severity": 1, "path": ["info"], "message": "m"},'
    output += '{"code": "y", "severity": 3, "path": [], "message": "n"}]'
    first, second = spectral.complaints(1, output, "", subject)
    assert (first.rule, first.severity) == ("spectral:x", Severity.ERROR)
    assert "atlas-snapshots.yaml, line" in first.place
    assert second.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("code", "output"),
    [(0, "<html>"), (0, "{}x"), (1, '[{"code": 1}]'), (1, "[1]"), (0, "{}"), (0, ""), (1, "[]"), (2, "[]")],
)
def test_an_answer_that_is_not_spectrals_is_refused(subject: Subject, code: int, output: str) -> None:
    """Whatever was run instead of Spectral is named as the problem."""
    with pytest.raises(BadInput, match="Spectral has failed"):
        list(spectral.complaints(code, output, "", subject))


def test_spectral_without_complaints_has_none(subject: Subject) -> None:
    """An empty list with exit code 0 is what it says then."""
    assert list(spectral.complaints(0, "[]", "", subject)) == []


@pytest.mark.parametrize(
    ("contradiction", "said"),
    [
        ({"minimum": 10, "maximum": 5}, "`minimum` is 10 and `maximum` is 5"),
        ({"exclusiveMinimum": 5, "maximum": 5}, "`exclusiveMinimum` is 5 and `maximum` is 5"),
        ({"minLength": 3, "maxLength": 2}, "`minLength` is 3"),
        ({"minItems": 2, "maxItems": 1}, "`minItems` is 2"),
        ({"required": ["a", "b"], "maxProperties": 1}, "`required` names 2 members"),
        ({"minimum": 10, "allOf": [{"maximum": 5}]}, "`minimum` is 10 and `maximum` is 5"),
        ({"type": "string", "allOf": [{"type": "integer"}]}, '`type` is "string" and "integer"'),
        ({"type": "integer", "enum": ["a", "b"]}, '`enum` has "a", "b"'),
        ({"type": "string", "const": 5}, "`const` has 5"),
    ],
)
def test_a_schema_that_nothing_fits_is_found(
    subject: Subject, contradiction: dict[str, Any], said: str
) -> None:
    """Also where its parts contradict each other only together."""
    content = copy.deepcopy(dict(subject.content))
    content["components"]["schemas"]["Spare"] = contradiction
    found = [
        each for each in findings(replace(subject, content=content)) if each.rule == "schema-satisfiable"
    ]
    assert [each.message.startswith(said) for each in found] == [True]


@pytest.mark.parametrize(
    "fine",
    [
        {"minimum": 5, "maximum": 5},
        {"type": "number", "allOf": [{"type": "integer"}]},
        {"type": ["string", "null"], "enum": ["a", None]},
        {"minimum": 1, "anyOf": [{"maximum": 0}, {"maximum": 2}]},
        {"type": "object", "properties": {"minimun": {"type": "string"}}, "x-ours": 1},
    ],
)
def test_a_narrow_schema_is_no_contradiction(subject: Subject, fine: dict[str, Any]) -> None:
    """One value is enough; names of properties are no keywords."""
    content = copy.deepcopy(dict(subject.content))
    content["components"]["schemas"]["Spare"] = fine
    found = findings(replace(subject, content=content))
    assert not rules_of(found) & {"schema-satisfiable", "keyword-known"}


def test_a_reply_with_another_status_is_found_in_the_behaviours(subject: Subject) -> None:
    """The complaint names behaviour, operation and the line of the status."""
    content = copy.deepcopy(subject.behaviours.content)
    (refusal,) = (each for each in content["behaviours"] if each["id"] == "unfinished-snapshot")
    refusal["reply"]["status"] = 409
    behaviours = replace(subject.behaviours, content=content)
    (found,) = findings(replace(subject, behaviours=behaviours))
    assert found.rule == "reply-declared"
    assert "unfinished-snapshot replies 409, and takeGroupClusterBackupSnapshots has no such" in found.message
    assert "behaviours.yaml, line" in found.place


def test_a_misspelt_keyword_comes_with_the_right_one(subject: Subject) -> None:
    """So that it need not be looked up."""
    content = copy.deepcopy(dict(subject.content))
    IN_THE_CONTRACT["keyword-known"](content)
    (found,) = findings(replace(subject, content=content))
    assert found.message.endswith("did you mean 'minimum'?")
