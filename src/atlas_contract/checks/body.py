"""The body: present where it must be, JSON, and as the schema of the chosen variant wants it."""

from __future__ import annotations

from collections.abc import Iterator

from atlas_contract.checks.reading import media_type, rule_of
from atlas_contract.contract import pointers
from atlas_contract.contract.judge import Judge, read_json
from atlas_contract.model import Content, Exchange, ReplyRule, Violation


def body_conforms(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """The body breaks no clause of the schema that the contract gives for this status."""
    rule = rule_of(exchange, judge.contract)
    content = _content(rule, exchange) if rule else None
    if rule is None or content is None or content.pointer is None:
        return
    if not exchange.reply.body:
        if not rule.body_optional:
            yield Violation(pointers.join(rule.pointer, "content"), "", "the body is empty")
        return
    try:
        value = read_json(exchange.reply.body)
    except ValueError as error:
        yield Violation(pointers.join(rule.pointer, "content"), "", f"the body is no JSON text: {error}")
        return
    for broken in judge.violations(content.pointer, value):
        place = f" at {broken.place}" if broken.place else ""
        yield Violation(broken.clause, broken.place, f"{broken.message}{place}")


def error_body_names_its_status(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """The `error` number of an error body is the reply's own status."""
    rule = rule_of(exchange, judge.contract)
    if rule is None or not exchange.reply.refused or not exchange.reply.body:
        return
    try:
        value = read_json(exchange.reply.body)
    except ValueError:
        return
    number = value.get("error") if isinstance(value, dict) else None
    if isinstance(number, int) and number != exchange.reply.status:
        message = f"error is {number} in a reply with status {exchange.reply.status}"
        yield Violation("error-names-status", "/error", message)


def _content(rule: ReplyRule, exchange: Exchange) -> Content | None:
    sent = media_type(exchange.reply)
    exact = (content for content in rule.contents if content.media_type.lower() == sent)
    return next(exact, rule.contents[0] if rule.contents else None)
