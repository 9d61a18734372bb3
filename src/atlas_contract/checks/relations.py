"""Relations between a request and its reply that no schema states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from atlas_contract.checks.reading import json_of
from atlas_contract.contract.judge import Judge, read_json
from atlas_contract.model import Exchange, Violation


def description_is_echoed(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """A new snapshot carries the description that was asked for, to the letter."""
    asked, made = _asked(exchange), _made(exchange, judge)
    if made is not None and isinstance(asked.get("description"), str):
        wanted, found = asked["description"], made.get("description")
        if found != wanted:
            yield Violation("description-echoed", "/description", f"asked for {wanted!r}, answered {found!r}")


def expiry_follows_retention(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """A new snapshot expires the asked number of days after the request, by the server's own clock."""
    asked, made = _asked(exchange), _made(exchange, judge)
    days, sent = asked.get("retentionInDays"), exchange.reply.header("Date")
    if made is None or not isinstance(days, int) or not sent:
        return
    try:
        wanted = parsedate_to_datetime(sent) + timedelta(days=days)
        found = datetime.fromisoformat(str(made.get("expiresAt")))
        off = abs(found - wanted)
    except (ValueError, OverflowError, TypeError):
        return  # not a date, or one beyond the calendar: the schema's business
    tolerance = judge.contract.behaviour("expiry-follows-retention").values["toleranceSeconds"]
    if off > timedelta(seconds=tolerance):
        message = (
            f"asked for {days} days at {sent}, which is {wanted.isoformat()}; answered {found.isoformat()}"
        )
        yield Violation("expiry-follows-retention", "/expiresAt", message)


def _asked(exchange: Exchange) -> Mapping[str, Any]:
    try:
        body = read_json(exchange.request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _made(exchange: Exchange, judge: Judge) -> Mapping[str, Any] | None:
    if exchange.case.operation != judge.contract.main.id or not exchange.reply.succeeded:
        return None
    body = json_of(exchange.reply)
    return body if isinstance(body, dict) else None
