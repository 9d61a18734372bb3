"""The body: as long as announced, laid out as asked, JSON, and as the schema of the chosen variant wants it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import orjson

from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import shown
from atlas_contract.contract import pointers
from atlas_contract.model import Gap, Violation

PLAIN = (",", ":")  # the separators that the quick library writes


def length_is_true(moment: Moment, _: History) -> Iterator[Violation]:
    """The reply is as long as it says."""
    told, length = moment.header("Content-Length"), len(moment.reply.body)
    if told is not None and told != str(length) and moment.header("Content-Encoding") is None:
        clause = pointers.join(moment.operation.pointer, "responses")
        yield Violation(clause, "", f"Content-Length is {told}, the body has {length} bytes")
    if moment.succeeded and moment.operation.id in moment.facts.removals and length:
        yield Violation("deletion-reply", "", f"the reply to a removal has a body of {length} bytes")


def body_conforms(moment: Moment, _: History) -> Iterator[Violation]:
    """The body breaks no clause of the schema that the contract gives for this status."""
    rule, content = moment.rule, moment.content
    if rule is None or content is None or content.pointer is None:
        return
    where = pointers.join(rule.pointer, "content")
    if not moment.reply.body:
        if not rule.body_optional:
            yield Violation(where, "", "the body is empty")
    elif moment.unreadable:
        yield Violation(where, "", f"the body is no JSON text: {moment.unreadable}")
    elif not moment.judge.conforms(content.pointer, moment.value):
        try:
            violations = list(moment.judge.violations(content.pointer, moment.value))
        except ValueError:  # what the validator says to a value that is deeper than it follows
            violations = [Violation(where, "", "the body is nested too deeply to be judged")]
        for broken in violations:
            place = f" at {broken.place}" if broken.place else ""
            yield Violation(broken.clause, broken.place, f"{broken.message}{place}")


def error_body_names_its_status(moment: Moment, _: History) -> Iterator[Violation]:
    """The number and the reason of an error body are those of the reply's own status."""
    if not moment.reply.refused or not isinstance(moment.value, dict):
        return
    number, reason = moment.value.get("error"), moment.value.get("reason")
    status = moment.reply.status
    if type(number) is int and number != status:
        yield Violation("error-names-status", "/error", f"error is {number} in a reply with status {status}")
    if isinstance(reason, str) and reason != _phrase(status):
        message = f"reason is {shown(reason)} in a reply with status {status}"
        yield Violation("error-names-status", "/reason", message)


def envelope_is_as_asked(moment: Moment, _: History) -> Iterator[Violation]:
    """A success comes in an envelope that names its status if one was asked for, and without one if not."""
    if not moment.succeeded or moment.parsed is None or not _takes(moment, "envelope"):
        return
    if moment.wants("envelope"):
        stated = moment.facts.values("envelope-layout")
        key, content = stated["statusKey"], stated["contentKey"]
        if moment.envelope is None:
            yield Violation("envelope-layout", "", "an envelope was asked for, none came")
        elif moment.items is not None and moment.value is moment.envelope.get(content):
            yield Violation("envelope-layout", "", "a list came inside an envelope, and should be one itself")
        elif moment.envelope[key] != moment.reply.status:
            told = shown(moment.envelope[key])
            message = f"the envelope says {told}, the reply itself {moment.reply.status}"
            yield Violation("envelope-layout", f"/{key}", message)


def json_is_laid_out(moment: Moment, _: History) -> Iterator[Violation]:
    """A body is compact with its keys in order, or laid out for people if that was asked for."""
    if moment.parsed is None or not moment.facts.speaks("json-layout", moment.operation.id):
        return
    stated = moment.facts.values("json-layout")
    if moment.case.refusal in stated["except"]:
        yield from _order_of_exception(moment)
    elif b"\n" in moment.reply.body and not (moment.knows(Gap.QUERY) and moment.knows(Gap.REASON)):
        return  # whoever asked may have wanted it so, or it is the exception
    elif moment.wants("pretty"):
        if b"\n" not in moment.reply.body:
            yield Violation("pretty-layout", "", "a body for people was asked for, and came in one line")
    elif not _is_compact(moment, stated["itemSeparator"], stated["keySeparator"]):
        yield Violation("json-layout", "", "the body is not compact, or its keys are not in order")


def _order_of_exception(moment: Moment) -> Iterator[Violation]:
    behaviour = moment.case.refusal
    order = moment.facts.values(behaviour).get("keyOrder", [])
    found = list(moment.parsed) if isinstance(moment.parsed, dict) else []
    if moment.reply.refused and found != [key for key in order if key in found]:
        yield Violation(behaviour, "", f"the keys come as {', '.join(found)}, not as {', '.join(order)}")
    if moment.facts.values(behaviour).get("layout") == "pretty" and b"\n" not in moment.reply.body:
        yield Violation(behaviour, "", "the body is not laid out for people")


def _is_compact(moment: Moment, item: str, key: str) -> bool:
    body = moment.reply.body
    try:
        if (item, key) == PLAIN and orjson.dumps(moment.parsed, option=orjson.OPT_SORT_KEYS) == body:
            return True  # found out ten times as quickly, and most bodies are so
    except (TypeError, ValueError, RecursionError):
        pass  # a number that only Python can write
    return body in _compact(moment.parsed, item, key)


def _compact(value: Any, item: str, key: str) -> tuple[bytes, ...]:
    """The ways to write a value compactly: with other characters than ASCII as they are, or escaped."""
    try:
        plain = json.dumps(value, sort_keys=True, separators=(item, key), ensure_ascii=False)
        if plain.isascii():
            return (plain.encode(),)
        escaped = json.dumps(value, sort_keys=True, separators=(item, key)).encode()
        return plain.encode("utf-8", "backslashreplace"), escaped
    except (ValueError, RecursionError):
        return ()


def _takes(moment: Moment, flag: str) -> bool:
    return any(parameter.name == flag for parameter in moment.operation.parameters)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
