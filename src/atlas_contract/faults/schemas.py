"""A reply schema taken apart: every place in it, every keyword there, and a value that breaks just that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge
from atlas_contract.contract.plain import full_value

Steps: TypeAlias = tuple[str | int, ...]
DEEPEST = 7  # steps into a body
MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Break:
    """One way to break one keyword: the clause, the place in the body, and how the value there is changed.

    `kind` is the discriminator's value that the body must have for it, "" for any. `wrong` makes the wrong value out
    of the right one, or `MISSING` to take the property away. `sample` is a whole body, for what a body leaves out.
    """

    clause: str
    keyword: str
    steps: Steps
    kind: tuple[str, str]
    wrong: Callable[[Any], Any]
    sample: Any

    def apply(self, body: Any) -> Any:
        """The body with the break; the very same where it does not apply."""
        name, value = self.kind
        if name and not (isinstance(body, dict) and body.get(name) == value):
            return body
        return _changed(body, self.steps, self.wrong, self.sample)


def breaks(contract: Contract, judge: Judge, pointer: str) -> Iterator[Break]:
    """Every way to break a keyword of the schema at a pointer; only those that the judge sees."""
    seen: set[tuple[str, Steps]] = set()
    for root, kind in _roots(contract, pointer):
        sample = full_value(contract.document, root)
        for found in _walk(contract, root, _Spot((), kind, sample, frozenset())):
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


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a walk through a schema has come to: the place in the body, and the schemas above it."""

    steps: Steps
    kind: tuple[str, str]
    sample: Any
    above: frozenset[str]

    def below(self, at: str, *steps: str | int) -> _Spot:
        """The spot some steps further down."""
        return _Spot((*self.steps, *steps), self.kind, self.sample, self.above | {at})

    def broken(self, clause: str, keyword: str, wrong: Callable[[Any], Any], *steps: str) -> Break:
        """A break here, or a step below."""
        return Break(clause, keyword, (*self.steps, *steps), self.kind, wrong, self.sample)


def _walk(contract: Contract, pointer: str, spot: _Spot) -> Iterator[Break]:
    at, schema = pointers.follow(contract.document, pointer)
    if at in spot.above or len(spot.steps) > DEEPEST:
        return
    for keyword, wrong in _wrongs(schema):
        yield spot.broken(pointers.join(at, keyword), keyword, wrong)
    for name in schema.get("required", ()):
        yield spot.broken(pointers.join(at, "required"), f"required.{name}", lambda _: MISSING, name)
    for name in schema.get("properties", ()):
        yield from _walk(contract, pointers.join(at, "properties", name), spot.below(at, name))
    if "items" in schema:
        yield from _walk(contract, pointers.join(at, "items"), spot.below(at, 0))
    unions = ("allOf", "oneOf") if spot.steps else ("allOf",)
    for union in unions:
        for n in range(len(schema.get(union, ()))):
            yield from _walk(contract, pointers.join(at, union, n), spot.below(at))


def _changed(value: Any, steps: Steps, wrong: Callable[[Any], Any], sample: Any) -> Any:
    """A copy with another value at a place, what is not there taken from a sample; the same where that is no use."""
    if not steps:
        return wrong(value)
    step, *rest = steps
    if isinstance(step, int):
        return _changed_item(value, tuple(rest), wrong, sample)
    if not isinstance(value, dict):
        return value
    inside = sample.get(step, MISSING) if isinstance(sample, dict) else MISSING
    before = value.get(step, inside if rest else MISSING)
    after = _changed(before, tuple(rest), wrong, inside)
    if after is MISSING:
        return {key: each for key, each in value.items() if key != step} if step in value else value
    return value if after is value.get(step, MISSING) else {**value, step: after}


def _changed_item(value: Any, rest: Steps, wrong: Callable[[Any], Any], sample: Any) -> Any:
    if not isinstance(value, list):
        return value
    inside = sample[0] if isinstance(sample, list) and sample else MISSING
    before = value[0] if value else inside
    after = _changed(before, rest, wrong, inside)
    return value if after is MISSING or (value and after is before) else [after, *value[1:]]


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
