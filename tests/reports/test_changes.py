"""Changes told on a terminal, to programs and in a comment."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from atlas_contract.changes import Change, Grade, Side, Witness
from atlas_contract.model import Accepted
from atlas_contract.reports.changes import Comparison, as_json, markdown, text

REQUEST = {
    "method": "POST",
    "path": "/kites?size=3",
    "headers": {"Accept": "application/json", "X-Odd": "1"},
    "role": "flyer",
    "body": {"name": "a kite with a long tail " * 8, "cells": 0},
}
REPLY = {
    "to": {"method": "GET", "path": "/kites"},
    "status": 200,
    "headers": {},
    "body": [1],
    "when": "kites-fly",
}
BREAKING = Change(
    "#/components/schemas/Kite/properties/cells/minimum",
    Side.REQUEST,
    Grade.BREAKING,
    "`minimum` of `cells`: 0 → 1",
    ("makeKite",),
    0,
    1,
    Witness(
        "a request", REQUEST, old_accepts=True, new_accepts=False, refused="0 is less than the minimum of 1"
    ),
    "a note",
)
WIDER = Change(
    "kites-fly",
    Side.BEHAVIOUR,
    Grade.COMPATIBLE,
    "the promise kites-fly is new",
    ("getKite",),
    witness=Witness("a reply", REPLY, old_accepts=True, new_accepts=False, refused="promised is wind"),
)
WORDS = Change("#/info/title", Side.TEXT, Grade.EDITORIAL, "the title is another one")
WAIVER = Accepted({"clause": "*"}, "Known.", "kites", dt.date(2026, 12, 31), "waivers.yaml, line 2")


def comparison(*changes: Change, notes: tuple[str, ...] = ()) -> Comparison:
    """What came of comparing two revisions."""
    return Comparison("v1", "v2", changes, notes)


def test_the_gravest_come_first_and_the_verdict_last() -> None:
    """A terminal leaves the eye at the end, so the verdict stands there."""
    lines = list(text(comparison(BREAKING, WIDER, WORDS)))
    assert lines[0].startswith("breaking 1 of 1: ")
    assert lines[-1] == "verdict      breaking: 1 breaking, 1 compatible, 1 editorial"


def test_lines_fit_a_terminal() -> None:
    """Nothing is wider than 80 columns but what has to stay whole."""
    assert [line for line in text(comparison(BREAKING, WIDER, WORDS)) if len(line) > 80] == []


def test_a_witness_reads_like_http() -> None:
    """Method, path, headers and body, and what HTTP cannot say in parentheses."""
    told = "\n".join(text(comparison(BREAKING)))
    for part in (
        "POST /kites?size=3",
        "Accept: application/json",
        "(role: flyer)",
        '"cells": 0',
        "1 more header",
    ):
        assert part in told
    assert "that the old contract takes and the new one refuses" in told
    assert "0 is less than the minimum of 1" in told


def test_a_reply_says_what_it_answers() -> None:
    """The request, and the promise that the reply comes of, stand before the status."""
    assert "(GET /kites, as of kites-fly)" in "\n".join(text(comparison(WIDER)))


def test_a_waived_change_says_why_and_until_when() -> None:
    """It is still shown, and the verdict says that nothing else breaks."""
    told = "\n".join(text(comparison(replace(BREAKING, waiver=WAIVER))))
    assert "breaking 1 of 1 (waived)" in told
    assert "Known. kites answers for it until 2026-12-31" in told
    assert "verdict      breaking, and all of it waived: 1 breaking (1 waived)" in told


def test_programs_get_all_of_it() -> None:
    """Every part is there under a stable key, and the witness is complete."""
    told = json.loads(json.dumps(as_json(comparison(replace(BREAKING, waiver=WAIVER), WIDER, notes=("hm",)))))
    assert told["verdict"] == "compatible"
    assert told["counts"] == {"breaking": 1, "compatible": 1, "editorial": 0}
    assert told["waived"] == 1
    assert told["notes"] == ["hm"]
    first = told["changes"][0]
    assert first["witness"]["value"] == REQUEST
    assert (first["witness"]["oldAccepts"], first["witness"]["newAccepts"]) == (True, False)
    assert first["waiver"]["expires"] == "2026-12-31"


def test_no_change_has_no_verdict_for_programs() -> None:
    """Nothing to be graded is null, and said in words elsewhere."""
    assert as_json(comparison())["verdict"] is None
    assert list(text(comparison()))[-1].startswith("verdict      no change")


@pytest.mark.parametrize("hostile", ["<script>", "a|b", "@everyone", "`` ` ``", "\x1b[31mred", "a\nb"])
def test_foreign_words_stay_words_in_a_comment(hostile: str) -> None:
    """What stands in a contract can't make tags, cells, mentions or colours."""
    change = replace(WIDER, what=f"`x` is {hostile}")
    told = "\n".join(markdown(comparison(change)))
    for sign in ("<script", "@everyone", "\x1b"):
        assert sign not in told
    row = next(line for line in told.splitlines() if "`x` is" in line)
    assert row.replace("\\|", "").count("|") == 3


def test_a_fence_is_longer_than_any_in_the_witness() -> None:
    """A body with backticks doesn't end its own block."""
    value = {**REQUEST, "body": "````"}
    witness = Witness("a request", value, old_accepts=True, new_accepts=False, refused="no")
    told = list(markdown(comparison(replace(BREAKING, witness=witness))))
    assert "`````http" in told
    assert told.count("`````") == 1


def test_control_characters_are_not_sent_to_a_terminal() -> None:
    """A contract can't move the cursor."""
    assert "\x1b" not in "\n".join(text(comparison(replace(BREAKING, what="\x1b[2J"))))
