"""Rules about meaning: what the contract says can be so, says something, and is used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonpath

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of, read_text
from atlas_contract.contract.vacuity import vacuous
from atlas_contract.spec import enums, overlay, places, uses
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.lint.rule import Found, Rule, Severity
from atlas_contract.spec.lint.subject import Subject
from atlas_contract.spec.schemas import followed


def _examples(subject: Subject) -> Found:
    judge = judge_of(Contract(subject.content))
    for at, schema, example in _exemplified(subject.content):
        for broken in judge.violations(f"#{schema}", example):
            yield subject.place(at), f"the example breaks {broken.clause}: {broken.message}"


def _exemplified(content: Mapping[str, Any]) -> Iterator[tuple[Pointer, Pointer, Any]]:
    """Each example: where it stands, the pointer of its schema, and its value."""
    for at, schema in places.schemas(content):
        for index, value in enumerate(schema.get("examples", ())):
            yield f"{at}/examples/{index}", at, value
        if "default" in schema:
            yield f"{at}/default", at, schema["default"]
    for at, holder in (*places.parameters(content), *places.headers(content), *places.bodies(content)):
        if "schema" in holder:
            yield from ((place, f"{at}/schema", value) for place, value in _held(content, at, holder))


def _held(
    content: Mapping[str, Any], at: Pointer, holder: Mapping[str, Any]
) -> Iterator[tuple[Pointer, Any]]:
    """The examples beside a schema; a header's is text, read by the schema's type as it would be off the wire."""
    schema = followed(content, holder["schema"])
    if "example" in holder:
        value = holder["example"]
        yield f"{at}/example", read_text(schema, value) if isinstance(value, str) else value
    for name, each in holder.get("examples", {}).items():
        yield at + pointer_of(["examples", name]), followed(content, each).get("value")


def _idle_actions(subject: Subject) -> Found:
    """Each action is applied by itself, in its turn, and the document looked at before and after."""
    whole = subject.overlay.content
    content: dict[str, Any] = dict(subject.fragment.content)
    for index, action in enumerate(whole["actions"]):
        before = json.dumps(content, sort_keys=True)
        alone = Document(subject.overlay.name, {**whole, "actions": [action]}, subject.overlay.lines)
        content = overlay.apply(content, alone).content
        if json.dumps(content, sort_keys=True) == before:
            place = subject.overlay.place(f"/actions/{index}")
            yield place, f"the action changes nothing: {action['target']} is so already"


def _required(subject: Subject) -> Found:
    for at, schema in places.schemas(subject.content):
        known = _names(subject.content, schema)
        for name in schema.get("required", ()):
            if "/contains" not in at and name not in known:
                yield subject.place(f"{at}/required"), f"{name} is required, and no property is called so"


def _names(content: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """The properties that a schema declares, by itself or by what it is made of."""
    parts = (followed(content, part) for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, ()))
    return set(schema.get("properties", {})).union(*(_names(content, part) for part in parts))


def _doubles(subject: Subject) -> Found:
    for at, schema in places.schemas(subject.content):
        for key in ("enum", "required"):
            values = [json.dumps(value) for value in schema.get(key, ())]
            for value in sorted({value for value in values if values.count(value) > 1}):
                yield subject.place(f"{at}/{key}"), f"{value} stands twice in `{key}`"


def _enums(subject: Subject) -> Found:
    for at, what, remedy in enums.faults(subject.content):
        yield subject.place(at), f"{what}; {remedy}"


def _unused(subject: Subject) -> Found:
    used = {
        match.obj
        for match in jsonpath.finditer("$..['$ref']", dict(subject.content))
        if isinstance(match.obj, str)
    }
    used |= {target for at, schema in places.schemas(subject.content) for target in _mapped(schema)}
    for kind in ("schemas", "parameters", "responses", "headers", "requestBodies", "examples"):
        for at, _ in places.components(subject.content, kind):
            if f"#{at}" not in used:
                yield subject.place(at), "nothing refers to this component"


def _mapped(schema: Mapping[str, Any]) -> Iterator[str]:
    discriminator = schema.get("discriminator")
    if isinstance(discriminator, Mapping):
        yield from discriminator.get("mapping", {}).values()


def _unanchored(subject: Subject) -> Found:
    """A pattern is searched for anywhere in a value, which is hardly ever meant of a part of a path."""
    for at, parameter in places.parameters(subject.content):
        pattern = followed(subject.content, parameter.get("schema", {})).get("pattern", "^$")
        if parameter.get("in") == "path" and not (pattern.startswith("^") and pattern.endswith("$")):
            yield subject.place(at), f"the pattern {pattern!r} holds for any text that has it somewhere in it"


def _empty_replies(subject: Subject) -> Found:
    for operation, status, pointer in vacuous(Contract(subject.content)):
        yield (
            subject.place(pointer),
            f"the reply {status} of {operation} may be an empty object: it proves nothing",
        )


def _unread(subject: Subject) -> Found:
    for told in uses.check(subject.behaviours, subject.content):
        name, _, place = told.partition(" (")
        yield place.rstrip(")"), f"nothing in the toolkit reads the behaviour {name}"


RULES = (
    Rule("example-valid", "Each example and default fits its own schema.", Severity.ERROR, _examples),
    Rule("action-effective", "Each overlay action changes something.", Severity.ERROR, _idle_actions),
    Rule("required-declared", "What is required is declared.", Severity.ERROR, _required),
    Rule("no-doubles", "No list of values or names has one twice.", Severity.ERROR, _doubles),
    Rule(
        "enum-one-kind",
        "An enum's values are of one kind, and differ in more than case or signs.",
        Severity.ERROR,
        _enums,
    ),
    Rule("component-used", "Each component is referred to.", Severity.ERROR, _unused),
    Rule(
        "pattern-anchored",
        "The pattern of a path argument is about the whole of it.",
        Severity.ERROR,
        _unanchored,
    ),
    Rule("reply-proves", "No reply's schema is content with an empty object.", Severity.NOTE, _empty_replies),
    Rule("behaviour-read", "Each behaviour is read by the mock or the suite.", Severity.NOTE, _unread),
)
