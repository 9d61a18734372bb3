"""Faults of the protocol: wrong status, wrong media type, no body, no JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from atlas_contract.contract import Contract, pointers
from atlas_contract.faults.bending import changing, with_body, with_header
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.faults.replies import told_replies
from atlas_contract.mock import Handler
from atlas_contract.model import REDIRECTED, Operation, Reply, ReplyRule, Request


class _Twist(NamedTuple):
    label: str
    harm: str
    change: Callable[[Reply], Reply]
    caught_by: tuple[str, ...]


def protocol_faults(contract: Contract) -> Iterator[Fault]:
    """For each operation: its success twisted in every way, and its refusals by status."""
    for operation in contract.operations.values():
        for twist in _of_success(operation):
            yield _fault(contract, operation, operation.success, twist)
        for rule in told_replies(contract, operation):
            if rule is not operation.success:
                for twist in _of_refusal(operation, rule):
                    yield _fault(contract, operation, rule, twist)


def _of_success(operation: Operation) -> Iterator[_Twist]:
    other = next(
        status
        for status in range(operation.success.status + 1, REDIRECTED)
        if status not in operation.replies
    )
    status = ("status_is_documented", "server_does_not_fail")
    yield _Twist(
        "undocumented-status", f"answers {other}", lambda reply: replace(reply, status=other), status
    )
    yield _Twist("fails", "fails with 500", lambda reply: replace(reply, status=500), status)
    media = ("media_type_is_documented", "content_type_is_exact")
    yield _Twist("html", "says that it sends HTML", _typed("text/html"), media)
    if operation.success.contents and operation.success.contents[0].pointer is None:
        filled = ("length_is_true",)
        yield _Twist("body", "sends a body where none belongs", lambda reply: with_body(reply, b"{}"), filled)
        return
    yield _Twist("empty", "sends no body", lambda reply: with_body(reply, b""), ("body_conforms",))
    yield _Twist(
        "no-json", "sends no JSON", lambda reply: with_body(reply, reply.body + b"}"), ("body_conforms",)
    )
    yield _Twist("null", "sends null", lambda reply: with_body(reply, b"null"), ("body_conforms",))
    yield _Twist(
        "vacuous", "sends an empty object", lambda reply: with_body(reply, b"{}"), ("body_conforms",)
    )
    if operation.success.contents[0].media_type.count("."):
        yield _Twist(
            "plain-json", "leaves the version out of the media type", _typed("application/json"), media
        )
        yield _Twist("no-charset", "leaves the charset out", _without_charset, ("content_type_is_exact",))


def _of_refusal(operation: Operation, rule: ReplyRule) -> Iterator[_Twist]:
    refusals = sorted(status for status in operation.replies if status >= REDIRECTED)
    other = refusals[(refusals.index(rule.status) + 1) % len(refusals)]
    wrong = (
        "refusal_is_as_stated",
        "status_is_documented",
        "error_body_names_its_status",
        "server_does_not_fail",
    )
    yield _Twist("status", f"answers {other} instead", lambda reply: replace(reply, status=other), wrong)
    if rule.contents:
        media = ("media_type_is_documented", "content_type_is_exact")
        yield _Twist("html", "says that the error is HTML", _typed("text/html"), media)
        if not rule.body_optional:
            none = ("body_conforms", "refusal_is_as_stated")
            yield _Twist("empty", "explains no error", lambda reply: with_body(reply, b""), none)


def _clause(contract: Contract, operation: Operation, rule: ReplyRule, twist: _Twist) -> str:
    """The promise that a twist breaks, else the reply that the contract describes."""
    if twist.label == "body" and operation.id in contract.behaviour("deletion-reply").operations:
        return "deletion-reply"
    return pointers.join(operation.pointer, "responses", rule.status)


def _fault(contract: Contract, operation: Operation, rule: ReplyRule, twist: _Twist) -> Fault:
    def bend(_: Contract, build: Build) -> Handler:
        def change(_: Request, reply: Reply) -> Reply:
            return twist.change(reply)

        def applies(asked: Operation, reply: Reply) -> bool:
            return asked.id == operation.id and reply.status == rule.status

        return changing(build(contract), applies, change)

    return Fault(
        id=f"protocol.{operation.id}.{rule.status}.{twist.label}",
        family="protocol",
        harm=f"{twist.harm} where {operation.id} answers {rule.status}",
        clause=_clause(contract, operation, rule, twist),
        caught_by=frozenset(twist.caught_by),
        bend=bend,
    )


def _typed(media_type: str) -> Callable[[Reply], Reply]:
    return lambda reply: with_header(reply, "Content-Type", media_type)


def _without_charset(reply: Reply) -> Reply:
    value = (reply.header("Content-Type") or "").partition(";")[0]
    return with_header(reply, "Content-Type", value)
