"""A reply schema taken apart: every place in it, every keyword there, and a value that breaks just that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge
from atlas_contract.contract.plain import plain_value

Steps: TypeAlias = tuple[str | int, ...]
DEEPEST = 7  # steps into a body
MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Break:
    """One way to break one keyword: the clause, the place in the body, and how the value there is changed.

    `kind` is the discriminator's value that the body must have for it, "" for any. `wrong` makes the wrong value out
    of the right one, or `MISSING` to take the property away.
    """

    clause: str
    keyword: str
    steps: Steps
    kind: tuple[str, str]
    wrong: Callable[[Any], Any]

    def apply(self, body: Any) -> Any:
        """The body with the break; the very same where it does not apply."""
        name, value = self.kind
        if name and not (isinstance(body, dict) and body.get(name) == value):
            return body
        return _changed(body, self.steps, self.wrong)


def breaks(contract: Contract, judge: Judge, pointer: str) -> Iterator[Break]:
    """Every way to break a keyword of the schema at a pointer; only those that the judge sees."""
    seen: set[tuple[str, Steps]] = set()
    for root, kind in _roots(contract, pointer):
        sample = plain_value(contract.document, root)
        for found in _walk(contract, root, (), kind, frozenset()):
            key = found.clause, found.steps
            if key not in seen and _is_seen(judge, root, found, sample):
                seen.add(key)
                yield found


def _roots(contract: Contract, pointer: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The schema itself, or each variant of a union with the discriminator's value for it."""
    at, schema = pointers.follow(contract.document, pointer)
    mapping = schema.get("discriminator", {}).get("mapping", {})
    if not mapping:
        yield at, ("", "")
    for value, variant in mapping.items():
        yield variant, (schema["discriminator"]["propertyName"], value)


def _is_seen(judge: Judge, root: str, found: Break, sample: Any) -> bool:
    broken = found.apply(sample)
    return broken is not sample and any(
        each.clause == found.clause for each in judge.violations(root, broken)
    )


def _walk(
    contract: Contract, pointer: str, steps: Steps, kind: tuple[str, str], above: frozenset[str]
) -> Iterator[Break]:
    at, schema = pointers.follow(contract.document, pointer)
    if at in above or len(steps) > DEEPEST:
        return
    for keyword, wrong in _wrongs(schema):
        yield Break(pointers.join(at, keyword), keyword, steps, kind, wrong)
    for name in schema.get("required", ()):
        clause = pointers.join(at, "required")
        yield Break(clause, f"required.{name}", (*steps, name), kind, lambda _: MISSING)
    for n in range(len(schema.get("allOf", ()))):
        yield from _walk(contract, pointers.join(at, "allOf", n), steps, kind, above | {at})
    for name in schema.get("properties", ()):
        inner = pointers.join(at, "properties", name)
        yield from _walk(contract, inner, (*steps, name), kind, above | {at})
    if "items" in schema:
        yield from _walk(contract, pointers.join(at, "items"), (*steps, 0), kind, above | {at})
    if not steps or "oneOf" not in schema:
        return
    for n in range(len(schema["oneOf"])):
        yield from _walk(contract, pointers.join(at, "oneOf", n), steps, kind, above | {at})


def _changed(value: Any, steps: Steps, wrong: Callable[[Any], Any]) -> Any:
    """A copy with another value at a place; the same object where there is no such place."""
    if not steps:
        return wrong(value)
    step, *rest = steps
    if isinstance(step, int):
        return _changed_item(value, rest, wrong)
    if not isinstance(value, dict) or (rest and step not in value):
        return value
    inner = _changed(value.get(step, MISSING), tuple(rest), wrong)
    if inner is MISSING:
        return {key: each for key, each in value.items() if key != step} if step in value else value
    return value if inner is value.get(step, MISSING) else {**value, step: inner}


def _changed_item(value: Any, rest: list[str | int], wrong: Callable[[Any], Any]) -> Any:
    if not isinstance(value, list) or (rest and not value):
        return value
    first = value[0] if value else MISSING
    inner = _changed(first, tuple(rest), wrong)
    return value if inner is first else [inner, *value[1:]]


def _wrongs(schema: Mapping[str, Any]) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    for keyword, make in _MAKERS.items():
        if keyword in schema:
            yield keyword, make(schema)


def _wrong_type(schema: Mapping[str, Any]) -> Callable[[Any], Any]:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    wrong = next(value for kind, value in _OF_TYPE.items() if kind not in kinds)
    return lambda _: wrong


def _wrong_text(fits: Callable[[str], bool]) -> Callable[[Any], Any]:
    """The nearest text that does not fit."""

    def wrong(right: Any) -> Any:
        text = right if isinstance(right, str) and right else "x"
        near = (text.upper(), text.lower(), text[:-1], text + "g", "?" + text, "?")
        return next((each for each in near if not fits(each)), right)

    return wrong


def _wrong_format(schema: Mapping[str, Any]) -> Callable[[Any], Any]:
    wrong = {
        "int32": 2**31,
        "int64": 2**63,
        "date-time": "2026-02-30T00:00:00Z",
        "uuid": "no-uuid",
        "uri": "::",
    }
    return lambda right: wrong.get(schema["format"], right)


def _no_item(schema: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Items of which none is the one that must be there: its constants are misspelt."""
    constants = schema["contains"].get("properties", {})

    def wrong(right: Any) -> Any:
        if not isinstance(right, list):
            return right
        return [
            {**item, **{key: f"un{rule['const']}" for key, rule in constants.items() if "const" in rule}}
            for item in right
            if isinstance(item, dict)
        ]

    return wrong


_OF_TYPE: Mapping[str, Any] = {"integer": 7, "string": "x", "array": [], "object": {}}
_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Callable[[Any], Any]]] = {
    "type": _wrong_type,
    "enum": lambda schema: _wrong_text(lambda text: text in schema["enum"]),
    "const": lambda schema: _wrong_text(lambda text: text == schema["const"]),
    "pattern": lambda schema: _wrong_text(lambda text: re.search(schema["pattern"], text) is not None),
    "format": _wrong_format,
    "minimum": lambda schema: lambda _: schema["minimum"] - 1,
    "maximum": lambda schema: lambda _: schema["maximum"] + 1,
    "minLength": lambda schema: lambda _: "x" * (schema["minLength"] - 1),
    "maxLength": lambda schema: lambda _: "x" * (schema["maxLength"] + 1),
    "minItems": lambda schema: (
        lambda right: right[: schema["minItems"] - 1] if isinstance(right, list) else right
    ),
    "contains": _no_item,
}
