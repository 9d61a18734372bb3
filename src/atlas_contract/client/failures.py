"""Every way a call can fail, turned into the one tree of errors. No secret gets into any of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx

from atlas_contract import redact
from atlas_contract.auth import members_of
from atlas_contract.client.retry import named_wait
from atlas_contract.contract import Contract
from atlas_contract.errors import (
    ApiFailure,
    AtlasError,
    BadRequest,
    ContractViolation,
    Forbidden,
    InvalidArgument,
    NotAcceptable,
    NotFound,
    RateLimited,
    ServerError,
    TransportFailed,
    Unauthorized,
    UnfinishedSnapshot,
)
from atlas_contract.model import Operation
from atlas_snapshots import errors as generated

LOCATION = "atlas_contract.location"
"""Key of a reply's extensions that holds where a redirect leads to."""

_BY_STATUS: dict[int, type[ApiFailure]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.NOT_ACCEPTABLE: NotAcceptable,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimited,
}
_HINTS: dict[type[ApiFailure], str] = {
    UnfinishedSnapshot: "wait for the unfinished snapshot, then ask again",
    Unauthorized: "check the credentials, and that they have one of the roles the operation needs",
    Forbidden: "check the API access list of the service account or key",
    RateLimited: "wait for `retry_after` seconds, or a minute, and ask less often",
    NotAcceptable: "regenerate the client for a version that Atlas serves",
    ServerError: "try again later",
}
_REQUEST_ID = ("request-id", "requestid", "trace-id", "traceid", "correlation-id", "x-error-id")


def of_argument(error: generated.BadArgument, operation: Operation) -> InvalidArgument:
    """An argument the generated code did not let pass."""
    what = f"{error.name}={error.value!r:.80} is not allowed."
    return InvalidArgument(what, where=error.source, expected=error.allowed, operation=operation.id)


def of_body(error: generated.UnexpectedBody, operation: Operation) -> InvalidArgument:
    """A body with a member of another type than the contract's."""
    return InvalidArgument(
        f"{error.pointer.lstrip('/')} is {error.found}.",
        where=f"body of {operation.id}",
        expected=error.expected,
        operation=operation.id,
    )


def of_text(operation: Operation) -> InvalidArgument:
    """A body with characters that cannot be sent."""
    return InvalidArgument(
        "The text has characters that cannot be sent.",
        where=f"body of {operation.id}",
        expected="text that UTF-8 can write",
        operation=operation.id,
    )


def of_url(error: httpx.InvalidURL, operation: Operation) -> InvalidArgument:
    """Arguments that fit their patterns, but together make no URL."""
    return InvalidArgument(
        f"The arguments make no URL: {error}.",
        where=operation.path,
        expected="shorter arguments",
        operation=operation.id,
    )


def of_transport(error: httpx.HTTPError, operation: Operation, *, arrived: bool) -> AtlasError:
    """A request without a whole reply; `arrived` if Atlas may have acted on it."""
    reason = f"{type(error).__name__}: {redact.text(str(error)) or 'no detail'}"
    return TransportFailed(
        f"{operation.id}: no reply that can be read came ({reason})",
        where=_url(error) or operation.path,
        operation=operation.id,
        may_have_arrived=arrived,
    )


def _url(error: httpx.HTTPError) -> str:
    try:
        return str(error.request.url)
    except RuntimeError:  # httpx's way of saying that the error has no request
        return ""


def of_reply(
    error: generated.ReplyError, response: httpx.Response, operation: Operation
) -> ContractViolation:
    """A reply that is no failure, and that the generated code could not read."""
    pointer = error.pointer if isinstance(error, generated.UnexpectedBody) else ""
    location = response.extensions.get(LOCATION)
    further = f"; it leads to {location!r}, and redirects are not followed" if location else ""
    return ContractViolation(
        f"{operation.id}: {redact.text(str(error) + further)}",
        where=operation.path,
        operation=operation.id,
        status=response.status_code,
        content=response.content,
        pointer=pointer,
    )


def of_status(response: httpx.Response, operation: Operation, contract: Contract) -> ApiFailure:
    """An error status, with whatever its body can tell."""
    facts = _facts(response)
    kind = _kind(response.status_code, facts["error_code"], contract)
    words = facts["detail"] or _phrase(response.status_code)
    code = f" {facts['error_code']}" if facts["error_code"] else ""
    failure = kind(
        f"{operation.id}: {response.status_code}{code}: {words}",
        where=operation.path,
        operation=operation.id,
        status=response.status_code,
        request_ids=_request_ids(response),
        hint=_HINTS.get(kind, ""),
        **facts,
    )
    if isinstance(failure, RateLimited):
        failure.retry_after = named_wait(response)
    return failure


def _kind(status: int, code: str | None, contract: Contract) -> type[ApiFailure]:
    unfinished = contract.behaviour("unfinished-snapshot").reply or {}
    if (status, code) == (unfinished.get("status"), unfinished.get("errorCode")):
        return UnfinishedSnapshot
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    return _BY_STATUS.get(status, ApiFailure)


def _facts(response: httpx.Response) -> dict[str, Any]:
    """Code, detail and parameters, each as far as it is there and of its type.

    Not read with the models: a failure must be told apart even where its body breaks the contract elsewhere, and where
    the operation doesn't document its status.
    """
    body = members_of(response.content)
    detail = _text(body, "detail") or _text(body, "error_description") or _text(body, "reason")
    parameters = body.get("parameters")
    return {
        "error_code": _text(body, "errorCode") or _text(body, "error"),
        "detail": detail,
        "parameters": tuple(map(_redacted, parameters)) if isinstance(parameters, list) else (),
    }


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return redact.text(value) if isinstance(value, str) and value else None


def _redacted(value: Any) -> Any:
    return redact.text(value) if isinstance(value, str) else value


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "a status that HTTP does not name"


def _request_ids(response: httpx.Response) -> dict[str, str]:
    return {
        name: value for name, value in response.headers.items() if any(part in name for part in _REQUEST_ID)
    }
