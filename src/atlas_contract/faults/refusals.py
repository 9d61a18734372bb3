"""Faults of refusal: each valid edge of each request that a server could wrongly refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from atlas_contract.cases.ways import edges, text_of
from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.document import body_properties
from atlas_contract.contract.plain import plain_value
from atlas_contract.faults.bending import Asked, asked, json_in, retargeted, with_request_header
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.mock import Handler, Mock
from atlas_contract.model import Operation, Place, Reply, Request

Valid = Callable[[Asked, Request], bool]
CAUGHT = frozenset({"outcome_is_expected"})


def refusal_faults(contract: Contract) -> Iterator[Fault]:
    """For each operation: every valid edge of its query and its body, later versions, and the other login."""
    for operation in contract.operations.values():
        if not operation.roles:
            continue
        yield from _query_faults(operation)
        yield from _body_faults(contract, operation)
        yield _fault(operation, "digest", "digest-challenge", _by_digest)
        yield _fault(operation, "later-version", "version-negotiation", _later_version(operation))


def _query_faults(operation: Operation) -> Iterator[Fault]:
    for parameter in operation.parameters_in(Place.QUERY):
        for label, value in edges(parameter.schema):
            name, text = parameter.name, text_of(value)

            def valid(found: Asked, _: Request, name: str = name, text: str = text) -> bool:
                return found.query.get(name) == text

            yield _fault(operation, f"query-{name}-{label}", pointers.join(parameter.pointer, "type"), valid)


def _body_faults(contract: Contract, operation: Operation) -> Iterator[Fault]:
    properties = body_properties(contract, operation) if operation.body else {}
    for name, (pointer, schema) in properties.items():
        plain = plain_value(contract.document, pointer)
        for label, value in edges(schema):
            if value == plain:
                continue

            def valid(_: Asked, request: Request, name: str = name, value: object = value) -> bool:
                sent = json_in(request.body)
                return isinstance(sent, dict) and name in sent and sent[name] == value

            yield _fault(operation, f"body-{name}-{label}", pointer, valid)
        if operation.id == contract.main.id:

            def without(_: Asked, request: Request, name: str = name) -> bool:
                sent = json_in(request.body)
                return isinstance(sent, dict) and name not in sent

            yield _fault(operation, f"body-without-{name}", pointer, without)


def _by_digest(_: Asked, request: Request) -> bool:
    return (request.header("Authorization") or "").startswith("Digest ")


def _later_version(operation: Operation) -> Valid:
    own = operation.success.contents[0].media_type
    return lambda _, request: (request.header("Accept") or own) != own


def _fault(operation: Operation, what: str, clause: str, valid: Valid) -> Fault:
    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            found = asked(contract, request)
            if found is None or found.operation.id != operation.id or not valid(found, request):
                return mock.handle(request)
            return refused(mock, found, request)

        return handle

    return Fault(
        id=f"refuses.{operation.id}.{what}",
        family="refusal",
        harm=f"refuses what {operation.id} must take: {what}",
        clause=clause,
        caught_by=CAUGHT,
        bend=bend,
    )


def refused(mock: Mock, found: Asked, request: Request) -> Reply:
    """The mock's own refusal of the same request with a query that nothing can be made of."""
    flag = found.operation.parameters_in(Place.QUERY)[0].name
    target = retargeted(found, found.arguments, {flag: "refused"})
    plain = with_request_header(request, "Accept", found.operation.success.contents[0].media_type)
    return mock.handle(replace(plain, target=target))
