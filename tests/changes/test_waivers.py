"""Waivers: which changes they cover, and what is said of those that do not help."""

from __future__ import annotations

import datetime as dt
from typing import Any

from atlas_contract.changes import Change, Grade, Side, gravest, waived
from atlas_contract.model import Accepted

DAY = dt.date(2026, 12, 31)
CHANGE = Change("#/a/enum", Side.REPLY, Grade.BREAKING, '`a`: "x" is new')


def waiver(**about: str) -> Accepted:
    """A waiver of what has these facts."""
    return Accepted(about, "known since spring", "kites", DAY, "waivers.yaml, line 2")


def test_a_waiver_covers_what_it_names() -> None:
    """The waived change carries it and no longer counts, without another word."""
    (change,), notes = waived([CHANGE], [waiver(clause="#/a/*", side="reply", what='*"x" is new')], DAY)
    assert change.waiver is not None
    assert change.waiver.owner == "kites"
    assert gravest([change]) is None
    assert notes == ()


def test_one_fact_that_differs_is_enough() -> None:
    """A waiver for the other side, or for other words, lets nothing pass and is reported as fitting nothing."""
    for about in ({"side": "request"}, {"what": '*"y" is new'}, {"clause": "#/b/*"}):
        (change,), notes = waived([CHANGE], [waiver(**{"clause": "#/a/enum", **about})], DAY)
        assert change.waiver is None
        assert "fits no breaking change" in notes[0]


def test_an_expired_waiver_no_longer_counts() -> None:
    """From the day after, the change is breaking again, and it is said whose waiver has run out."""
    (change,), notes = waived([CHANGE], [waiver(clause="#/a/enum")], DAY + dt.timedelta(days=1))
    assert gravest([change]) is Grade.BREAKING
    assert "expired on 2026-12-31" in notes[0]
    assert "take the change back" in notes[0]
    assert "kites" in notes[0]


def test_only_what_breaks_is_waived() -> None:
    """A compatible change needs no waiver and gets none."""
    harmless: Any = Change("#/a/enum", Side.REQUEST, Grade.COMPATIBLE, "wider")
    (change,), notes = waived([harmless], [waiver(clause="#/a/enum")], DAY)
    assert change.waiver is None
    assert "fits no breaking change" in notes[0]
