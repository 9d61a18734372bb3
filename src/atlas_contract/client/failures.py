"""Every way a call can fail, turned into the one tree of errors. No secret gets into any of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx

from atlas_contract import redact
from atlas_contract.client.retry import NEVER_SENT, named_wait
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
from atlas_snapshots.models import ApiError, OAuthError

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
    NotAcceptable: "regenerate the client for a version that Atlas serves",
    ServerError: "try again later",
}
_REQUEST_ID = ("request-id", "requestid", "trace-id", "traceid", "correlation-id", "x-error-id")


def of_argument(error: generated.BadArgument, operation: Operation) -> InvalidArgument:
    """An argument the generated code did not let pass."""
    return InvalidArgument(str(error), where=error.source, expected=error.allowed, operation=operation.id)


def of_transport(error: httpx.HTTPError, operation: Operation) -> AtlasError:
    """A request without a whole reply."""
    what = f"{operation.id}: no reply came ({type(error).__name__}: {redact.text(str(error)) or 'no detail'})"
    arrived = not isinstance(error, NEVER_SENT)
    return TransportFailed(
        what, where=_url(error) or operation.path, operation=operation.id, may_have_arrived=arrived
    )


def _url(error: httpx.HTTPError) -> str:
    try:
        return str(error.request.url)
    except RuntimeError:  # httpx's way of saying that the error has no request
        return ""


def of_reply(error: generated.ReplyError, response: httpx.Response, operation: Operation) -> AtlasError:
    """A reply that the generated code could not read: a plain failure where the status says so, else a violation."""
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        return of_status(response, operation, None)
    pointer = error.pointer if isinstance(error, generated.UnexpectedBody) else ""
    return ContractViolation(
        f"{operation.id}: {redact.text(str(error))}",
        where=operation.path,
        operation=operation.id,
        status=response.status_code,
        content=response.content,
        pointer=pointer,
    )


def of_status(
    response: httpx.Response, operation: Operation, body: object, contract: Contract | None = None
) -> ApiFailure:
    """An error status, with whatever its body could tell."""
    facts = _facts(body)
    kind = _kind(response.status_code, facts.get("error_code"), contract)
    words = facts["detail"] or _phrase(response.status_code)
    code = f" {facts['error_code']}" if facts["error_code"] else ""
    failure = kind(
        f"{operation.id}: {response.status_code}{code}: {redact.text(words)}",
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


def _kind(status: int, code: str | None, contract: Contract | None) -> type[ApiFailure]:
    if status == HTTPStatus.BAD_REQUEST and contract is not None:
        unfinished = contract.behaviour("unfinished-snapshot").reply or {}
        if code == unfinished.get("errorCode"):
            return UnfinishedSnapshot
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    return _BY_STATUS.get(status, ApiFailure)


def _facts(body: object) -> dict[str, Any]:
    if isinstance(body, ApiError):
        parameters = body.parameters or ()
        return {
            "error_code": body.error_code or None,
            "detail": body.detail or body.reason or None,
            "parameters": tuple(parameters),
        }
    if isinstance(body, OAuthError):
        return {"error_code": body.error, "detail": body.error_description or None, "parameters": ()}
    return {"error_code": None, "detail": None, "parameters": ()}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "a status that HTTP does not name"


def _request_ids(response: httpx.Response) -> dict[str, str]:
    return {
        name: value for name, value in response.headers.items() if any(part in name for part in _REQUEST_ID)
    }
