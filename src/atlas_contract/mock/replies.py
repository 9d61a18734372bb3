"""Replies as they stand on the wire: status, headers in the contract's words, body in the wanted layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.mock.call import Call, Refusal, Success
from atlas_contract.mock.layout import Layout
from atlas_contract.model import Behaviour, HeaderRule, Headers, Operation, Reply, ReplyRule

_PER_REPLY = ("www-authenticate", "allow", "x-error-code")  # never written from an example

Described = tuple[tuple[str, str, str | None], ...]
"""A reply's described headers: name, name in lower case, and the value, None where each reply has its own."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A refusal of an operation as the contract has it; `headers` is None where it describes none of the status."""

    behaviour: Behaviour
    status: int
    code: Headers
    headers: Described | None
    tells_limit: bool


class Replies:
    """Turns the outcome of a call into a reply."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._layout = Layout(contract)
        self._media_types = contract.behaviour("reply-media-types").values
        limit = contract.behaviour("rate-limit")
        self._limit_headers: Mapping[str, str] = limit.values["headers"]
        self._without_limit: list[str] = limit.values["absentFor"]
        self._computed = {*_PER_REPLY, *(name.lower() for name in self._limit_headers.values())}
        self._constant: dict[
            tuple[str, bool, bool], bytes
        ] = {}  # bodies of refusals that always say the same
        self._described_before: dict[tuple[str, str], Described] = {}
        self._stated_before: dict[tuple[str, str], Stated] = {}

    def success(self, call: Call, success: Success) -> Reply:
        """The reply to a call that succeeded."""
        rule = call.target.rules.success
        media_type = self._success_type(call, rule)
        headers = _filled(self._described(call.target.rules, rule), self._limits(call))
        if success.content is None:
            return Reply(rule.status, (("Content-Type", media_type), ("Date", _date(call)), *headers))
        body = self._written(call, rule.status, success.content)
        return Reply(rule.status, (*_own(call, media_type, body), *headers), body)

    def refusal(self, call: Call, refusal: Refusal) -> Reply:
        """The reply to a call that is refused."""
        stated = self._stated(call.target.rules, refusal.behaviour)
        headers = refusal.headers
        if stated.headers is not None:
            limits = self._limits(call) if stated.tells_limit else {}
            headers = _filled(stated.headers, {**limits, **dict((*headers, *stated.code))})
        body = self._refused(call, refusal, stated.behaviour)
        own = _own(call, self._media_types["error"], body)
        return Reply(stated.status, _chosen((*own, *headers), stated.behaviour), body)

    def _stated(self, rules: Operation, behaviour_id: str) -> Stated:
        """What the contract states never changes, so it is worked out once for each operation and behaviour."""
        key = rules.id, behaviour_id
        if key not in self._stated_before:
            self._stated_before[key] = self._state(rules, self._contract.behaviour(behaviour_id))
        return self._stated_before[key]

    def _state(self, rules: Operation, behaviour: Behaviour) -> Stated:
        reply = behaviour.reply or {}
        status = int(reply["status"])
        rule = rules.replies.get(status) or self._contract.main.replies.get(status)
        code = (("X-Error-Code", reply["errorCode"]),) if reply.get("errorCode") else ()
        headers = self._described(rules, rule) if rule else None
        return Stated(behaviour, status, code, headers, behaviour.id not in self._without_limit)

    def _refused(self, call: Call, refusal: Refusal, behaviour: Behaviour) -> bytes:
        key = behaviour.id, call.target.wants("envelope"), call.target.wants("pretty")
        if key in self._constant:
            return self._constant[key]
        stated = behaviour.reply or {}
        status = int(stated["status"])
        content = _error_body(stated, status, {"path": call.target.path, **call.target.arguments, **refusal.facts})
        order = tuple(behaviour.values.get("keyOrder", ()))
        if not content:
            body = b""
        else:
            body = self._layout.pretty(content, order) if order else self._written(call, status, content)
        if _is_constant(stated):
            self._constant[key] = body
        return body

    def _written(self, call: Call, status: int, content: Any) -> bytes:
        if call.target.wants("envelope"):
            content = self._layout.wrapped(content, status)
        return self._layout.pretty(content) if call.target.wants("pretty") else self._layout.compact(content)

    def _success_type(self, call: Call, rule: ReplyRule) -> str:
        if call.version is None:
            return rule.contents[0].media_type
        template: str = self._media_types["success"]
        return template.format(date=call.version)

    def _limits(self, call: Call) -> dict[str, str]:
        if call.level is None:
            return {}
        names = self._limit_headers
        return {names["limit"]: str(call.level.capacity), names["remaining"]: str(call.level.remaining)}

    def _described(self, rules: Operation, rule: ReplyRule) -> Described:
        """What the contract describes never changes, so it is worked out once for each operation and reply."""
        key = rules.id, rule.pointer
        if key not in self._described_before:
            self._described_before[key] = tuple(self._describe(rules, rule))
        return self._described_before[key]

    def _describe(self, rules: Operation, rule: ReplyRule) -> Iterator[tuple[str, str, str | None]]:
        for header in rule.headers:
            computed = header.name.lower() in self._computed
            example = None if computed else _example(header, rules.success)
            if computed or example is not None:
                yield header.name, header.name.lower(), None if computed else str(example)


def _filled(described: Described, given: Mapping[str, str]) -> Headers:
    """The headers that the contract describes, each with its constant, example or given value."""
    own = {name.lower(): value for name, value in given.items()}
    return tuple([(name, fixed or own[lower]) for name, lower, fixed in described if fixed or lower in own])


def _example(header: HeaderRule, success: ReplyRule) -> Any:
    """A described header's value, if need be from the example at the operation's success."""
    if header.example is not None:
        return header.example
    return next((each.example for each in success.headers if each.name == header.name), None)


def _is_constant(stated: Mapping[str, Any]) -> bool:
    return not stated.get("parameters") and "{" not in stated.get("detail", "")


def _error_body(stated: Mapping[str, Any], status: int, facts: Mapping[str, Any]) -> dict[str, Any]:
    if "error" in stated:
        return {"error": stated["error"], "error_description": stated["errorDescription"]}
    if "errorCode" not in stated:
        return {}
    return {
        "detail": stated["detail"].format_map(facts),
        "error": status,
        "errorCode": stated["errorCode"],
        "reason": HTTPStatus(status).phrase,
        **({"parameters": [facts[name] for name in stated["parameters"]]} if "parameters" in stated else {}),
    }


def _own(call: Call, media_type: str, body: bytes) -> Headers:
    typed = (("Content-Type", media_type),) if body else ()
    return (*typed, ("Content-Length", str(len(body))), ("Date", _date(call)))


def _date(call: Call) -> str:
    return _http_date(int(call.now))


@lru_cache(maxsize=16)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _chosen(headers: Headers, behaviour: Behaviour) -> Headers:
    """The headers without those that the behaviour omits, or only those that it lists."""
    if "omits" not in behaviour.values and "onlyHeaders" not in behaviour.values:
        return headers
    omitted = {name.lower() for name in behaviour.values.get("omits", ())}
    only = {name.lower() for name in behaviour.values.get("onlyHeaders", ())}
    return tuple(
        (name, value)
        for name, value in headers
        if name.lower() not in omitted and (not only or name.lower() in only)
    )
