"""Faults of acceptance: each clause of each request that a server could fail to enforce."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from atlas_contract.cases.wire import FORM, written
from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.document import body_properties
from atlas_contract.contract.judge import Judge, judge_of
from atlas_contract.contract.plain import plain_value
from atlas_contract.faults.bending import (
    Asked,
    asked,
    authorized,
    json_in,
    retargeted,
    with_request_header,
)
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.mock import Handler, Mock
from atlas_contract.model import Operation, Parameter, Place, Reply, Request

Repair: TypeAlias = Callable[[Mock, Judge, Asked, Request], Request | None]
"""The request without one kind of mistake; None where it does not have that mistake."""

PROMISED = {"credentials-missing": "authentication-required", "version-not-acceptable": "version-required"}
"""Refusals that a promise of its own stands behind."""

CAUGHT = frozenset({"outcome_is_expected", "refusal_is_as_stated", "deleted_stays_deleted"})


def acceptance_faults(contract: Contract) -> Iterator[Fault]:
    """For each operation: every request clause that it could fail to enforce."""
    for operation in contract.operations.values():
        for parameter in operation.parameters_in(Place.PATH):
            yield _fault(operation, f"malformed-{parameter.name}", parameter.pointer, _malformed(parameter))
        for parameter in operation.parameters_in(Place.QUERY):
            if contract.speaks("query-parameter-invalid", operation.id):
                yield _fault(operation, f"query-{parameter.name}", parameter.pointer, _bad_query(parameter))
        for behaviour, repair in REPAIRS.items():
            if contract.speaks(behaviour, operation.id):
                yield _fault(operation, behaviour, PROMISED.get(behaviour, behaviour), repair)
        yield from _body_faults(contract, operation)


def accepting(contract: Contract, build: Build, operation: Operation | None, repair: Repair) -> Handler:
    """A mock that, where it would refuse a request for a kind of mistake, answers as if that had not been made."""
    mock, judge = build(contract), judge_of(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if reply.succeeded:
            return reply
        found = asked(contract, request)
        if found is None or (operation is not None and found.operation.id != operation.id):
            return reply
        repaired = repair(mock, judge, found, request)
        return reply if repaired is None else mock.handle(repaired)

    return handle


def _fault(operation: Operation, what: str, clause: str, repair: Repair) -> Fault:
    return Fault(
        id=f"accepts.{operation.id}.{what}",
        family="acceptance",
        harm=f"takes what {operation.id} must refuse: {what}",
        clause=clause,
        caught_by=CAUGHT,
        bend=lambda contract, build: accepting(contract, build, operation, repair),
    )


def _malformed(parameter: Parameter) -> Repair:
    def repair(mock: Mock, judge: Judge, found: Asked, request: Request) -> Request | None:
        if judge.argument_conforms(parameter, found.arguments[parameter.name]):
            return None
        return _with_argument(mock, found, request, parameter.name)

    return repair


def _bad_query(parameter: Parameter) -> Repair:
    def repair(_: Mock, judge: Judge, found: Asked, request: Request) -> Request | None:
        sent = found.query.get(parameter.name)
        if sent is None or judge.argument_conforms(parameter, sent):
            return None
        kept = {name: value for name, value in found.query.items() if name != parameter.name}
        return replace(request, target=retargeted(found, found.arguments, kept))

    return repair


def _unknown(index: int, *, foreign: bool = False) -> Repair:
    """Whatever well-formed project, cluster or snapshot is named: the one that there is."""

    def repair(mock: Mock, judge: Judge, found: Asked, request: Request) -> Request | None:
        parameters = found.operation.parameters_in(Place.PATH)
        if len(parameters) <= index:
            return None
        parameter = parameters[index]
        sent = found.arguments[parameter.name]
        known = mock.world.project(sent) is not None if index == 0 else False
        if not judge.argument_conforms(parameter, sent) or (index == 0 and known != foreign):
            return None
        return _with_argument(mock, found, request, parameter.name)

    return repair


def _with_argument(mock: Mock, found: Asked, request: Request, name: str) -> Request | None:
    """The request with the good argument of that name."""
    names = [parameter.name for parameter in found.operation.parameters_in(Place.PATH)]
    home = mock.world.home
    given = [found.arguments[each] for each in names[1:2]]
    cluster = given[0] if given and home.cluster(given[0]) else mock.world.home_cluster.name
    kept = mock.world.snapshots_of((home.id, cluster))
    good = (home.id, cluster, kept[-1].id if kept else "")
    value = good[names.index(name)]
    if not value:
        return None
    return replace(request, target=retargeted(found, {**found.arguments, name: value}, found.query))


def _anybody(mock: Mock, _: Judge, __: Asked, request: Request) -> Request | None:
    return authorized(mock, request)


def _any_role(mock: Mock, _: Judge, __: Asked, request: Request) -> Request | None:
    reply = mock.handle(request)
    code = (mock.contract.behaviour("role-missing").reply or {})["errorCode"]
    body = json_in(reply.body)
    return authorized(mock, request) if isinstance(body, dict) and body.get("errorCode") == code else None


def _any_address(mock: Mock, _: Judge, __: Asked, request: Request) -> Request | None:
    return authorized(mock, request) if mock.handle(request).status == HTTPStatus.FORBIDDEN else None


def _any_version(mock: Mock, _: Judge, found: Asked, request: Request) -> Request | None:
    wanted = (mock.contract.behaviour("version-not-acceptable").reply or {})["status"]
    if mock.handle(request).status != wanted:
        return None
    return with_request_header(request, "Accept", found.operation.success.contents[0].media_type)


def _any_media_type(mock: Mock, _: Judge, found: Asked, request: Request) -> Request | None:
    wanted = (mock.contract.behaviour("media-type-not-json").reply or {})["status"]
    if mock.handle(request).status != wanted:
        return None
    return with_request_header(request, "Content-Type", found.operation.body[0].media_type)


REPAIRS: dict[str, Repair] = {
    "credentials-missing": _anybody,
    "role-missing": _any_role,
    "ip-not-allowed": _any_address,
    "version-not-acceptable": _any_version,
    "media-type-not-json": _any_media_type,
    "project-unknown": _unknown(0),
    "project-forbidden": _unknown(0, foreign=True),
    "cluster-unknown": _unknown(1),
    "snapshot-unknown": _unknown(2),
}


def _body_faults(contract: Contract, operation: Operation) -> Iterator[Fault]:
    if not operation.body or operation.body[0].pointer is None:
        return
    full, schema = pointers.follow(contract.document, operation.body[0].pointer)
    for name, (pointer, rules) in body_properties(contract, operation).items():
        for keyword in ("type", "format", "enum", "const", "minimum", "maximum", "pattern"):
            if keyword in rules and not (keyword == "type" and operation.body[0].media_type == FORM):
                clause = pointers.join(pointer, keyword)
                yield _fault(operation, f"body-{name}-{keyword}", clause, _bad_attribute(name, clause))
    for name in schema.get("required", ()):
        clause = pointers.join(full, "required")
        yield _fault(operation, f"body-without-{name}", clause, _bad_attribute(name, clause))
    for behaviour, repair in BODY_REPAIRS.items():
        if contract.speaks(behaviour, operation.id):
            yield _fault(operation, behaviour, behaviour, repair)


def _bad_attribute(name: str, clause: str) -> Repair:
    """A property that breaks a clause is taken for the plain one."""

    def repair(mock: Mock, judge: Judge, found: Asked, request: Request) -> Request | None:
        sent, pointer = _sent(found, request), str(found.operation.body[0].pointer)
        if not isinstance(sent, dict) or not any(
            each.clause == clause and each.place in ("", f"/{name}")
            for each in judge.violations(pointer, sent)
        ):
            return None
        return replace(
            request, body=written(found.operation, {**sent, name: _plain(mock.contract, found)[name]})
        )

    return repair


def _sent(found: Asked, request: Request) -> Any:
    if found.operation.body[0].media_type == FORM:
        return dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
    return json_in(request.body)


def _unknown_attribute(mock: Mock, _: Judge, found: Asked, request: Request) -> Request | None:
    sent, known = json_in(request.body), _plain(mock.contract, found)
    if not isinstance(sent, dict) or not set(sent) - set(known):
        return None
    return replace(request, body=json.dumps({key: sent[key] for key in sent if key in known}).encode())


def _no_json(mock: Mock, _: Judge, found: Asked, request: Request) -> Request | None:
    code = (mock.contract.behaviour("json-malformed").reply or {})["errorCode"]
    if not re.search(code.encode(), mock.handle(request).body):
        return None
    return replace(request, body=json.dumps(_plain(mock.contract, found)).encode())


def _no_object(mock: Mock, _: Judge, found: Asked, request: Request) -> Request | None:
    code = (mock.contract.behaviour("json-not-object").reply or {})["errorCode"]
    if f'"{code}"'.encode() not in mock.handle(request).body:
        return None
    return replace(request, body=json.dumps(_plain(mock.contract, found)).encode())


def _too_large(_: Mock, __: Judge, ___: Asked, request: Request) -> Request | None:
    return replace(request, body=request.body.strip()) if request.body.endswith(b" ") else None


BODY_REPAIRS: dict[str, Repair] = {
    "attribute-unknown": _unknown_attribute,
    "json-malformed": _no_json,
    "json-not-object": _no_object,
    "body-too-large": _too_large,
}


def _plain(contract: Contract, found: Asked) -> dict[str, Any]:
    properties = body_properties(contract, found.operation)
    return {name: plain_value(contract.document, pointer) for name, (pointer, _) in properties.items()}
