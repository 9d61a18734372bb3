"""The ground a run stands on: a project and a cluster that the target is known to have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.document import body_properties
from atlas_contract.model import Case, Expectation, Headers, Operation, Place, Request

_DOTS = {".": "%2E", "..": "%2E%2E"}


@dataclass(frozen=True, slots=True)
class Ground:
    """A project id and the name of one of its clusters, both known to the target."""

    project: str
    cluster: str

    def arguments(self, operation: Operation) -> dict[str, str]:
        """The path arguments of an operation, as far as the ground knows them: project first, then cluster."""
        names = [parameter.name for parameter in operation.parameters_in(Place.PATH)]
        return dict(zip(names, (self.project, self.cluster), strict=False))


def plain_case(contract: Contract, operation: Operation, ground: Ground) -> Case:
    """The most ordinary valid request of an operation: the start of every probe that changes one thing."""
    return Case(
        operation=operation.id,
        clause=pointers.join(operation.pointer, "responses", operation.success.status),
        reason="an ordinary request",
        expectation=Expectation.ACCEPTED,
        path=ground.arguments(operation),
        headers=version_headers(operation),
        body=json.dumps(plain_body(contract, operation)).encode() if operation.body else b"",
    )


def version_headers(operation: Operation) -> Headers:
    """Accept and Content-Type as the contract wants them."""
    accept = (("Accept", content.media_type) for content in operation.success.contents[:1])
    sends = (("Content-Type", content.media_type) for content in operation.body[:1])
    return (*accept, *sends)


def plain_body(contract: Contract, operation: Operation) -> dict[str, Any]:
    """A small valid body: every writable property, the least number and a short text."""
    return {name: _plain_value(schema) for name, (_, schema) in body_properties(contract, operation).items()}


def _plain_value(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    return schema.get("minimum", 1) if schema.get("type") == "integer" else "contract suite"


def request_for(operation: Operation, case: Case) -> Request:
    """The case as it goes over the wire, still without credentials. No argument can leave its path segment."""
    target = operation.path
    for name, value in case.path.items():
        target = target.replace("{" + name + "}", _segment(value), 1)
    if case.query:
        target += "?" + urlencode(case.query, errors="surrogatepass")
    return Request(operation.method, target, case.headers, case.body)


def _segment(value: str) -> str:
    return _DOTS.get(value) or quote(value, safe="", errors="surrogatepass")
