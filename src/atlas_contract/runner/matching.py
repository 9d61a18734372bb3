"""Which operation a recorded exchange belongs to, what its refusal means, and what to call one that has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from atlas_contract.checks.reading import json_of
from atlas_contract.contract import Contract
from atlas_contract.model import Case, Expectation, Operation, Reply
from atlas_contract.recordings import Recorded

PATH_UNKNOWN = "the recording has no path"
TEMPLATE = "a template of a path, so documentation rather than traffic"
NO_REPLY = "no reply came"
NO_OPERATION = "no operation of the contract"

LONGEST_NAME = 200
REMEMBERED = 4096  # paths whose case is known without looking again
_PLACEHOLDER = re.compile(r"/\{[^/{}]*\}")
_VERSION = re.compile(r"v\d+(\.\d+)*")
_LONGEST_WORD = 40


class Matching:
    """Recorded exchanges held against the operations of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._plain = lru_cache(maxsize=REMEMBERED)(self._plain_case)
        self._method_refusal = "method-not-allowed"
        self._method_status = (contract.behaviour(self._method_refusal).reply or {}).get("status")

    def case(self, recorded: Recorded) -> Case | str:
        """The case that an exchange is one of, any answer being as good as another; or why it is none."""
        path = recorded.request.target.partition("?")[0]
        if not path:
            return PATH_UNKNOWN
        if "{" in path and _PLACEHOLDER.search(path):
            return TEMPLATE
        case = self._plain(recorded.request.method, path)
        if case is None:
            return self._wrong_method(recorded, path)
        if not recorded.reply.status:
            return NO_REPLY
        refusal = "" if recorded.reply.succeeded else self._refusal(case.operation, recorded.reply)
        return replace(case, refusal=refusal) if refusal else case

    def name(self, recorded: Recorded) -> str:
        """What an exchange has in common with others like it: method, host, and path without ids and names."""
        path = recorded.request.target.partition("?")[0]
        where = f" {recorded.host}{self._generalised(path)}" if path else ""
        return f"{recorded.request.method}{where}"[:LONGEST_NAME]

    def _plain_case(self, method: str, path: str) -> Case | None:
        matched = self._contract.match(method, path)
        return matched and _case(*matched)

    def _wrong_method(self, recorded: Recorded, path: str) -> Case | str:
        """A method that a path of the contract was refused for; a slash at its end makes no other path."""
        if recorded.reply.status == self._method_status:
            for known in (path, path.rstrip("/")):
                for method in self._contract.methods(known):
                    if (matched := self._contract.match(method, known)) and method != recorded.request.method:
                        sent = recorded.request.method
                        return replace(_case(*matched), refusal=self._method_refusal, method=sent)
        return NO_OPERATION

    def _refusal(self, operation: str, reply: Reply) -> str:
        """The behaviour that states a refusal with this status and code for the operation, "" if none does."""
        body = json_of(reply) if reply.body else None
        found = body if isinstance(body, dict) else {}
        code = found.get("errorCode") or found.get("error")
        if not isinstance(code, str) and reply.body:
            return ""
        return self._stated.get((operation, reply.status, code if isinstance(code, str) else ""), "")

    @cached_property
    def _stated(self) -> Mapping[tuple[str, int, str], str]:
        """By operation, status and code: the first behaviour that states such a refusal."""
        found: dict[tuple[str, int, str], str] = {}
        for behaviour in self._contract.behaviours.values():
            if behaviour.reply is None:
                continue
            code = behaviour.reply.get("errorCode") or behaviour.reply.get("error") or ""
            for operation in behaviour.operations or self._contract.operations:
                found.setdefault((operation, behaviour.reply["status"], code), behaviour.id)
        return found

    def _generalised(self, path: str) -> str:
        """The path with the contract's own words for what varies as far as they go, and `{}` for what looks so."""
        segments = path.split("/")
        known = max((_shared(template, segments) for template in self._templates), key=len)
        rest = [_plain(segment) for segment in segments[len(known) :]]
        return "/".join([*known, *rest])

    @cached_property
    def _templates(self) -> list[list[str]]:
        return [operation.path.split("/") for operation in self._contract.operations.values()]


def _case(operation: Operation, arguments: dict[str, str]) -> Case:
    return Case(
        operation=operation.id,
        clause=operation.pointer,
        reason="recorded",
        expectation=Expectation.ANSWERED,
        path=arguments,
    )


def _shared(template: list[str], segments: list[str]) -> list[str]:
    """The segments of a template, as far as a path goes along with it."""
    shared = 0
    for part, segment in zip(template, segments, strict=False):
        if part != segment and not (part.startswith("{") and segment):
            break
        shared += 1
    return template[:shared]


def _plain(segment: str) -> str:
    varies = any(each.isdigit() for each in segment) and not _VERSION.fullmatch(segment)
    return "{}" if varies or len(segment) > _LONGEST_WORD else segment
