"""Rules against contradictions: what one part of the contract says, another leaves room for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge, judge_of
from atlas_contract.spec import places
from atlas_contract.spec.documents import pointer_of
from atlas_contract.spec.lint.rule import Found, Rule, Severity
from atlas_contract.spec.lint.subject import Subject
from atlas_contract.spec.schemas import followed
from atlas_contract.spec.wording import nearest

_BOUNDS = (
    ("minimum", "maximum"), ("minimum", "exclusiveMaximum"), ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"), ("minLength", "maxLength"), ("minItems", "maxItems"),
    ("minProperties", "maxProperties"), ("minContains", "maxContains"),
)  # fmt: skip
_KEYWORDS = frozenset(
    """
    $anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalProperties allOf anyOf
    const contains contentEncoding contentMediaType contentSchema default dependentRequired dependentSchemas deprecated
    description discriminator else enum example examples exclusiveMaximum exclusiveMinimum externalDocs format if items
    maxContains maxItems maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf
    not oneOf pattern patternProperties prefixItems properties propertyNames readOnly required then title type
    unevaluatedItems unevaluatedProperties uniqueItems writeOnly xml
    """.split()  # noqa: SIM905
)
"""Every keyword of a schema of OpenAPI 3.1; of a validator, what it does not know means nothing."""


def _undeclared(subject: Subject) -> Found:
    declared = {each["operationId"]: each["responses"] for _, each in places.operations(subject.content)}
    for index, behaviour in enumerate(subject.behaviours.content["behaviours"]):
        named = declared if behaviour["operations"] == "all" else behaviour["operations"]
        status = str(behaviour.get("reply", {}).get("status", ""))
        for operation in named if status else ():
            if not {status, f"{status[0]}XX", "default"} & set(declared[operation]):
                place = subject.behaviours.place(f"/behaviours/{index}/reply/status")
                known = ", ".join(sorted(declared[operation]))
                yield (
                    place,
                    f"{behaviour['id']} replies {status}, and {operation} has no such response, only {known}",
                )


def _unsatisfiable(subject: Subject) -> Found:
    judge = judge_of(Contract(subject.content))
    for at, schema in places.schemas(subject.content):
        parts = list(_parts(subject.content, schema))
        for message in (*_crossed(parts), *_torn(parts), *_unfit(judge, f"#{at}", schema)):
            yield subject.place(at), f"{message}, so nothing fits"


def _parts(content: Mapping[str, Any], schema: Any) -> Iterator[Mapping[str, Any]]:
    """The schemas that a value has to fit all together: a schema, what it refers to, and its `allOf`."""
    if isinstance(schema, Mapping):
        yield schema
        if "$ref" in schema:
            yield from _parts(content, followed(content, schema))
        for part in schema.get("allOf", ()):
            yield from _parts(content, part)


def _crossed(parts: list[Mapping[str, Any]]) -> Iterator[str]:
    for low, high in _BOUNDS:
        least = max((part[low] for part in parts if low in part), default=None)
        most = min((part[high] for part in parts if high in part), default=None)
        excluded = low.startswith("exclusive") or high.startswith("exclusive")
        if least is not None and most is not None and (least >= most if excluded else least > most):
            yield f"`{low}` is {least} and `{high}` is {most}"


def _torn(parts: list[Mapping[str, Any]]) -> Iterator[str]:
    """More required members than there may be, or types that have none in common."""
    required = {name for part in parts for name in part.get("required", ())}
    most = min((part["maxProperties"] for part in parts if "maxProperties" in part), default=len(required))
    if len(required) > most:
        yield f"`required` names {len(required)} members and `maxProperties` is {most}"
    types = [_types(part["type"]) for part in parts if "type" in part]
    if types and not set.intersection(*types):
        yield "`type` is " + " and ".join(json.dumps(part["type"]) for part in parts if "type" in part)


def _types(named: str | list[str]) -> set[str]:
    types = {named} if isinstance(named, str) else set(named)
    return types | {"integer"} if "number" in types else types


def _unfit(judge: Judge, pointer: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """Values that are listed and that the keywords beside the list refuse, all of them."""
    for key, values in (
        ("enum", schema.get("enum", ())),
        ("const", [schema["const"]] if "const" in schema else ()),
    ):
        if values and not any(judge.conforms(pointer, value) for value in values):
            yield f"`{key}` has {', '.join(map(json.dumps, values))}, which the keywords beside it refuse"


def _unknown(subject: Subject) -> Found:
    for at, schema in places.schemas(subject.content):
        for key in schema:
            if key not in _KEYWORDS and not key.startswith("x-"):
                message = f"`{key}` is no keyword of a schema, so it means nothing"
                hint = nearest(key, _KEYWORDS)
                yield subject.place(at + pointer_of([key])), f"{message}; {hint}" if hint else message


RULES = (
    Rule(
        "reply-declared",
        "What a behaviour replies is among the responses of its operations.",
        Severity.ERROR,
        _undeclared,
    ),
    Rule(
        "schema-satisfiable",
        "For each schema there is something that fits it.",
        Severity.ERROR,
        _unsatisfiable,
    ),
    Rule("keyword-known", "Each keyword of a schema is one of OpenAPI 3.1.", Severity.ERROR, _unknown),
)
