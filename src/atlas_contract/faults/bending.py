"""Tools to bend a handler: tell what a request asks for, change a reply's JSON, headers or status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from atlas_contract.contract import Contract
from atlas_contract.mock import Handler, Mock
from atlas_contract.model import Operation, Reply, Request

Change = Callable[[Request, Reply], Reply]
Applies = Callable[[Operation, Reply], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: the operation, its decoded path arguments, its query."""

    operation: Operation
    arguments: Mapping[str, str]
    query: Mapping[str, str]


def asked(contract: Contract, request: Request) -> Asked | None:
    """What a request asks for; None where it is no operation's."""
    path, _, query = request.target.partition("?")
    found = contract.match(request.method, path)
    if found is None:
        return None
    return Asked(found[0], found[1], dict(parse_qsl(query, keep_blank_values=True)))


def place_of(found: Asked | None) -> tuple[str, str]:
    """The project and cluster that a request is about, "" where it names none."""
    project, cluster, *_ = (*found.arguments.values(), "", "") if found else ("", "")
    return project, cluster


def operation_of(contract: Contract, request: Request) -> Operation | None:
    """The operation that a request asks for."""
    found = contract.match(request.method, request.target.partition("?")[0])
    return found and found[0]


def changing(mock: Mock, applies: Applies, change: Change) -> Handler:
    """The mock's handler with some replies changed."""

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        operation = operation_of(mock.contract, request) or _neighbour(mock.contract, request)
        return change(request, reply) if operation is not None and applies(operation, reply) else reply

    return handle


def _neighbour(contract: Contract, request: Request) -> Operation | None:
    """The first operation at the path of a request whose method the path does not take."""
    path = request.target.partition("?")[0]
    methods = contract.methods(path)
    found = contract.match(methods[0], path) if methods else None
    return found and found[0]


def retargeted(asked_for: Asked, arguments: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The target of a request with other arguments or another query."""
    path = asked_for.operation.path
    for name, value in arguments.items():
        path = path.replace("{" + name + "}", quote(value, safe=""), 1)
    return path + ("?" + urlencode(query) if query else "")


def json_in(body: bytes) -> Any:
    """The JSON of a body, None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def with_json(reply: Reply, value: Any) -> Reply:
    """The reply with another JSON body, as compact and as ordered as the mock's."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return with_body(reply, text.encode("utf-8", "backslashreplace"))


def with_body(reply: Reply, body: bytes) -> Reply:
    """The reply with another body, and the length of that."""
    return replace(with_header(reply, "Content-Length", str(len(body))), body=body)


def with_header(reply: Reply, name: str, value: str | None) -> Reply:
    """The reply with another value of a header, or without it."""
    others = tuple(pair for pair in reply.headers if pair[0].lower() != name.lower())
    return replace(reply, headers=others if value is None else (*others, (name, value)))


def with_request_header(request: Request, name: str, value: str | None) -> Request:
    """The request with another value of a header, or without it."""
    others = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=others if value is None else (*others, (name, value)))


def authorized(mock: Mock, request: Request) -> Request:
    """The request as the world's manager would send it."""
    return with_request_header(
        request, "Authorization", f"Bearer {mock.token_for(mock.world.manager.account)}"
    )


def unwrapped(value: Any, contract: Contract) -> tuple[Any, Callable[[Any], Any]]:
    """What an envelope carries, and how to put something else into it."""
    key = contract.behaviour("envelope-layout").values["contentKey"]
    if isinstance(value, dict) and set(value) == {
        key,
        contract.behaviour("envelope-layout").values["statusKey"],
    }:
        return value[key], lambda inner: {**value, key: inner}
    return value, lambda inner: inner


def editing(contract: Contract, edit: Callable[[Any], Any]) -> Change:
    """A change of the JSON that a reply carries, in its envelope or not; those for people stay as they are."""

    def change(_: Request, reply: Reply) -> Reply:
        whole = json_in(reply.body)
        if whole is None or b"\n" in reply.body:
            return reply
        inner, wrap = unwrapped(whole, contract)
        edited = edit(inner)
        return reply if edited is inner else with_json(reply, wrap(edited))

    return change
