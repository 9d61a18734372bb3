"""The replies before they are filled in: what the contract says of them is worked out once for each outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.model import Behaviour, HeaderRule, Operation, Reply, ReplyRule

_ALWAYS = ("Content-Type", "Content-Length", "Date")  # whether the contract describes them or not
_CODE = "x-error-code"
_REFUSED = ("WWW-Authenticate", "Allow")  # what only a refusal itself can tell

Line = tuple[tuple[str, str], str]
"""A header and "", or a header without its value and the name in lower case, by which the reply has its own value."""


@dataclass(frozen=True, slots=True)
class Form:
    """A reply before it is filled in: its status, its headers in order, and what a refusal says."""

    status: int
    lines: tuple[Line, ...]
    says: Mapping[str, Any]
    key_order: tuple[str, ...] = ()

    def filled(self, own: Mapping[str, str], body: bytes) -> Reply:
        """The reply with its own values, by the names of headers in lower case; a header that has none is left out."""
        headers = [
            (header[0], own[name]) if name else header
            for header, name in self.lines
            if not name or name in own
        ]
        return Reply(self.status, tuple(headers), body)


class Forms:
    """The forms of a contract's replies."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        limit = contract.behaviour("rate-limit").values
        self._without_limit: list[str] = limit["absentFor"]
        self._limits = {limit["headers"]["limit"].lower(), limit["headers"]["remaining"].lower()}
        self._refused = (*_REFUSED, limit["headers"]["retryAfter"])
        self._own = {*self._limits, *(name.lower() for name in self._refused)}
        self._known: dict[tuple[str, str], Form] = {}

    def success(self, rules: Operation) -> Form:
        """The form of an operation's success."""
        key = rules.id, ""
        if key not in self._known:
            lines = (*map(_open, _ALWAYS), *self._described(rules, rules.success, {}))
            self._known[key] = Form(rules.success.status, lines, {})
        return self._known[key]

    def refusal(self, rules: Operation, behaviour_id: str) -> Form:
        """The form of what an operation is refused with by a behaviour."""
        key = rules.id, behaviour_id
        if key not in self._known:
            self._known[key] = self._refusal(rules, self._contract.behaviour(behaviour_id))
        return self._known[key]

    def _refusal(self, rules: Operation, behaviour: Behaviour) -> Form:
        says = behaviour.reply or {}
        status = int(says["status"])
        rule = rules.replies.get(status) or self._contract.main.replies.get(status)
        described = self._described(rules, rule, says) if rule else map(_open, self._refused)
        told = _chosen((*map(_open, _ALWAYS), *described), behaviour.values)
        if behaviour.id in self._without_limit:
            told = (line for line in told if line[1] not in self._limits)
        return Form(status, tuple(told), says, tuple(behaviour.values.get("keyOrder", ())))

    def _described(self, rules: Operation, rule: ReplyRule, says: Mapping[str, Any]) -> Iterator[Line]:
        """The headers that the contract describes, each with its constant or example if it has one."""
        for header in rule.headers:
            name = header.name.lower()
            value = says.get("errorCode") if name == _CODE else _example(header, rules.success)
            if name in self._own:
                yield _open(header.name)
            elif value not in (None, ""):
                yield (header.name, str(value)), ""


def _open(name: str) -> Line:
    return (name, ""), name.lower()


def _example(header: HeaderRule, success: ReplyRule) -> Any:
    """A described header's value, if need be from the example at the operation's success."""
    if header.example is not None:
        return header.example
    return next((each.example for each in success.headers if each.name == header.name), None)


def _chosen(lines: Iterable[Line], values: Mapping[str, Any]) -> Iterator[Line]:
    """The headers without those that the behaviour omits, or only those that it lists."""
    omitted = {name.lower() for name in values.get("omits", ())}
    only = {name.lower() for name in values.get("onlyHeaders", ())}
    for line in lines:
        name = line[0][0].lower()
        if name not in omitted and (not only or name in only):
            yield line
