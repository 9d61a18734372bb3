"""Differences sorted by declarations, and declarations by what they are still good for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from atlas_contract.model import Accepted
from atlas_contract.upstream import Difference, Kind, sort

TODAY = date(2026, 11, 24)
NEW = Difference("getKite", "reply 200 > tails[] > length", "#/Kite/length", "property", "", "integer")
AGAIN = Difference(
    "listKites", "reply 200 > results[] > tails[] > length", "#/Kite/length", "property", "", "integer"
)
OURS = Difference("getKite", "query tail", "#/paths/kite", "parameter", "boolean", "")


def declaration(expires: date = TODAY, **about: str) -> Accepted:
    """A declaration that holds to the end of today, unless said otherwise."""
    return Accepted(about, "known", "kites", expires, "upstream.yaml, line 3")


def test_one_edit_is_told_once_with_all_its_places() -> None:
    """What differs in one way at one place of the fragment is one drift, however many operations show it."""
    (drift,) = sort([NEW, AGAIN], (), TODAY).drifts
    assert drift.places == (("getKite", NEW.place), ("listKites", AGAIN.place))


@pytest.mark.parametrize(
    "about",
    [
        {"clause": "#/Kite/length"},
        {"operation": "getKite", "place": "reply 200 > tails[] > *"},
        {"kind": "new upstream"},
        {"upstream": "integer", "place": "*length"},
        {"ours": "", "place": "*length"},
    ],
)
def test_a_declaration_covers_what_it_names(about: dict[str, str]) -> None:
    """By any of the facts, and nothing that differs in one of them."""
    verdict = sort([NEW, OURS], [declaration(TODAY, **about)], TODAY)
    assert [drift.clause for drift in verdict.declared] == [NEW.clause]
    assert [drift.clause for drift in verdict.undeclared] == [OURS.clause]


def test_a_declaration_of_a_value_does_not_cover_another_value() -> None:
    """When the value that was declared changes, the difference is told again."""
    pinned = declaration(clause=NEW.clause, upstream="string")
    verdict = sort([NEW], [pinned], TODAY)
    assert verdict.undeclared
    assert verdict.unused == (pinned,)


def test_an_expired_declaration_counts_no_more_and_is_named() -> None:
    """The day after its last one it is as if it were not there, but it is told."""
    old = declaration(TODAY - timedelta(days=1), clause=NEW.clause)
    verdict = sort([NEW], [old], TODAY)
    assert [drift.clause for drift in verdict.undeclared] == [NEW.clause]
    assert (verdict.expired, verdict.unused) == ((old,), ())


def test_a_renewed_declaration_beside_the_expired_one_counts() -> None:
    """Any one that holds will do."""
    old, new = declaration(TODAY - timedelta(days=1), clause=NEW.clause), declaration(clause=NEW.clause)
    verdict = sort([NEW], [old, new], TODAY)
    assert verdict.undeclared == ()
    assert verdict.expired == (old,)


def test_a_declaration_that_matches_nothing_is_noted() -> None:
    """It may have been settled upstream, or be misspelt."""
    idle = declaration(clause="#/Dragon")
    assert sort([NEW], [idle], TODAY).unused == (idle,)


def test_the_side_that_speaks_gives_the_kind() -> None:
    """What Atlas says otherwise is new upstream; what only we say is ours."""
    changed = Difference("getKite", "place", "#/c", "minimum", "1", "0")
    assert [each.kind for each in (NEW, changed, OURS)] == [Kind.NEW, Kind.NEW, Kind.OURS]
