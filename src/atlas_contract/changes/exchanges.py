"""Plain whole requests and replies of one contract, in the form that `changes.holding` reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from atlas_contract.changes.naming import writable
from atlas_contract.changes.rules import ParameterRule, parameter_rules
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.contract.plain import plain_value
from atlas_contract.model import REDIRECTED, Content, HeaderRule, Json, Operation, Place, ReplyRule

PLAIN: Json = object()
"""Stands for whatever is most ordinary."""
ABSENT: Json = object()
"""Stands for nothing at all: no body, no argument."""
Arguments = Mapping[tuple[Place, str], Json]
"""Texts by place and name, to take the places of the plain ones; ABSENT leaves one out."""


def request(
    contract: Contract,
    operation: Operation,
    arguments: Arguments | None = None,
    *,
    body: Json = PLAIN,
    content: Content | None = None,
) -> dict[str, Json]:
    """A request of an operation with what is required, and with some parts of it replaced.

    Raises:
        BadInput: the contract has a pattern for which no value could be guessed.
    """
    sent = {place: _arguments(contract, operation, place, arguments or {}) for place in Place}
    content = content or next(iter(operation.body), None)
    value: dict[str, Json] = {
        "method": operation.method,
        "path": _path(operation, sent[Place.PATH], sent[Place.QUERY]),
        "headers": {**_negotiation(operation), **sent[Place.HEADER]},
    }
    if body is PLAIN:
        body = sent_body(contract, content) if content and operation.body_required else ABSENT
    if body is not ABSENT:
        if content is not None:
            value["headers"]["Content-Type"] = content.media_type
        value["body"] = body
    return value


def reply(
    contract: Contract,
    operation: Operation,
    rule: ReplyRule,
    headers: Mapping[str, Json] | None = None,
    *,
    body: Json = PLAIN,
    content: Content | None = None,
) -> dict[str, Json]:
    """A reply to a plain request of an operation, with the required headers, and with some parts of it replaced.

    Raises:
        BadInput: as `request`.
    """
    content = content or next(iter(rule.contents), None)
    sent = {**_plain_headers(contract, operation.id, rule.status), **(headers or {})}
    value: dict[str, Json] = {
        "to": _asked(contract, operation.id),
        "status": rule.status,
        "headers": {name: text for name, text in sent.items() if text is not ABSENT},
    }
    if body is PLAIN:
        body = reply_body(contract, content) if content and content.pointer else ABSENT
    if body is not ABSENT:
        if content is not None:
            value["headers"]["Content-Type"] = content.media_type
        value["body"] = body
    return value


@lru_cache(maxsize=128)
def _asked(contract: Contract, operation_id: str) -> Mapping[str, Json]:
    """What a reply says of its request."""
    asked = request(contract, contract.operations[operation_id])
    return {"method": asked["method"], "path": asked["path"]}


@lru_cache(maxsize=1024)
def _plain_headers(contract: Contract, operation_id: str, status: int) -> Mapping[str, str]:
    rule = contract.operations[operation_id].replies[status]
    return {each.name: header_text(contract, each) for each in rule.headers if each.required}


def reply_body(contract: Contract, content: Content) -> Json:
    """The most ordinary body of a media type; an empty object where the contract gives no schema."""
    return {} if content.pointer is None else plain_value(contract.document, content.pointer)


def sent_body(contract: Contract, content: Content) -> Json:
    """The same for a body that a caller sends, who leaves out what only the server writes."""
    body, pointer = reply_body(contract, content), content.pointer
    return body if pointer is None else writable(contract, (pointer,), body)


def header_text(contract: Contract, rule: HeaderRule) -> str:
    """A value that a reply header may have."""
    return text_of(rule.example if rule.example is not None else plain_value(contract.document, rule.pointer))


def argument_text(contract: Contract, rule: ParameterRule) -> str:
    """A value that a parameter may have: its example, or a plain one."""
    example = rule.raw.get("example")
    if example is not None and judge_of(contract).argument_conforms(rule.parameter, text_of(example)):
        return text_of(example)
    return text_of(plain_value(contract.document, rule.parameter.pointer))


def text_of(value: Json) -> str:
    """A value as a parameter or header carries it."""
    if isinstance(value, str):
        return value
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def is_negotiated(status: int) -> bool:
    """Whether the caller chooses the media type of a reply with this status: that of a success."""
    return HTTPStatus.OK <= status < REDIRECTED


def _arguments(contract: Contract, operation: Operation, place: Place, given: Arguments) -> dict[str, str]:
    plain = {
        name: _plain_argument(contract, operation.id, place, name)
        for name in _required(contract, operation, place)
        if (place, name) not in given
    }
    own = {name: text for (at, name), text in given.items() if at is place and text is not ABSENT}
    return {**plain, **own}


def _required(contract: Contract, operation: Operation, place: Place) -> list[str]:
    rules = parameter_rules(contract, operation)
    return [
        rule.parameter.name for rule in rules if rule.parameter.place is place and rule.parameter.required
    ]


@lru_cache(maxsize=1024)
def _plain_argument(contract: Contract, operation_id: str, place: Place, name: str) -> str:
    rules = parameter_rules(contract, contract.operations[operation_id])
    rule = next(each for each in rules if (each.parameter.place, each.parameter.name) == (place, name))
    return argument_text(contract, rule)


def _path(operation: Operation, arguments: Mapping[str, str], query: Mapping[str, str]) -> str:
    path = operation.path
    for name, text in arguments.items():
        path = path.replace("{" + name + "}", quote(text, safe=""), 1)
    return path + ("?" + urlencode(query) if query else "")


def _negotiation(operation: Operation) -> dict[str, Any]:
    offered = operation.success.contents
    return {"Accept": offered[0].media_type} if offered else {}
