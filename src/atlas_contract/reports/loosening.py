"""How to edit a contract so that it allows what was seen: steps of an overlay for each clause that was broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.contract import pointers
from atlas_contract.reports.verification import Deviation, Trace

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BOUNDS: Mapping[str, Callable[[list[Any]], Any]] = {
    "minimum": min, "minLength": min, "minItems": min, "maximum": max, "maxLength": max, "maxItems": max,
}  # fmt: skip
_REMOVABLE = frozenset(
    {*_BOUNDS, "enum", "pattern", "format", "contains", "uniqueItems", "multipleOf", "exclusiveMinimum"}
    | {
        "exclusiveMaximum",
        "minProperties",
        "maxProperties",
        "propertyNames",
        "required",
        "additionalProperties",
    }
)
STATUSES = range(100, 600)
"""What OpenAPI can list; an envelope can claim anything."""
NEW_REPLY = "Seen in recorded traffic; the contract lists no such reply."
NEW_PROPERTY = "Seen in recorded traffic; the contract knows no such property."


@dataclass(frozen=True, slots=True)
class Step:
    """One action of an overlay: `target` is a JSONPath, `update` what is merged into it, None to remove it.

    `reason` and `count` are about this step alone where a deviation has several; else those of the deviation hold.
    """

    target: str
    description: str
    update: Any = None
    reason: str = ""
    count: int = 0


def steps(deviation: Deviation, document: Mapping[str, Any]) -> list[Step]:
    """The steps after which a contract document allows all that was seen of a deviation; none where no edit does."""
    if deviation.check == "status_is_documented":
        return _replies(deviation, document)
    if deviation.clause.endswith("/content"):
        return _contents(deviation, document)
    if deviation.check in ("body_conforms", "headers_conform"):
        return _keyword(deviation, document)
    return []


def path_of(pointer: str, document: Mapping[str, Any]) -> str:
    """The JSONPath (RFC 9535) of a JSON pointer into a document."""
    path, node = "$", document
    for token in pointers.split(pointer):
        if isinstance(node, list):
            path += f"[{token}]"
            node = node[int(token)]
        else:
            path += f".{token}" if _NAME.fullmatch(token) else f"[{_quoted(token)}]"
            node = node.get(token, {})
    return path


def _replies(deviation: Deviation, document: Mapping[str, Any]) -> list[Step]:
    if any(each.value["status"] not in STATUSES for each in deviation.traces):
        return []
    by_status: dict[str, list[Trace]] = {}
    for each in deviation.traces:
        by_status.setdefault(str(each.value["status"]), []).append(each)
    target = path_of(deviation.clause, document)
    return [
        Step(
            target,
            f"A reply may have the status {status}.",
            {status: _reply([each.value for each in seen])},
            reason=f"The contract lists no reply with the status {status}.",
            count=sum(each.count for each in seen),
        )
        for status, seen in sorted(by_status.items())
    ]


def _reply(seen: list[Mapping[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for each in seen:
        if each["mediaType"] and not each["empty"]:
            fits = {"schema": {"$ref": each["schema"]}} if each["schema"] else {}
            content[each["mediaType"]] = fits if content.get(each["mediaType"], fits) == fits else {}
    optional = content and any(each["empty"] for each in seen)
    return {
        "description": NEW_REPLY,
        **({"x-atlas-body-optional": True} if optional else {}),
        **({"content": content} if content else {}),
    }


def _contents(deviation: Deviation, document: Mapping[str, Any]) -> list[Step]:
    """Other media types, or none because there is no body."""
    found, response = [], deviation.clause.rpartition("/")[0]
    listed = pointers.get(document, deviation.clause)
    for each in deviation.traces:
        if each.value is None or not (each.value.get("empty") or each.value["mediaType"]):
            return []
        if each.value.get("empty"):
            update: dict[str, Any] = {"x-atlas-body-optional": True}
            found.append(Step(path_of(response, document), "The reply may come without its body.", update))
        else:
            media_type = each.value["mediaType"]
            schema = {key: value for key, value in next(iter(listed.values())).items() if key == "schema"}
            said = f"The reply may have the media type {media_type}."
            found.append(Step(path_of(deviation.clause, document), said, {media_type: schema}))
    return found


def _keyword(deviation: Deviation, document: Mapping[str, Any]) -> list[Step]:
    holder, _, keyword = deviation.clause.rpartition("/")
    try:
        schema = pointers.get(document, holder)
    except KeyError:
        return []
    seen = [each.value for each in deviation.traces]
    if deviation.more or any(each is None for each in seen):
        seen = []
    target, name = path_of(holder, document), holder.rpartition("/")[2]
    if keyword == "required" and schema["required"] is True:
        return [Step(target, f"The header {name} may be missing.", {"required": False})]
    if seen and keyword in _LOOSENED:
        return _LOOSENED[keyword](target, name, schema, seen)
    if seen and keyword in _BOUNDS:
        bound = _BOUNDS[keyword](seen)
        return [Step(target, f"The {keyword} of {name} is {bound}.", {keyword: bound})]
    if keyword in _REMOVABLE:
        return [_removed(target, keyword, f"{name} has no `{keyword}`.")]
    return []


def _enum(target: str, name: str, _: Mapping[str, Any], seen: list[Any]) -> list[Step]:
    return [Step(target, f"{name} may be {_listed(seen)}.", {"enum": seen})]


def _const(target: str, name: str, schema: Mapping[str, Any], seen: list[Any]) -> list[Step]:
    every = [schema["const"], *seen]
    return [
        _removed(target, "const", "Makes room for the next action."),
        Step(target, f"{name} may be {_listed(every)}.", {"enum": every}),
    ]


def _type(target: str, name: str, schema: Mapping[str, Any], seen: list[Any]) -> list[Step]:
    said, old = f"{name} may be of the type {_listed(seen)}.", schema["type"]
    if isinstance(old, list):
        return [Step(target, said, {"type": seen})]
    first = _removed(target, "type", "Makes room for the next action.")
    return [first, Step(target, said, {"type": [old, *seen]})]


def _required(target: str, name: str, _: Mapping[str, Any], seen: list[Any]) -> list[Step]:
    missing = list(dict.fromkeys(each for names in seen for each in names))
    return [
        Step(f"{target}.required[?@ == {_quoted(each)}]", f"{name} may lack {each}.", None)
        for each in missing
    ]


def _properties(target: str, name: str, _: Mapping[str, Any], seen: list[Any]) -> list[Step]:
    further = list(dict.fromkeys(each for names in seen for each in names))
    update = {"properties": {each: {"description": NEW_PROPERTY} for each in further}}
    return [Step(target, f"{name} may have {_listed(further)}.", update)]


_LOOSENED: Mapping[str, Callable[[str, str, Mapping[str, Any], list[Any]], list[Step]]] = {
    "enum": _enum,
    "const": _const,
    "type": _type,
    "required": _required,
    "additionalProperties": _properties,
}


def _removed(target: str, keyword: str, description: str) -> Step:
    return Step(f"{target}[{_quoted(keyword)}]", description, None)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _listed(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values)
