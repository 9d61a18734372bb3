"""What one schema says by its keywords, in one dialect: OpenAPI 3.0 is told as 3.1, and what says nothing left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from atlas_contract.upstream.side import Part, Side

NULL = "null"
STRUCTURE = frozenset(
    {
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "discriminator",
        "properties",
        "required",
        "items",
        "additionalProperties",
    }
)
WORDING = frozenset({"title", "description", "example", "examples", "externalDocs", "xml", "$comment", "$id"})
_IDLE: Mapping[str, Any] = {
    "readOnly": False, "writeOnly": False, "deprecated": False, "uniqueItems": False,
    "minLength": 0, "minItems": 0, "minProperties": 0,
}  # fmt: skip
"""What a keyword says that says nothing."""
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_NUMBER, _WHOLE = (int, float), (int,)
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "enum", "required"), ((list,), "a list")),
    **dict.fromkeys(("properties", "discriminator"), ((dict,), "a mapping")),
    **dict.fromkeys(("items", "additionalProperties"), ((dict, bool), "a schema")),
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), (_NUMBER, "a number")),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), ((*_NUMBER, bool), "a number")),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (_WHOLE, "a number")),
    **dict.fromkeys(("minProperties", "maxProperties"), (_WHOLE, "a number")),
    **dict.fromkeys(("pattern", "format"), ((str,), "a text")),
    **dict.fromkeys(("readOnly", "writeOnly", "nullable", "uniqueItems"), ((bool,), "true or false")),
    "type": ((str, list), "the name of a type, or a list of them"),
}


def checked(side: Side, part: Part) -> dict[str, Any]:
    """The keywords of one schema, `true` and `false` written out. Raises BadInput where one is of the wrong kind."""
    if isinstance(part.value, bool):
        return {} if part.value else {"enum": []}
    value = side.mapping(part)
    for key in _KINDS.keys() & value.keys():
        kinds, words = _KINDS[key]
        flag = isinstance(value[key], bool) and bool not in kinds
        if flag or not isinstance(value[key], kinds):
            raise side.bad(part.at(key), expected=words)
    for key in ("required", "type"):
        for index, item in enumerate(value.get(key, ()) if isinstance(value.get(key), list) else ()):
            if not isinstance(item, str):
                raise side.bad(part.at(key).at(index), expected="a text")
    return value


def facts(value: Mapping[str, Any], *, old: bool) -> dict[str, tuple[Any, str]]:
    """What a schema says for itself: the value of each fact, and the keyword that says it.

    `type` is a set of names, `enum` a set of JSON texts (`const` is one value of it); the rest is as written.
    """
    told = {
        key: (each, key)
        for key, each in value.items()
        if key not in STRUCTURE | WORDING and not key.startswith("x-") and key not in ("nullable", "const")
    }
    if "type" in value:
        names = [value["type"]] if isinstance(value["type"], str) else value["type"]
        told["type"] = (frozenset(names) | ({NULL} if old and value.get("nullable") else set()), "type")
    if "enum" in value:
        told["enum"] = (frozenset(map(text_of, value["enum"])), "enum")
    if "const" in value:
        told["enum"] = (frozenset({text_of(value["const"])}), "const")
    for bound, flag in _BOUNDS:
        if isinstance(value.get(flag), bool):
            del told[flag]
            if value[flag] and bound in told:
                told[flag] = told.pop(bound)
    return {key: each for key, each in told.items() if key not in _IDLE or each[0] != _IDLE[key]}


def stricter(key: str, one: Any, other: Any) -> Any:
    """What a fact is of a value that keeps to both of two schemas; where that cannot be said, the second one's."""
    return _STRICTER[key](one, other) if key in _STRICTER else other


def text_of(value: Any) -> str:
    """A value as JSON, alike for values that are alike."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def told(value: Any) -> str:
    """A value as people read it: a text as it is unless it is empty, everything else as JSON."""
    return value if isinstance(value, str) and value else text_of(value)


def listed(texts: Iterable[str]) -> str:
    """The values of an enumeration, given as JSON texts, as people read them."""
    return ", ".join(sorted(told(json.loads(text)) for text in texts))


def _types_of_both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    whole = {"integer"}
    both = (one | (whole if "number" in one else set())) & (other | (whole if "number" in other else set()))
    return both - (whole if "number" in both else set())


_STRICTER: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
    "enum": frozenset.__and__,
    "type": _types_of_both,
}
