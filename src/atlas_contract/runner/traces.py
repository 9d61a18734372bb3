"""What is kept of each deviation: just as much as a proposal to legalise it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas_contract.checks import Moment
from atlas_contract.checks.reading import media_type
from atlas_contract.contract import pointers
from atlas_contract.model import Finding, HeaderRule

LONGEST = 80  # characters of a text that is kept
SIZED: Mapping[str, type[str | list[Any]]] = {
    "minLength": str,
    "maxLength": str,
    "minItems": list,
    "maxItems": list,
}


def trace(finding: Finding, moment: Moment) -> Any:
    """A small JSON value by the kind of clause, None where there is nothing to keep."""
    if finding.check == "status_is_documented":
        return _reply(moment, moment.status if finding.place else moment.reply.status)
    if finding.check == "media_type_is_documented":
        return {"mediaType": media_type(moment.header("Content-Type"))}
    if finding.check == "headers_conform":
        return _header(finding, moment)
    if finding.check != "body_conforms":
        return None
    if finding.clause.endswith("/content"):
        return None if moment.reply.body else {"empty": True}
    return _of_keyword(finding.clause, moment, _at(moment.value, finding.place))


def _reply(moment: Moment, status: int) -> dict[str, Any]:
    found = {"status": status, "mediaType": media_type(moment.header("Content-Type"))}
    return {**found, "empty": not moment.reply.body, "schema": _schema(moment)}


def _schema(moment: Moment) -> str | None:
    """The schema of another refusal that the body fits, if there is one."""
    rules = [rule for operation in moment.contract.operations.values() for rule in operation.replies.values()]
    known = dict.fromkeys(
        pointers.follow(moment.contract.document, content.pointer)[0]
        for rule in rules
        if rule.status // 100 != moment.operation.success.status // 100
        for content in rule.contents
        if content.pointer is not None
    )
    if not isinstance(moment.value, dict):
        return None
    return next((each for each in known if moment.judge.conforms(each, moment.value)), None)


def _header(finding: Finding, moment: Moment) -> Any:
    rules = moment.rule.headers if moment.rule else ()
    rule = next((each for each in rules if finding.clause.startswith(_holder(each))), None)
    value = moment.header(rule.name) if rule else None
    return None if value is None else _of_keyword(finding.clause, moment, value)


def _holder(rule: HeaderRule) -> str:
    return rule.pointer.removesuffix("/schema")


def _of_keyword(clause: str, moment: Moment, value: Any) -> Any:
    holder, _, keyword = clause.rpartition("/")
    try:
        schema = pointers.get(moment.contract.document, holder)
    except KeyError:
        return None
    if keyword == "type":
        return _type(value)
    if keyword == "required":
        return [name for name in schema["required"] if name not in value] if isinstance(value, dict) else None
    if keyword == "additionalProperties":
        known = schema.get("properties", {})
        return sorted(name for name in value if name not in known) if isinstance(value, dict) else None
    if keyword in SIZED:
        return len(value) if isinstance(value, SIZED[keyword]) else None
    return value if _is_small(value) else None


def _is_small(value: Any) -> bool:
    return not isinstance(value, dict | list) and (not isinstance(value, str) or len(value) <= LONGEST)


def _type(value: Any) -> str:
    """The name that JSON Schema has for a value's type."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _at(value: Any, place: str) -> Any:
    """What stands at a place that a violation names; None where nothing does."""
    for token in place.split("/")[1:]:
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value
