"""The list of checks, and the one function that holds an exchange against all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from atlas_contract.checks import body, creation, following, lists, outcome, protocol
from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment, Topic
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Exchange, Finding, Gap, Violation

Check = Callable[[Moment, History], Iterator[Violation]]

CHECKS: tuple[Check, ...] = (
    outcome.outcome_is_expected,
    outcome.server_does_not_fail,
    outcome.refusal_is_as_stated,
    outcome.refusal_speaks_of_the_case,
    outcome.error_code_header_agrees,
    protocol.status_is_documented,
    protocol.media_type_is_documented,
    protocol.content_type_is_exact,
    protocol.headers_conform,
    protocol.headers_stay_away,
    protocol.challenge_is_fresh,
    protocol.rate_limit_headers_agree,
    protocol.retry_after_is_told,
    protocol.allow_names_the_methods,
    body.length_is_true,
    body.body_conforms,
    body.error_body_names_its_status,
    body.envelope_is_as_asked,
    body.json_is_laid_out,
    creation.description_is_echoed,
    creation.expiry_follows_retention,
    creation.creation_is_as_stated,
    creation.id_is_new,
    creation.id_carries_request_time,
    creation.links_are_as_stated,
    creation.token_is_as_stated,
    following.status_moves_forward,
    following.known_stays_known,
    following.stages_bring_what_they_add,
    following.times_are_in_order,
    following.expiry_moves_at_completion,
    following.retention_change_is_applied,
    following.reads_agree,
    following.deleted_stays_deleted,
    following.the_asked_snapshot_comes,
    following.sharded_parts_agree,
    lists.one_unfinished_at_a_time,
    lists.list_is_whole,
    lists.nothing_appears_unasked,
    lists.list_links_are_as_stated,
)
"""Every check of an exchange that came to its end; `an_answer_comes` is the one of those that did not."""


NEEDS: Mapping[Check, frozenset[Gap]] = {
    protocol.media_type_is_documented: frozenset({Gap.REPLY_HEADERS}),
    protocol.content_type_is_exact: frozenset({Gap.REPLY_HEADERS}),
    protocol.headers_conform: frozenset({Gap.REPLY_HEADERS}),
    protocol.headers_stay_away: frozenset({Gap.REPLY_HEADERS}),
    protocol.challenge_is_fresh: frozenset({Gap.REPLY_HEADERS}),
    protocol.rate_limit_headers_agree: frozenset({Gap.REPLY_HEADERS}),
    protocol.retry_after_is_told: frozenset({Gap.REPLY_HEADERS}),
    protocol.allow_names_the_methods: frozenset({Gap.REPLY_HEADERS}),
    outcome.refusal_is_as_stated: frozenset({Gap.REPLY_BODY}),
    outcome.refusal_speaks_of_the_case: frozenset({Gap.REPLY_BODY}),
    outcome.error_code_header_agrees: frozenset({Gap.REPLY_HEADERS, Gap.REPLY_BODY}),
    body.length_is_true: frozenset({Gap.LAYOUT}),
    body.body_conforms: frozenset({Gap.REPLY_BODY}),
    body.error_body_names_its_status: frozenset({Gap.REPLY_BODY}),
    body.envelope_is_as_asked: frozenset({Gap.REPLY_BODY}),
    body.json_is_laid_out: frozenset({Gap.LAYOUT}),
    creation.id_carries_request_time: frozenset({Gap.REPLY_HEADERS}),
    creation.token_is_as_stated: frozenset({Gap.REPLY_BODY}),
    lists.nothing_appears_unasked: frozenset({Gap.MEANWHILE}),
}
"""The checks that have nothing to go by where something is not known. Those that then know less ask the moment."""


REMEMBERS: Mapping[Check, frozenset[Gap]] = {
    creation.description_is_echoed: frozenset({Gap.REQUEST_BODY}),
    creation.expiry_follows_retention: frozenset({Gap.REQUEST_BODY, Gap.REPLY_HEADERS}),
    following.retention_change_is_applied: frozenset({Gap.REQUEST_BODY}),
}
"""What a check may still know of an earlier exchange. Where it is missing, nobody can be sure that it found nothing."""


ABOUT: Mapping[Topic, frozenset[Check]] = {
    Topic.REFUSAL: frozenset(
        {
            outcome.refusal_is_as_stated,
            outcome.refusal_speaks_of_the_case,
            protocol.challenge_is_fresh,
            protocol.retry_after_is_told,
            protocol.allow_names_the_methods,
        }
    ),
    Topic.TAKEN: frozenset(
        {creation.creation_is_as_stated, creation.id_is_new, creation.id_carries_request_time}
    ),
    Topic.LIST: frozenset(
        {
            lists.one_unfinished_at_a_time,
            lists.list_is_whole,
            lists.nothing_appears_unasked,
            lists.list_links_are_as_stated,
        }
    ),
    Topic.SNAPSHOTS: frozenset(
        {
            creation.description_is_echoed,
            creation.expiry_follows_retention,
            creation.links_are_as_stated,
            following.status_moves_forward,
            following.known_stays_known,
            following.stages_bring_what_they_add,
            following.times_are_in_order,
            following.expiry_moves_at_completion,
            following.retention_change_is_applied,
            following.reads_agree,
            following.the_asked_snapshot_comes,
            following.sharded_parts_agree,
        }
    ),
}
"""The checks that speak of one topic only. Of a moment that is not about it they have nothing to say."""


def judge_exchange(exchange: Exchange, judge: Judge, history: History) -> list[Finding]:
    """Every finding of every check on one exchange, in the order of the checks; then the history takes it in."""
    moment = Moment(exchange, judge, history.facts)
    found = judge_moment(moment, history)
    history.record(moment)
    return found


def judge_moment(moment: Moment, history: History) -> list[Finding]:
    """Every finding of every check on one moment, in the order of the checks; the history stays as it is."""
    source = moment.contract.source
    checks: tuple[Check, ...] = (outcome.an_answer_comes,)
    if moment.reply.status:
        checks = _concerned(moment.exchange.gaps, moment.topics)
    return [
        Finding(
            check.__name__,
            broken.clause,
            source(broken.clause),
            broken.message,
            moment.exchange,
            broken.place,
        )
        for check in checks
        for broken in check(moment, history)
    ]


STATE: Mapping[str, Check] = {
    "access-token": creation.token_is_as_stated,
    "authentication-required": outcome.outcome_is_expected,
    "description-echoed": creation.description_is_echoed,
    "envelope-layout": body.envelope_is_as_asked,
    "expiry-follows-retention": creation.expiry_follows_retention,
    "json-layout": body.json_is_laid_out,
    "reads-change-nothing": following.reads_agree,
    "reply-media-types": protocol.content_type_is_exact,
    "retention-change": following.retention_change_is_applied,
    "retention-units": following.retention_change_is_applied,
    "snapshot-creation": creation.creation_is_as_stated,
    "timestamps": body.body_conforms,
    "version-required": outcome.outcome_is_expected,
}
"""Of behaviours whose breach many checks notice by what follows from it: the one without which none may."""


READERS: frozenset[Check] = frozenset(
    {
        outcome.error_code_header_agrees,
        body.body_conforms,
        body.error_body_names_its_status,
        body.envelope_is_as_asked,
        body.json_is_laid_out,
        creation.token_is_as_stated,
    }
)
"""The checks that go by the value of a body, whatever the moment is about."""


@lru_cache(maxsize=1024)
def held(gaps: frozenset[Gap], topics: frozenset[Topic], *, unasked: bool, empty: bool) -> frozenset[str]:
    """The names of the checks that would have told of a breach in a moment that has these gaps and topics.

    Args:
        unasked: whether any answer was as good as another.
        empty: whether the reply has no value.
    """
    blind = {check for check, needed in REMEMBERS.items() if needed & gaps}
    blind |= {outcome.outcome_is_expected} if unasked else set()
    blind |= READERS if empty else set()
    return frozenset(check.__name__ for check in _concerned(gaps, topics) if check not in blind)


@lru_cache(maxsize=1024)
def _concerned(gaps: frozenset[Gap], topics: frozenset[Topic]) -> tuple[Check, ...]:
    """The checks that know enough, and have something to say."""
    silent = frozenset().union(*(checks for topic, checks in ABOUT.items() if topic not in topics))
    blind = {check for check, needed in NEEDS.items() if needed & gaps}
    return tuple(check for check in CHECKS if check not in blind and check not in silent)
