"""The report of verify: deviations first, the verdict last, fit for a terminal and for programs."""

from __future__ import annotations

import json
from dataclasses import replace

from atlas_contract.model import Gap, Source
from atlas_contract.reports.verification import (
    Deviation,
    Sighting,
    Trace,
    Undescribed,
    Unjudged,
    Verified,
    document,
    lines,
)

SEEN = Sighting("a.har, entry 1", 1767225600.0)
DEVIATION = Deviation(
    clause="#/x/enum",
    source=Source.OBSERVED,
    check="body_conforms",
    message="\x1b[31mred\x07",
    operations={"get": 2, "list": 1},
    judged=9,
    first=SEEN,
    last=Sighting("b.har", None),
    traces=(Trace("x", 2), Trace({"status": 418, "mediaType": None}, 1)),
)
FULL = Verified(
    layer="effective",
    files=2,
    read=20,
    judged={"get": 9},
    deviations=(DEVIATION,),
    guesses=(DEVIATION,),
    undescribed=(Undescribed("x-new", 3, 9, SEEN, SEEN),),
    unjudged=tuple(Unjudged("no operation", f"GET /{n}", 1, SEEN) for n in range(25)),
    unjudged_others=7,
    late=1,
    missing={Gap.REPLY_BODY: 4, Gap.CUT_OFF: 3},
)


def test_the_report_tells_all_and_ends_with_the_verdict() -> None:
    """Where, how often, first and last seen, what was not judged."""
    text = "\n".join(lines(FULL))
    assert "seen       3 of 9 judged: get, list" in text
    assert 'values     "x" (2), 418 without a media type (1)' in text
    assert "first      2026-01-01T00:00:00Z, a.har, entry 1" in text
    assert "last       at an unknown time, b.har" in text
    assert "x-new" in text
    assert "      5  others" in text
    assert "7 more" in text
    assert "1 seen out of order" in text
    assert "no body in 4 of 9 replies" in text
    assert "3 of these bodies" in text
    verdict = text.splitlines()[-1]
    assert verdict == "verdict    1 deviation from 1 clause (9 exchanges judged, 11 not, 1 guess refuted)"


def test_nobody_is_told_of_more_than_was_recorded() -> None:
    """A verdict on traffic without bodies says that it is about what there was."""
    bare = Verified("effective", 1, 2, {"get": 2}, missing={Gap.REPLY_BODY: 2})
    assert "keeps the contract, as far as it was recorded: 2" in list(lines(bare))[-1]
    assert "keeps the contract: 2" in list(lines(replace(bare, missing={})))[-1]


def test_foreign_text_cannot_move_the_cursor() -> None:
    """Control characters are shown, not sent."""
    assert all(line.isprintable() for line in lines(FULL))


def test_a_time_beyond_every_calendar_is_unknown() -> None:
    """Whatever a recording says."""
    strange = Verified("effective", 1, 1, {"get": 1}, (replace(DEVIATION, first=Sighting("a", 1e300)),))
    assert "first      at an unknown time" in "\n".join(lines(strange))


def test_traffic_of_another_api_gives_no_verdict() -> None:
    """It is neither kept nor broken."""
    assert list(lines(Verified("effective", 1, 5, {})))[-1].startswith("verdict    none: nothing was judged")


def test_programs_get_the_same() -> None:
    """As JSON."""
    told = json.loads(json.dumps(document(FULL)))
    assert told["deviations"][0]["count"] == 3
    assert told["deviations"][0]["first"] == {"place": "a.har, entry 1", "at": "2026-01-01T00:00:00Z"}
    assert told["deviations"][0]["last"]["at"] is None
    assert (len(told["unjudged"]), told["outOfOrder"]) == (25, 1)
    assert told["missing"] == {"reply body": 4, "end of the reply body": 3}
    assert told["undescribedHeaders"][0]["name"] == "x-new"
