"""Status, media type and headers: what can be judged before the body is understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import media_type
from atlas_contract.contract import pointers
from atlas_contract.contract.judge import read_text
from atlas_contract.model import Gap, Violation

HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding")


def status_is_documented(moment: Moment, _: History) -> Iterator[Violation]:
    """The contract lists the status for the operation."""
    listed = moment.operation.replies
    for status in dict.fromkeys((moment.reply.status, moment.status)):
        if status not in listed:
            clause = pointers.join(moment.operation.pointer, "responses")
            place = "" if status == moment.reply.status else "/status"
            yield Violation(
                clause, place, f"status {status} is none of {', '.join(map(str, sorted(listed)))}"
            )


def media_type_is_documented(moment: Moment, _: History) -> Iterator[Violation]:
    """A reply with a body has the media type, and so the version, that the contract names."""
    rule, found = moment.rule, media_type(moment.header("Content-Type"))
    if rule is None or (not moment.reply.body and found is None):
        return
    listed = [content.media_type.lower() for content in rule.contents]
    if listed and found not in listed:
        clause = pointers.join(rule.pointer, "content")
        yield Violation(clause, "", f"the media type is {found}, not {' or '.join(listed)}")


def content_type_is_exact(moment: Moment, _: History) -> Iterator[Violation]:
    """A success says the version that was meant and its charset; an error is plain JSON, whatever was asked for."""
    facts, found = moment.facts, moment.header("Content-Type")
    if not facts.speaks("reply-media-types", moment.operation.id):
        return
    stated = facts.values("reply-media-types")
    if moment.succeeded:
        accept = moment.exchange.request.header("Accept")
        meant = facts.resolved(accept) if accept else None
        types = facts.success_types
        allowed = (types[meant],) if meant else tuple(types.values())
        if found not in allowed:
            yield Violation("reply-media-types", "", f"Content-Type is {found}, not {' or '.join(allowed)}")
    elif moment.reply.refused and moment.reply.body and found != stated["error"]:
        yield Violation("reply-media-types", "", f"Content-Type is {found}, not {stated['error']}")


def headers_conform(moment: Moment, _: History) -> Iterator[Violation]:
    """Required reply headers are there, and each described header that is there has an allowed value."""
    headers = moment.headers
    for header in moment.rule.headers if moment.rule else ():
        value = headers.get(header.name.lower())
        if value is None:
            if header.required:
                clause = pointers.join(header.pointer.removesuffix("/schema"), "required")
                yield Violation(clause, "", f"{header.name} is missing")
        elif not moment.judge.text_conforms(header.pointer, header.schema, value):
            for broken in moment.judge.violations(header.pointer, read_text(header.schema, value)):
                yield Violation(broken.clause, "", f"{header.name}: {broken.message}")


def headers_stay_away(moment: Moment, _: History) -> Iterator[Violation]:
    """Headers that a behaviour says are not there, are not there."""
    for behaviour in _silences(moment):
        values = moment.facts.values(behaviour)
        for name in values.get("omits", ()):
            if moment.header(name) is not None:
                yield Violation(behaviour, "", f"there is a header {name}")
        if "onlyHeaders" in values:
            allowed = (*values["onlyHeaders"], *values.get("sometimesHeaders", ()), *HOP_BY_HOP)
            for name in sorted(moment.headers.keys() - {each.lower() for each in allowed}):
                yield Violation(behaviour, "", f"there is a header {name}")


def challenge_is_fresh(moment: Moment, history: History) -> Iterator[Violation]:
    """A refusal for want of credentials carries the stated digest challenge, with a nonce never seen before."""
    if moment.case.refusal != "credentials-missing" or moment.reply.status != _unauthorized(moment):
        return
    stated = moment.facts.values("digest-challenge")
    challenge = moment.header("WWW-Authenticate") or ""
    wanted = ", ".join(_field(stated, name, moment.nonce) for name in stated["order"])
    if challenge != f"Digest {wanted}":
        yield Violation(
            "digest-challenge", "", f"the challenge is {challenge or 'missing'}, not Digest {wanted}"
        )
    elif len(moment.nonce) != stated["nonceCharacters"]:
        yield Violation("digest-challenge", "", f"the nonce has {len(moment.nonce)} characters")
    elif moment.nonce in history.nonces:
        yield Violation("digest-challenge", "", "the nonce was used before")


def rate_limit_headers_agree(moment: Moment, history: History) -> Iterator[Violation]:
    """Capacity and rest come together, and each request within a second leaves less than the one before it."""
    stated = moment.facts.values("rate-limit")
    names = stated["headers"]
    limit, left = moment.header(names["limit"]), moment.header(names["remaining"])
    if (limit is None) != (left is None):
        yield Violation("rate-limit", "", f"{names['limit']} is {limit}, {names['remaining']} is {left}")
    if moment.level is None or not moment.place:
        return
    capacity, rest = moment.level
    if rest >= capacity:
        yield Violation("rate-limit", "", f"{rest} requests are left of {capacity}, after this one")
    date, before = history.levels.get(moment.place[0], ("", 0)) if moment.knows(Gap.MEANWHILE) else ("", 0)
    if date and date == moment.header("Date") and rest >= before > 0:
        yield Violation("rate-limit", "", f"{rest} requests are left; before this request it was {before}")


def retry_after_is_told(moment: Moment, _: History) -> Iterator[Violation]:
    """A refusal because of too many requests says when to come back."""
    if moment.case.refusal != "rate-limited" or moment.reply.status != _status(moment, "rate-limited"):
        return
    for name in moment.facts.values("rate-limited")["headers"]:
        if moment.header(name) is None:
            yield Violation("rate-limited", "", f"{name} is missing")


def allow_names_the_methods(moment: Moment, _: History) -> Iterator[Violation]:
    """A refused method is told which methods there are."""
    if moment.case.refusal != "method-not-allowed" or moment.reply.status != _status(
        moment, "method-not-allowed"
    ):
        return
    stated = moment.facts.values("method-not-allowed")["allow"]
    told = (moment.header("Allow") or "").split(stated["separator"])
    known = moment.contract.methods(moment.exchange.request.target.partition("?")[0])
    missing = [method for method in (*known, *stated["always"]) if method not in told]
    if missing or moment.case.method in told:
        yield Violation(
            "method-not-allowed", "", f"Allow is {','.join(told)}; {missing or 'the refused method'}"
        )


def _silences(moment: Moment) -> Iterator[str]:
    """The behaviours that say of this reply which headers it does not have."""
    refusal = moment.case.refusal
    if refusal and moment.reply.refused and moment.reply.status == _status(moment, refusal):
        yield refusal
    if moment.succeeded and moment.operation.id == moment.facts.take:
        yield "snapshot-creation"
    if moment.succeeded and moment.operation.id in moment.facts.removals:
        yield "deletion-reply"
    if moment.is_about_snapshots:
        yield "never-deprecated"


def _field(stated: Mapping[str, Any], name: str, nonce: str) -> str:
    value = nonce if name == "nonce" else stated[name]
    return f'{name}="{value}"' if name in stated["quoted"] else f"{name}={value}"


def _unauthorized(moment: Moment) -> int:
    return _status(moment, "credentials-missing")


def _status(moment: Moment, behaviour: str) -> int:
    return int((moment.contract.behaviour(behaviour).reply or {}).get("status", 0))
