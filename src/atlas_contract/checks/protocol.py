"""Status, media type and headers: what can be judged before the body is read."""

from __future__ import annotations

from collections.abc import Iterator

from atlas_contract.checks.reading import envelope_of, flag, media_type, rule_of
from atlas_contract.contract import pointers
from atlas_contract.contract.judge import Judge, read_text
from atlas_contract.model import Exchange, Violation


def status_is_documented(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """The contract lists the status for the operation."""
    operation = judge.contract.operations[exchange.case.operation]
    if exchange.reply.status not in operation.replies:
        listed = ", ".join(map(str, sorted(operation.replies)))
        clause = pointers.join(operation.pointer, "responses")
        yield Violation(clause, "", f"status {exchange.reply.status} is none of {listed}")


def media_type_is_documented(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """A reply with a body has the media type, and so the version, that the contract names."""
    rule = rule_of(exchange, judge.contract)
    found = media_type(exchange.reply)
    if rule is None or (not exchange.reply.body and found is None):
        return
    listed = [content.media_type.lower() for content in rule.contents]
    if listed and found not in listed:
        clause = pointers.join(rule.pointer, "content")
        yield Violation(clause, "", f"the media type is {found}, not {' or '.join(listed)}")


def envelope_is_as_asked(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """A success comes in an envelope that names its status if one was asked for, and without one if not."""
    if not exchange.reply.succeeded or not exchange.reply.body:
        return
    asked, envelope = flag(exchange, "envelope"), envelope_of(exchange, judge.contract)
    if asked != (envelope is not None):
        message = "an envelope was asked for, none came" if asked else "an envelope came, none was asked for"
        yield Violation("envelope-layout", "", message)
    elif envelope is not None:
        key = judge.contract.behaviour("envelope-layout").values["statusKey"]
        if envelope[key] != exchange.reply.status:
            message = f"the envelope says {envelope[key]!r}, the reply itself {exchange.reply.status}"
            yield Violation("envelope-layout", f"/{key}", message)


def headers_conform(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """Required reply headers are there, and each described header that is there has an allowed value."""
    rule = rule_of(exchange, judge.contract)
    for header in rule.headers if rule else ():
        value = exchange.reply.header(header.name)
        if value is None and header.required:
            yield Violation(
                pointers.join(rule_pointer(header.pointer), "required"), "", f"{header.name} is missing"
            )
        elif value is not None:
            for broken in judge.violations(header.pointer, read_text(header.schema, value)):
                yield Violation(broken.clause, "", f"{header.name}: {broken.message}")


def rule_pointer(schema_pointer: str) -> str:
    """The header object a header's schema belongs to."""
    return schema_pointer.removesuffix("/schema")
