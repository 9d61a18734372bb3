"""Files of what is put up with: read whole, or refused with the line and the remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.accepted import read

GOOD = """\
accepted:
  - clause: "#/paths/*"
    reason: known since spring
    owner: kites
    expires: "2026-12-31"
"""
FACTS = ("clause", "check")
DAY = dt.date(2026, 12, 31)


def written(folder: Path, text: str) -> Path:
    """A file with this text."""
    path = folder / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_covers_what_it_names_through_its_last_day(tmp_path: Path) -> None:
    """A star stands for any text, and the day of expiry still counts."""
    (entry,) = read(written(tmp_path, GOOD), FACTS)
    facts = {"clause": "#/paths/~1kites", "check": "any"}
    assert entry.covers(facts, DAY)
    assert not entry.covers(facts, DAY + dt.timedelta(days=1))
    assert not entry.covers({**facts, "clause": "#/components"}, DAY)


def test_only_a_star_stands_for_other_text(tmp_path: Path) -> None:
    """Brackets and question marks, as places and patterns have them, mean themselves."""
    (entry,) = read(written(tmp_path, GOOD.replace("#/paths/*", "items[] > [a-z]? > *")), FACTS)
    assert entry.covers({"clause": "items[] > [a-z]? > enum"}, DAY)
    assert not entry.covers({"clause": "items[] > ab > enum"}, DAY)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("accepted:", "acepted:", "unknown key 'acepted'"),
        ("    owner: kites\n", "", "`owner` is missing"),
        ("clause:", "claus:", "did you mean 'clause'"),
        ('- clause: "#/paths/*"\n    reason', "- reason", "does not say what is accepted"),
        ('"2026-12-31"', "soon", "a day written YYYY-MM-DD"),
        ('"2026-12-31"', '"2026-02-30"', "a day written YYYY-MM-DD"),
        ("known since spring", "[1]", "`reason` is [1]"),
        ("accepted:\n", "x: 3\naccepted:\n", "unknown key 'x'"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Whatever cannot be used is refused, and nothing of the file is."""
    with pytest.raises(BadInput) as refused:
        read(written(tmp_path, GOOD.replace(old, new)), FACTS)
    assert told in str(refused.value)
    assert "waivers.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ("answer", "expected: one of request, reply"),
        ("requests", "did you mean 'request'?"),
        ("x*", "`side` is 'x*'"),
    ],
)
def test_a_word_that_a_fact_cannot_have_is_refused(tmp_path: Path, side: str, said: str) -> None:
    """It would fit nothing, ever; what is allowed is named."""
    path = written(tmp_path, GOOD.replace("reason:", f"side: {side}\n    reason:"))
    with pytest.raises(BadInput) as caught:
        read(path, ("clause", "side"), {"side": ("request", "reply")})
    assert said in str(caught.value)
    assert "waivers.yaml, line 3, at /accepted/0/side" in caught.value.where


def test_a_star_may_stand_for_part_of_a_word(tmp_path: Path) -> None:
    """As in every other fact."""
    path = written(tmp_path, GOOD.replace("reason:", "side: re*\n    reason:"))
    (entry,) = read(path, ("clause", "side"), {"side": ("request", "reply")})
    assert entry.about["side"] == "re*"
