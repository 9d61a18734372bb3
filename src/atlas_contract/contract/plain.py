"""A plain value for a schema: the most ordinary one that it allows, the same in every run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from atlas_contract.contract import pointers
from atlas_contract.errors import BadInput

FORMATS: Mapping[str, str] = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
    "email": "somebody@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
Maker: TypeAlias = Callable[[Mapping[str, Any], str, Mapping[str, Any]], Any]
TEXT = "contract suite"
LARGEST = 100_000
"""Characters of a text and items of a list that are ever made."""
CANDIDATES = ("a", "A", "0", "x1", "a" * 24, "0" * 8, "1.0.0", "A_B", "a-b", *FORMATS.values())


def plain_value(document: Mapping[str, Any], pointer: str) -> Any:
    """The plain value of the schema at a pointer of a document; `$ref`, `allOf` and the first of `oneOf` are followed.

    An example of the schema's own wins, then its constant, its first enumerated value, its default, and then what
    its type and bounds allow.

    Raises:
        BadInput: no value could be made: the schema has a pattern for which none could be guessed (an `examples` entry
            helps), it allows none, or only ones without end or beyond LARGEST.
    """
    try:
        return _plain(document, pointer)
    except RecursionError:
        msg = "The schema has only values that contain another one of the same kind, without end."
        raise BadInput(msg, where=pointer, hint="require less of it in spec/") from None


def _plain(document: Mapping[str, Any], pointer: str) -> Any:
    pointer, schema = _followed(document, pointer)
    schema = {**_inherited(document, pointer, schema), **schema}
    if schema.get("enum") == []:
        msg = "The schema allows no value at all."
        raise BadInput(msg, where=pointer, hint="list a value in spec/")
    for key, first in (
        ("const", False),
        ("enum", True),
        ("examples", True),
        ("example", False),
        ("default", False),
    ):
        if schema.get(key) if first else key in schema:
            return schema[key][0] if first else schema[key]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    make: Maker = _MAKERS.get(kind, _nothing)
    return make(document, pointer, schema)


def _followed(document: Mapping[str, Any], pointer: str) -> tuple[str, Mapping[str, Any]]:
    """Where a pointer ends, and the schema there; `true` and `false` have nothing to make a value from."""
    pointer, schema = pointers.follow(document, pointer)
    return pointer, schema if isinstance(schema, Mapping) else {}


def _inherited(document: Mapping[str, Any], pointer: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema takes over from the parts of `allOf`, or from the first of `oneOf` or `anyOf`."""
    found: dict[str, Any] = {}
    for inner in _parts(pointer, schema):
        at, part = _followed(document, inner)
        for key, value in {**_inherited(document, at, part), **part}.items():
            both = key in ("properties", "required") and key in found
            found[key] = _joined(found[key], value) if both else value
    return found


def _parts(pointer: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for n in range(len(schema.get("allOf", ()))):
        yield pointers.join(pointer, "allOf", n)
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            yield pointers.join(pointer, key, 0)


def _joined(one: Any, other: Any) -> Any:
    return {**one, **other} if isinstance(one, dict) else [*one, *other]


def _text(_: Mapping[str, Any], pointer: str, schema: Mapping[str, Any]) -> str:
    if "pattern" in schema:
        return _matching(pointer, schema["pattern"])
    text = FORMATS.get(schema.get("format", ""), TEXT)
    least, most = _least(pointer, schema, "minLength"), schema.get("maxLength")
    return text.ljust(least, "x")[:most]


def _least(pointer: str, schema: Mapping[str, Any], keyword: str) -> int:
    least = int(schema.get(keyword, 0))
    if least > LARGEST:
        msg = f"No value is made for a {keyword} of {least:,}."
        raise BadInput(msg, where=pointer, expected=f"at most {LARGEST:,}")
    return least


def _matching(pointer: str, pattern: str) -> str:
    search = re.compile(pattern).search
    found = next((text for text in CANDIDATES if search(text)), None)
    if found is None:
        msg = f"No value could be guessed that matches {pattern!r}."
        raise BadInput(msg, where=pointer, hint="give the schema an example in spec/")
    return found


def _integer(_: Mapping[str, Any], __: str, schema: Mapping[str, Any]) -> int:
    least = schema.get("minimum", min(1, schema.get("maximum", 1)))
    step = schema.get("multipleOf", 1)
    return int(-(-least // step) * step)


def _number(_: Mapping[str, Any], __: str, schema: Mapping[str, Any]) -> float:
    return float(schema.get("minimum", min(1, schema.get("maximum", 1))))


def full_value(document: Mapping[str, Any], pointer: str, above: frozenset[str] = frozenset()) -> Any:
    """A value with everything that the schema speaks of: each property, and an item in each list.

    Raises:
        BadInput: as `plain_value`.
    """
    at, schema = _followed(document, pointer)
    if at in above:
        return plain_value(document, at)
    named, inner = _properties(document, at), above | {at}
    if named:
        return {name: full_value(document, where, inner) for name, where in named.items()}
    if "items" in schema:
        count = max(1, _least(at, schema, "minItems"))
        return [full_value(document, pointers.join(at, "items"), inner)] * count
    return plain_value(document, at)


def _array(document: Mapping[str, Any], pointer: str, schema: Mapping[str, Any]) -> list[Any]:
    item = pointers.join(pointer, "items")
    return [_plain(document, item)] * _least(pointer, schema, "minItems") if "items" in schema else []


def _object(document: Mapping[str, Any], pointer: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    named = _properties(document, pointer)
    return {name: _plain(document, named[name]) for name in schema.get("required", ()) if name in named}


def _properties(document: Mapping[str, Any], pointer: str) -> dict[str, str]:
    """The pointer of each property of an object schema, its own before those that it takes over."""
    at, schema = _followed(document, pointer)
    found: dict[str, str] = {}
    for part in _parts(at, schema):
        found |= _properties(document, part)
    own = {name: pointers.join(at, "properties", name) for name in schema.get("properties", ())}
    return {**found, **own}


def _true(*_: Any) -> bool:
    return True


def _nothing(*_: Any) -> None:
    return None


_MAKERS: Mapping[str, Maker] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "array": _array,
    "object": _object,
    "boolean": _true,
}
