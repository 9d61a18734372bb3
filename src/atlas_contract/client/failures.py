"""Every way a call can fail, turned into the one tree of errors. No secret gets into any of them."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import httpx

from atlas_contract import redact
from atlas_contract.auth import members_of
from atlas_contract.client.retry import named_wait
from atlas_contract.client.session import Session
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
from atlas_contract.quoting import quoted
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
    RateLimited: "wait a minute, and ask less often",
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


def of_url(error: httpx.InvalidURL, operation: Operation) -> InvalidArgument:
    """Arguments that fit their patterns, but together make no URL."""
    return InvalidArgument(
        f"The arguments make no URL: {error}.",
        where=operation.path,
        expected="shorter arguments",
        operation=operation.id,
    )


def of_transport(
    error: httpx.HTTPError, session: Session, operation: Operation, *, arrived: bool, at_login: bool
) -> AtlasError:
    """A request without a whole reply, or one for a token; `arrived` if Atlas may have acted on the operation's own."""
    reason = f"{type(error).__name__}: {quoted(redact.text(str(error), session.secrets)) or 'no detail'}"
    lost = (
        "the token endpoint gave no reply that can be read" if at_login else "no reply that can be read came"
    )
    further = "; without a token the request itself was not carried out" if at_login and not arrived else ""
    return TransportFailed(
        f"{operation.id}: {lost} ({reason}){further}",
        where=_url(error) or operation.path,
        operation=operation.id,
        may_have_arrived=arrived,
        hint=_way(session),
    )


def _way(session: Session) -> str:
    """What to look at where no connection came about."""
    proxies = f", and the proxy that {', '.join(session.proxies)} names" if session.proxies else ""
    return f"check the address and the network{proxies}, then try again"


def _url(error: httpx.HTTPError) -> str:
    try:
        return str(error.request.url)
    except RuntimeError:  # httpx's way of saying that the error has no request
        return ""


def of_reply(
    error: generated.ReplyError, response: httpx.Response, session: Session, operation: Operation
) -> ContractViolation:
    """A reply that is no failure, and that the generated code could not read."""
    pointer = error.pointer if isinstance(error, generated.UnexpectedBody) else ""
    location = response.extensions.get(LOCATION)
    further = f"; it leads to {location!r}, and redirects are not followed" if location else ""
    return ContractViolation(
        f"{operation.id}: {quoted(redact.text(str(error) + further, session.secrets))}",
        where=operation.path,
        operation=operation.id,
        status=response.status_code,
        content=response.content,
        pointer=pointer,
    )


def of_repeated_page(number: int, response: httpx.Response, operation: Operation) -> ContractViolation:
    """A page of a list with nothing that the pages before it had not, which promises yet another one."""
    return ContractViolation(
        f"{operation.id}: page {number} has nothing new, and still leads to a next one.",
        where=operation.path,
        operation=operation.id,
        status=response.status_code,
        content=response.content,
        pointer="/results",
    )


def of_status(
    response: httpx.Response, session: Session, operation: Operation, *, at_login: bool = False
) -> ApiFailure:
    """An error status, with whatever its body can tell; at login, the token endpoint's."""
    facts = _facts(response, session.secrets)
    kind = _kind(response.status_code, facts["error_code"], session)
    words = quoted(facts["detail"] or _phrase(response.status_code))
    code = f" {quoted(facts['error_code'])}" if facts["error_code"] else ""
    endpoint = " from the token endpoint" if at_login else ""
    failure = kind(
        f"{operation.id}: {response.status_code}{code}{endpoint}: {words}",
        where=session.contract.token.path if at_login else operation.path,
        operation=operation.id,
        status=response.status_code,
        request_ids=_request_ids(response, session.secrets),
        hint=_HINTS.get(kind, ""),
        **facts,
    )
    named = named_wait(response)
    if named and isinstance(failure, RateLimited | ServerError):
        failure.hint = f"wait {named:.0f} seconds, as Atlas says, and ask less often"
    if isinstance(failure, RateLimited):
        failure.retry_after = named
    return failure


def _kind(status: int, code: str | None, session: Session) -> type[ApiFailure]:
    unfinished = session.contract.behaviour("unfinished-snapshot").reply or {}
    if (status, code) == (unfinished.get("status"), unfinished.get("errorCode")):
        return UnfinishedSnapshot
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    return _BY_STATUS.get(status, ApiFailure)


def _facts(response: httpx.Response, secrets: Iterable[str]) -> dict[str, Any]:
    """Code, detail and parameters, each as far as it is there and of its type, and without a secret.

    Not read with the models: a failure must be told apart even where its body breaks the contract elsewhere, and where
    the operation doesn't document its status.
    """
    body = members_of(response.content)
    texts = {
        name: redact.text(value, secrets) for name, value in body.items() if isinstance(value, str) and value
    }
    parameters = body.get("parameters")
    told = parameters if isinstance(parameters, list) else ()
    return {
        "error_code": texts.get("errorCode") or texts.get("error"),
        "detail": texts.get("detail") or texts.get("error_description") or texts.get("reason"),
        "parameters": tuple(redact.text(each, secrets) if isinstance(each, str) else each for each in told),
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "a status that HTTP does not name"


def _request_ids(response: httpx.Response, secrets: Iterable[str]) -> dict[str, str]:
    return {
        name: redact.text(value, secrets)
        for name, value in response.headers.items()
        if any(part in name for part in _REQUEST_ID)
    }
