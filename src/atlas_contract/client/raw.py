"""Raw calls: a request in the contract's terms, a reply as it came. For tools that pass both on unchanged."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from atlas_contract.client import failures
from atlas_contract.client.conversation import Conversation
from atlas_contract.client.operations import exchange
from atlas_contract.client.session import Session
from atlas_contract.model import Operation, Place
from atlas_snapshots.errors import BadArgument
from atlas_snapshots.limits import Limit, path_segment


def send_raw(
    session: Session,
    operation: Operation,
    arguments: Mapping[str, str],
    *,
    query: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Conversation[httpx.Response]:
    """Send a request of an operation and return its reply unread, whatever its status.

    Args:
        operation: one of the contract's operations.
        arguments: the path arguments by name; each is held to its pattern before anything is sent.
        query: query parameters, sent as they are.
        body: the raw body.

    Raises:
        InvalidArgument: a path argument is missing or outside its pattern; nothing was sent.
        TransportFailed, LoginRefused: no reply came.
    """
    try:
        path = _path(operation, arguments)
    except BadArgument as error:
        raise failures.of_argument(error, operation) from None
    headers = {"Accept": operation.success.contents[0].media_type}
    if operation.body:
        headers["Content-Type"] = operation.body[0].media_type
    request = {"method": operation.method, "url": path, "params": query, "headers": headers, "content": body}
    return exchange(session, request, operation)


def _path(operation: Operation, arguments: Mapping[str, str]) -> str:
    path = operation.path
    for parameter in operation.parameters_in(Place.PATH):
        limit = Limit(source=f"openapi.json{parameter.pointer}", pattern=parameter.schema.get("pattern"))
        segment = path_segment(parameter.name, arguments.get(parameter.name, ""), limit)
        path = path.replace("{" + parameter.name + "}", segment)
    return path
