"""Did the target do with the case what a conforming server does with it?"""

from __future__ import annotations

from collections.abc import Iterator

from atlas_contract.checks.reading import refusal_in_words
from atlas_contract.contract import pointers
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Exchange, Expectation, Violation


def outcome_is_expected(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """A valid case is answered with the documented success, an invalid one with a refusal."""
    case, status = exchange.case, exchange.reply.status
    if exchange.reply.failed:
        return
    if case.expectation is Expectation.ACCEPTED:
        if not exchange.reply.succeeded:
            success = judge.contract.operations[case.operation].success.status
            refusal = refusal_in_words(exchange.reply)
            yield Violation(case.clause, "", f"{case.reason}, yet the answer was {refusal}, not {success}")
    elif case.expectation is Expectation.REFUSED:
        if not exchange.reply.refused:
            yield Violation(case.clause, "", f"{case.reason}, yet it was accepted with status {status}")
        elif case.statuses and status not in case.statuses:
            wanted = " or ".join(map(str, case.statuses))
            refusal = refusal_in_words(exchange.reply)
            yield Violation(case.clause, "", f"{case.reason}; it was refused with {refusal}, not {wanted}")


def server_does_not_fail(exchange: Exchange, judge: Judge) -> Iterator[Violation]:
    """No request whatever is answered with a 5xx status."""
    if exchange.reply.failed:
        operation = judge.contract.operations[exchange.case.operation]
        clause = pointers.join(operation.pointer, "responses")
        yield Violation(clause, "", f"{exchange.case.reason}: the server failed with {exchange.reply.status}")
