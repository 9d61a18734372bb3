"""Rules about words: whatever a caller can meet is described, and whatever we claim has its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas_contract.spec import places
from atlas_contract.spec.documents import pointer_of
from atlas_contract.spec.lint.rule import Found, Rule, Severity
from atlas_contract.spec.lint.subject import Subject
from atlas_contract.spec.schemas import followed


def _operations(subject: Subject) -> Found:
    for at, operation in places.operations(subject.content):
        for key in ("summary", "description"):
            if not _said(operation, key):
                yield subject.place(at), f"the operation {operation['operationId']} has no {key}"


def _parameters(subject: Subject) -> Found:
    for at, parameter in places.parameters(subject.content):
        if not _said(parameter):
            yield subject.place(at), f"the parameter {parameter.get('name')} has no description"


def _headers(subject: Subject) -> Found:
    for at, header in places.headers(subject.content):
        if not _said(header):
            yield subject.place(at), "the header has no description"


def _replies(subject: Subject) -> Found:
    for at, reply in places.replies(subject.content):
        if not _said(reply):
            yield subject.place(at), "the reply has no description"


def _properties(subject: Subject) -> Found:
    """A property may be described where its `$ref` leads; what only tells variants apart needs no words."""
    for at, schema in places.schemas(subject.content):
        if "/contains" in at:
            continue
        for name, prop in schema.get("properties", {}).items():
            if not _said(prop) and not _said(followed(subject.content, prop)):
                yield (
                    subject.place(at + pointer_of(["properties", name])),
                    f"the property {name} has no description",
                )


def _actions(subject: Subject) -> Found:
    for index, action in enumerate(subject.overlay.content["actions"]):
        if not _said(action):
            place = subject.overlay.place(f"/actions/{index}")
            yield place, "the action does not say what holds after it"


def _days(subject: Subject) -> Found:
    """Evidence comes from the past; a slip in a year would make the newest of it wrong for a long time."""
    for index, action in enumerate(subject.overlay.content["actions"]):
        if action["x-date"] > subject.today.isoformat():
            place = subject.overlay.place(f"/actions/{index}/x-date")
            yield place, f"the evidence is of {action['x-date']}, which is yet to come"


def _evidence(subject: Subject) -> Found:
    """A sentence that only repeats the statement is no evidence of it."""
    for index, behaviour in enumerate(subject.behaviours.content["behaviours"]):
        told = behaviour["evidence"]
        for item in [told] if isinstance(told, str) else told:
            if item.strip() == behaviour["statement"].strip():
                place = subject.behaviours.place(f"/behaviours/{index}/evidence")
                yield place, f"the evidence of {behaviour['id']} repeats its statement"


def _said(holder: Mapping[str, Any], key: str = "description") -> bool:
    text = holder.get(key)
    return isinstance(text, str) and bool(text.strip())


RULES = (
    Rule(
        "operation-described", "Each operation has a summary and a description.", Severity.ERROR, _operations
    ),
    Rule("parameter-described", "Each parameter has a description.", Severity.ERROR, _parameters),
    Rule("header-described", "Each reply header has a description.", Severity.ERROR, _headers),
    Rule("reply-described", "Each reply has a description.", Severity.ERROR, _replies),
    Rule("property-described", "Each property has a description.", Severity.ERROR, _properties),
    Rule("action-described", "Each overlay action says what holds after it.", Severity.ERROR, _actions),
    Rule("evidence-dated", "No evidence is of a day that is yet to come.", Severity.ERROR, _days),
    Rule("evidence-independent", "Evidence says more than the statement does.", Severity.ERROR, _evidence),
)
