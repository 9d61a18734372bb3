"""Did the target do with the case what a conforming server does with it, and say so in the stated words?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import refusal_in_words, same, shown, text_in
from atlas_contract.contract import pointers
from atlas_contract.model import Expectation, Violation


def an_answer_comes(moment: Moment, _: History) -> Iterator[Violation]:
    """Every request is answered, and to the end."""
    if not moment.reply.status:
        why = moment.reply.body.decode("utf-8", "replace")
        yield Violation(
            pointers.join(moment.operation.pointer, "responses"), "", f"no whole answer came: {why}"
        )


def outcome_is_expected(moment: Moment, _: History) -> Iterator[Violation]:
    """A valid case is answered with the documented success, an invalid one with a refusal."""
    case, reply = moment.case, moment.reply
    if case.expectation is Expectation.ACCEPTED and reply.refused:
        refusal, success = refusal_in_words(reply), moment.operation.success.status
        yield Violation(case.clause, "", f"{case.reason}, yet the answer was {refusal}, not {success}")
    if case.expectation is Expectation.REFUSED and not reply.refused and not reply.failed:
        yield Violation(case.clause, "", f"{case.reason}, yet it was accepted with status {reply.status}")


def server_does_not_fail(moment: Moment, _: History) -> Iterator[Violation]:
    """No request whatever is answered with a 5xx status."""
    if moment.reply.failed:
        clause = pointers.join(moment.operation.pointer, "responses")
        yield Violation(clause, "", f"{moment.case.reason}: the server failed with {moment.reply.status}")


def refusal_is_as_stated(moment: Moment, _: History) -> Iterator[Violation]:
    """A refusal that a behaviour states has its status and its error code, or those of a stated alternative."""
    stated = _stated(moment)
    if stated is None or not moment.reply.refused:
        return
    allowed = stated["accepts"] or [stated]
    wanted = [(each["status"], each.get("errorCode") or each.get("error")) for each in allowed]
    found = moment.reply.status, _code(moment, stated)
    empty_allowed = stated.get("bodyMayBeEmpty") and not moment.reply.body
    if found not in wanted and not (empty_allowed and moment.reply.status == stated["status"]):
        told = " or ".join(f"{status} {code or 'without a code'}" for status, code in wanted)
        message = f"{moment.case.reason}: refused with {refusal_in_words(moment.reply)}, not {told}"
        yield Violation(moment.case.refusal, "", message)
    elif stated.get("body") == "empty" and moment.reply.body:
        yield Violation(moment.case.refusal, "", f"the refusal has a body of {len(moment.reply.body)} bytes")


def refusal_speaks_of_the_case(moment: Moment, _: History) -> Iterator[Violation]:
    """The detail and the parameters of a refusal are those stated, filled with what the case was about."""
    stated, value = _stated(moment), moment.value
    if stated is None or not isinstance(value, dict) or "detailSource" in stated:
        return
    if "errorDescription" in stated and moment.reply.status == stated["status"]:
        wanted, found = stated["errorDescription"], value.get("error_description")
        if found is not None and not same(found, wanted):
            message = f"the description is {shown(found)}, not {wanted!r}"
            yield Violation(moment.case.refusal, "/error_description", message)
    if "detail" in stated:
        yield from _words_of_the_api(moment, stated, value)


def _words_of_the_api(
    moment: Moment, stated: Mapping[str, Any], value: Mapping[str, Any]
) -> Iterator[Violation]:
    if (moment.reply.status, value.get("errorCode")) != (stated["status"], stated["errorCode"]):
        return
    known = {**moment.case.path, "path": _path(moment)}
    if not _words(stated["detail"], tuple(known.items())).fullmatch(text_in(value, "detail")):
        message = f"the detail is {shown(value.get('detail'))}, not as stated: {stated['detail']}"
        yield Violation(moment.case.refusal, "/detail", message)
    wanted = stated.get("parameters")
    if wanted is None and value.get("parameters") is not None:
        yield Violation(
            moment.case.refusal, "/parameters", "the refusal has parameters, and should have none"
        )
    if wanted is not None and not _fits(wanted, value.get("parameters"), known):
        message = f"the parameters are {shown(value.get('parameters'))}, not {wanted}"
        yield Violation(moment.case.refusal, "/parameters", message)


def error_code_header_agrees(moment: Moment, _: History) -> Iterator[Violation]:
    """The header with the error code says the same as the body."""
    header, code = moment.header("X-Error-Code"), text_in(moment.value, "errorCode")
    if header is not None and code and header != code:
        yield Violation("error-names-status", "/errorCode", f"X-Error-Code is {header}, the body says {code}")


def _stated(moment: Moment) -> Mapping[str, Any] | None:
    """Reply and values of the behaviour that says how the case is refused."""
    if not moment.case.refusal:
        return None
    behaviour = moment.contract.behaviour(moment.case.refusal)
    if behaviour.reply is None:
        return None
    return {"accepts": (), **behaviour.values, **behaviour.reply}


def _code(moment: Moment, stated: Mapping[str, Any]) -> str | None:
    key = "error" if "error" in stated else "errorCode"
    return text_in(moment.value, key) or None


def _path(moment: Moment) -> str:
    return moment.exchange.request.target.partition("?")[0].lstrip("/")


@lru_cache(maxsize=4096)
def _words(template: str, known: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """What a stated text may be, placeholders that nobody knows the value of left open."""
    values = dict(known)
    parts = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(text))
        if name is not None:
            parts.append("/?" + re.escape(values[name]) if name in values else ".*")
    return re.compile("".join(parts), re.DOTALL)


def _fits(wanted: list[str], found: Any, known: Mapping[str, str]) -> bool:
    if not isinstance(found, list) or len(found) != len(wanted):
        return False
    pairs = zip(wanted, found, strict=True)
    return all(
        same(value, known[name]) or (name == "path" and value == "/" + known[name])
        for name, value in pairs
        if name in known
    )
