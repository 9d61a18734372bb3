"""The same call made with two clients: what each of them would send, or refuses to."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from enum import Enum
from types import ModuleType
from typing import Any, get_args

import attrs
import httpx

from atlas_contract.callers.calls import Call
from atlas_contract.callers.difference import plain
from atlas_contract.callers.loading import Client
from atlas_contract.callers.outcomes import RAW, Outcome, facts, failed, is_unset
from atlas_contract.errors import BadInput
from atlas_contract.model import Json

_BASE = "http://client.invalid"


class OtherSurfaceError(Exception):
    """The call cannot be written for both clients; their surfaces differ, and that is told elsewhere."""


class Seam:
    """The two functions of an operation's module that need no network, and what its arguments are called.

    Raises:
        BadInput: the module has no such functions.
    """

    def __init__(self, client: Client, module: ModuleType) -> None:
        try:
            self.read, self.build = module.parse_response, module.build_request
            parameters = inspect.signature(self.build, eval_str=True).parameters
        except (AttributeError, NameError, TypeError, ValueError) as error:
            msg = f"A module of the client is none of an operation: {error}"
            raise BadInput(msg, where=str(module.__file__)) from error
        self.models = client.models
        self.names = {plain(name): name for name in parameters}
        self.required = {name for name, each in parameters.items() if each.default is each.empty}
        mentioned = _mentioned(parameters["body"].annotation) if "body" in parameters else ()
        self.model = next((each for each in mentioned if hasattr(each, "from_dict")), None)


def asked(call: Call, old: Seam, new: Seam, http: httpx.Client) -> tuple[Outcome, Outcome]:
    """The requests of a call that is written for the old client, and then run against the new one.

    Raises:
        OtherSurfaceError: the new client has not the same arguments and models, or the body is none of the old one.
    """
    arguments = {
        old.names[plain(name)]: value for name, value in call.arguments.items() if plain(name) in old.names
    }
    if call.body and "body" in old.names:
        arguments["body"] = _body(old.model, call.body[0])
    if (
        not arguments.keys() <= set(new.names.values())
        or not (old.required | new.required) <= arguments.keys()
    ):
        raise OtherSurfaceError
    same = {name: transplanted(value, new.models) for name, value in arguments.items()}
    return _sent(old, arguments, http), _sent(new, same, http)


def http_client() -> httpx.Client:
    """A client that builds requests and reaches nothing."""
    nowhere = httpx.MockTransport(lambda _: httpx.Response(503))
    return httpx.Client(base_url=_BASE, transport=nowhere, trust_env=False)


def transplanted(value: Any, models: Mapping[str, Any]) -> Any:
    """The value with every model and enum of one client replaced by the other client's of the same name.

    Raises:
        OtherSurfaceError: the other client has no such model, or it has other members.
    """
    if isinstance(value, (list, tuple)):
        return [transplanted(item, models) for item in value]
    kind = type(value)
    if not attrs.has(kind) and not isinstance(value, Enum):
        return value
    try:
        if isinstance(value, Enum):
            return models[kind.__name__](value.value)
        given = {each.name: getattr(value, each.name) for each in attrs.fields(kind)}
        kept = {name: transplanted(inner, models) for name, inner in given.items() if not is_unset(inner)}
        return models[kind.__name__](**kept)
    except (KeyError, TypeError) as error:
        raise OtherSurfaceError from error


def _body(model: Any, value: Json) -> Any:
    """The JSON as the model of the operation's body; as it is where there is no model."""
    try:
        if model is None:
            return value
        return (
            [model.from_dict(each) for each in value] if isinstance(value, list) else model.from_dict(value)
        )
    except ValueError as error:
        raise OtherSurfaceError from error


def _sent(seam: Seam, arguments: Mapping[str, Any], http: httpx.Client) -> Outcome:
    """The request as it would stand on the wire."""
    try:
        request = http.build_request(**seam.build(**arguments))
        content = request.read()
    except Exception as error:  # noqa: BLE001 - whatever a caller would get to see
        return failed(error)
    headers = {f"header {name}": value for name, value in request.headers.items() if name != "content-length"}
    path, _, query = request.url.raw_path.decode().partition("?")
    return Outcome(
        {"method": request.method, "path": f"text {path}", **_query(query), **headers, **_content(content)}
    )


def _query(query: str) -> dict[str, str]:
    """Each item of a query as it is written, those of one name together."""
    found: dict[str, str] = {}
    for item in filter(None, query.split("&")):
        name = f"query {item.partition('=')[0]}"
        found[name] = f"{found.get(name, 'text')} {item}"
    return found


def _content(content: bytes) -> dict[str, str]:
    """The body: JSON by its members, and its bytes as they are."""
    try:
        members = dict(facts("body", json.loads(content)))
    except ValueError:
        members = {}
    return {**members, RAW: f"bytes {content!r}"}


def _mentioned(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _mentioned(inner)
