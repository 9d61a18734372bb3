"""Faults of replies: every keyword of every reply schema broken, and every described header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge, judge_of, read_text
from atlas_contract.faults.bending import changing, editing, with_header
from atlas_contract.faults.fault import Bend, Build, Fault
from atlas_contract.faults.schemas import Break, breaks
from atlas_contract.mock import Handler
from atlas_contract.model import HeaderRule, Operation, Reply, ReplyRule, Request

SERVER_FAULTS = 500  # statuses from here on no case asks for


def body_faults(contract: Contract) -> Iterator[Fault]:
    """Each keyword of each success of each operation; those of errors once for each status."""
    judge = judge_of(contract)
    told: set[tuple[str, int]] = set()
    for operation in contract.operations.values():
        for rule in told_replies(contract, operation):
            pointer = rule.contents[0].pointer if rule.contents else None
            if pointer is None:
                continue
            at, _ = pointers.follow(contract.document, pointer)
            success = rule is operation.success
            if success or (at, rule.status) not in told:
                told.add((at, rule.status))
                owner = operation.id if success else at.rpartition("/")[2]
                for found in breaks(contract, judge, pointer):
                    yield _body_fault(owner, operation if success else None, rule.status, found)


def header_faults(contract: Contract) -> Iterator[Fault]:
    """Each header that the contract describes: with a value that it cannot have, and missing if it must be there."""
    judge = judge_of(contract)
    told: set[str] = set()
    for operation in contract.operations.values():
        for rule in told_replies(contract, operation):
            if rule.pointer in told:
                continue
            told.add(rule.pointer)
            for header in rule.headers:
                yield from _header_faults(judge, rule, header)


def told_replies(contract: Contract, operation: Operation) -> Iterator[ReplyRule]:
    """The replies of an operation that somebody can ask for: its success, and the refusals that are stated."""
    stated = {
        int(behaviour.reply["status"])
        for behaviour in contract.behaviours.values()
        if behaviour.reply and contract.speaks(behaviour.id, operation.id)
    }
    refused_methods = (contract.behaviour("method-not-allowed").reply or {})["status"]
    if operation.id != contract.main.id:
        stated.discard(
            refused_methods
        )  # a method that a path does not take is no operation's; the main one stands for it
    for rule in operation.replies.values():
        if rule is operation.success or (rule.status in stated and rule.status < SERVER_FAULTS):
            yield rule


def _body_fault(owner: str, operation: Operation | None, status: int, found: Break) -> Fault:
    place = ".".join(map(str, found.steps)) or "body"
    keyword = found.keyword.partition(".")[0]
    suffix = f".{found.kind[1]}" if found.kind[1] and operation else ""

    def bend(contract: Contract, build: Build) -> Handler:
        return changing(
            build(contract),
            lambda asked, reply: reply.status == status and (operation is None or asked.id == operation.id),
            editing(contract, found.apply),
        )

    return Fault(
        id=f"reply.{owner}.{status}{suffix}.{place}.{keyword}",
        family="reply",
        harm=f"breaks the {keyword} of {place} in replies with status {status}",
        clause=found.clause,
        caught_by=frozenset({"body_conforms"}),
        bend=bend,
    )


def _header_faults(judge: Judge, rule: ReplyRule, header: HeaderRule) -> Iterator[Fault]:
    component = f"{rule.pointer.rpartition('/')[2]}.{header.name}"
    base = Fault(
        id=f"header.{component}.wrong",
        family="header",
        harm=f"sends {header.name} with a value that it cannot have",
        clause=header.pointer,
        caught_by=frozenset({"headers_conform", "allow_names_the_methods", "challenge_is_fresh"}),
        bend=_sets(rule, header.name, _wrong_value(judge, header)),
    )
    if _wrong_value(judge, header) is not None:
        yield base
    if header.required:
        yield replace(
            base,
            id=f"header.{component}.missing",
            harm=f"leaves out {header.name}",
            clause=pointers.join(header.pointer.removesuffix("/schema"), "required"),
            bend=_sets(rule, header.name, None),
        )


def _sets(rule: ReplyRule, name: str, value: str | None) -> Bend:
    def bend(contract: Contract, build: Build) -> Handler:
        def applies(operation: Operation, reply: Reply) -> bool:
            found = operation.replies.get(reply.status)
            return found is not None and found.pointer == rule.pointer

        def change(_: Request, reply: Reply) -> Reply:
            return with_header(reply, name, value)

        return changing(build(contract), applies, change)

    return bend


def _wrong_value(judge: Judge, header: HeaderRule) -> str | None:
    right = str(header.example or header.schema.get("const", "x"))
    near = (right.upper(), right.lower(), right[:-1], right + "?", "?")
    wrong = (each for each in near if not judge.conforms(header.pointer, read_text(header.schema, each)))
    return next(wrong, None)
