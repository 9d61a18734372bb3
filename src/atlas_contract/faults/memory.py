"""Faults of memory, named by hand: what a server forgets, repeats or does though it says it won't."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.faults.bending import asked, json_in, place_of, retargeted
from atlas_contract.faults.fault import Bend, Build, Fault
from atlas_contract.mock import Handler
from atlas_contract.model import Reply, Request

BAD_REQUEST = HTTPStatus.BAD_REQUEST
Row: TypeAlias = tuple[str, str, tuple[str, ...], Bend]


def memory_faults(_: Contract) -> Iterator[Fault]:
    """Every fault of this table."""
    for name, (harm, clause, caught_by, bend) in TABLE.items():
        yield Fault(name, "state", harm, clause, frozenset(caught_by), bend, derived=False)


def _two_unfinished(contract: Contract, build: Build) -> Handler:
    """Takes a second snapshot while the first is unfinished."""
    mock = build(contract)
    busy = (contract.behaviour("unfinished-snapshot").reply or {})["errorCode"].encode()

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if busy not in reply.body:
            return reply
        found = asked(contract, request)
        place = place_of(found)
        kept = mock.world.snapshots.get(place, [])
        held, kept[:] = list(kept), []
        reply = mock.handle(request)
        kept[:] = [*held, *kept]
        return reply

    return handle


def _ghost(contract: Contract, build: Build) -> Handler:
    """A refused take creates a snapshot all the same."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        found = asked(contract, request)
        if found is not None and found.operation.id == contract.main.id and reply.status == BAD_REQUEST:
            target = retargeted(found, found.arguments, {})
            mock.handle(replace(request, target=target, body=b"{}"))
        return reply

    return handle


def _removing_anyway(contract: Contract, build: Build) -> Handler:
    """A refused removal of an unfinished snapshot removes it all the same."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        found = asked(contract, request)
        if found is None or found.operation.method != "DELETE" or reply.status != BAD_REQUEST:
            return reply
        kept = mock.world.snapshots.get(place_of(found), [])
        kept[:] = [each for each in kept if each.id not in found.arguments.values()]
        return reply

    return handle


def _undeleted(contract: Contract, build: Build) -> Handler:
    """Says that it removes, and does not."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        found = asked(contract, request)
        if found is None or found.operation.method != "DELETE":
            return mock.handle(request)
        place = place_of(found)
        kept = list(mock.world.snapshots.get(place, ()))
        reply = mock.handle(request)
        if reply.succeeded:
            mock.world.snapshots[place] = kept
        return reply

    return handle


def _deleted_twice(contract: Contract, build: Build) -> Handler:
    """Answers a second removal like the first one."""
    mock = build(contract)
    gone: dict[str, Reply] = {}

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if request.method == "DELETE" and reply.succeeded:
            gone[request.target] = reply
        return gone.get(request.target, reply) if request.method == "DELETE" else reply

    return handle


def _override(contract: Contract, build: Build) -> Handler:
    """Obeys a header that asks for another method."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        return mock.handle(
            replace(request, method=request.header("X-HTTP-Method-Override") or request.method)
        )

    return handle


def _numbers_as_text(contract: Contract, build: Build) -> Handler:
    """Takes numbers written as text."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        sent = json_in(request.body)
        if isinstance(sent, dict):
            read = {
                key: int(each) if isinstance(each, str) and each.isdecimal() else each
                for key, each in sent.items()
            }
            request = replace(request, body=json.dumps(read).encode()) if read != sent else request
        return mock.handle(request)

    return handle


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


# fmt: off
TABLE: dict[str, Row] = {
    "two-unfinished": ("takes a second snapshot while one is unfinished", "one-unfinished-at-a-time",
                       ("outcome_is_expected", "one_unfinished_at_a_time"), _two_unfinished),
    "ghost-of-refused": ("creates a snapshot though it refuses to", "refusals-change-nothing",
                         ("nothing_appears_unasked", "outcome_is_expected", "one_unfinished_at_a_time"), _ghost),
    "removes-though-refusing": ("removes unfinished snapshots though it refuses to", "refusals-change-nothing",
                                ("outcome_is_expected", "list_is_whole", "snapshots_finish"), _removing_anyway),
    "undeleted": ("says that it removes, and does not", "deleted-stays-deleted",
                  ("deleted_stays_deleted", "outcome_is_expected"), _undeleted),
    "deleted-twice": ("removes the same snapshot again and again", "deleted-stays-deleted",
                      ("deleted_stays_deleted", "outcome_is_expected"), _deleted_twice),
    "obeys-override": ("obeys a header that asks for another method", "reads-change-nothing",
                       ("outcome_is_expected", "status_is_documented", "body_conforms", "deleted_stays_deleted"),
                       _override),
    "numbers-as-text": ("takes numbers written as text", "attribute-wrong-type", ("outcome_is_expected",),
                        _numbers_as_text),
}
# fmt: on
