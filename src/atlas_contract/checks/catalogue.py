"""The list of checks, and the one function that holds an exchange against all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from atlas_contract.checks.body import body_conforms, error_body_names_its_status
from atlas_contract.checks.outcome import outcome_is_expected, server_does_not_fail
from atlas_contract.checks.protocol import (
    envelope_is_as_asked,
    headers_conform,
    media_type_is_documented,
    status_is_documented,
)
from atlas_contract.checks.reading import unwrapped
from atlas_contract.checks.relations import description_is_echoed, expiry_follows_retention
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Exchange, Finding, Violation

Check = Callable[[Exchange, Judge], Iterator[Violation]]

WIRE_CHECKS: tuple[Check, ...] = (envelope_is_as_asked,)
"""Checks of the reply as it came, envelope and all; every other check sees what the envelope carries."""

CHECKS: tuple[Check, ...] = (
    *WIRE_CHECKS,
    outcome_is_expected,
    server_does_not_fail,
    status_is_documented,
    media_type_is_documented,
    headers_conform,
    body_conforms,
    error_body_names_its_status,
    description_is_echoed,
    expiry_follows_retention,
)


def judge_exchange(exchange: Exchange, judge: Judge) -> list[Finding]:
    """Every finding of every check on one exchange, in the order of the checks."""
    inner = unwrapped(exchange, judge.contract)
    return [
        Finding(check.__name__, broken.clause, judge.contract.source(broken.clause), broken.message, exchange)
        for check in CHECKS
        for broken in check(exchange if check in WIRE_CHECKS else inner, judge)
    ]
