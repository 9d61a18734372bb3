"""Faults of logins and headers, named by hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.faults.bending import authorized, json_in, operation_of, with_header, with_json
from atlas_contract.faults.fault import Bend, Build, Fault
from atlas_contract.mock import Handler
from atlas_contract.model import Reply, Request

Row: TypeAlias = tuple[str, str, tuple[str, ...], Bend]


def login_faults(_: Contract) -> Iterator[Fault]:
    """Every fault of this table."""
    for name, (harm, clause, caught_by, bend) in TABLE.items():
        yield Fault(name, "state", harm, clause, frozenset(caught_by), bend, derived=False)


def _old_nonce(contract: Contract, build: Build) -> Handler:
    """Challenges everybody with the same nonce."""
    mock = build(contract)
    first: list[str] = []

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        challenge = reply.header("WWW-Authenticate")
        if challenge is None or (request.header("Authorization") or "").startswith("Digest"):
            return reply
        first.append(challenge)
        return with_header(reply, "WWW-Authenticate", first[0])

    return handle


def _unverified(start: str) -> Bend:
    """A server that lets everybody in who says anything in one scheme."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            sent = request.header("Authorization") or ""
            found = operation_of(contract, request)
            if reply.status != 401 or not sent.startswith(start) or found is None:  # noqa: PLR2004
                return reply
            return reply if found.id == contract.token.id else mock.handle(authorized(mock, request))

        return handle

    return bend


def _any_client(contract: Contract, build: Build) -> Handler:
    """Sells tokens to everybody."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        found = operation_of(contract, request)
        if found is None or found.id != contract.token.id or reply.status != 401:  # noqa: PLR2004
            return reply
        account = mock.world.manager.account
        basic = base64.b64encode(f"{account.id}:{account.secret}".encode()).decode()
        return mock.handle(
            replace(
                request,
                headers=(
                    *request.headers[:0],
                    ("Authorization", f"Basic {basic}"),
                    ("Content-Type", found.body[0].media_type),
                ),
            )
        )

    return handle


def _stuck_level(contract: Contract, build: Build) -> Handler:
    """Always says that the same number of requests is left."""
    mock = build(contract)
    name = contract.behaviour("rate-limit").values["headers"]["remaining"]

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        return reply if reply.header(name) is None else with_header(reply, name, "700")

    return handle


def _without_header(kind: str) -> Bend:
    """A server that leaves one of the rate limit's headers out."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)
        name = contract.behaviour("rate-limit").values["headers"][kind]
        return lambda request: with_header(mock.handle(request), name, None)

    return bend


def _with_header(name: str, value: str) -> Bend:
    """A server that sends a header where none belongs."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            return with_header(reply, name, value) if reply.succeeded else reply

        return handle

    return bend


def _on_errors(key: str, value: Any) -> Bend:
    """A server whose errors of the API say one thing wrongly."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            body = json_in(reply.body) if reply.refused else None
            if not isinstance(body, dict) or not {key, "detail"} <= body.keys() or b"\n" in reply.body:
                return reply
            return with_json(reply, {**body, key: value})

        return handle

    return bend


def _on_refusals(name: str, value: str) -> Bend:
    """A server whose refusals have a wrong header."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            return with_header(reply, name, value) if reply.header(name) is not None else reply

        return handle

    return bend


# fmt: off
TABLE: dict[str, Row] = {
    "nonce-reused": ("challenges with the same nonce again", "digest-challenge", ("challenge_is_fresh",), _old_nonce),
    "digest-unverified": ("lets everybody in who answers a challenge", "credentials-missing",
                          ("outcome_is_expected",), _unverified("Digest")),
    "basic-accepted": ("takes a secret in the clear", "credentials-missing", ("outcome_is_expected",),
                       _unverified("Basic")),
    "token-unverified": ("lets everybody in who shows any token", "credentials-missing", ("outcome_is_expected",),
                         _unverified("Bearer")),
    "token-for-anybody": ("sells tokens to everybody", "token-client-invalid", ("outcome_is_expected",), _any_client),
    "rest-stuck": ("never counts requests", "rate-limit", ("rate_limit_headers_agree",), _stuck_level),
    "rest-untold": ("tells the capacity and not what is left of it", "rate-limit",
                    ("rate_limit_headers_agree", "retry_after_is_told"), _without_header("remaining")),
    "retry-untold": ("does not say when to come back", "rate-limited", ("retry_after_is_told",),
                     _without_header("retryAfter")),
    "error-code-header-differs": ("says another error code in the header than in the body", "error-names-status",
                                  ("error_code_header_agrees",), _on_refusals("X-Error-Code", "TEAPOT")),
    "error-number-differs": ("says another status in the body of an error", "error-names-status",
                             ("error_body_names_its_status",), _on_errors("error", 499)),
    "error-reason-differs": ("gives another status's reason", "error-names-status",
                             ("error_body_names_its_status",), _on_errors("reason", "Teapot")),
    "location": ("sends a Location for what it has created", "snapshot-creation", ("headers_stay_away",),
                 _with_header("Location", "/elsewhere")),
    "deprecated": ("calls itself deprecated", "never-deprecated", ("headers_stay_away",),
                   _with_header("Deprecation", "Mon, 5 Aug 2024 00:00:00 GMT")),
    "sunset": ("says that it will be gone", "never-deprecated", ("headers_stay_away",),
               _with_header("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT")),
}
# fmt: on
