"""Drift told to people and programs: readable, complete, and safe to print and to paste."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from atlas_contract.model import Accepted
from atlas_contract.reports import drift
from atlas_contract.spec.documents import Document
from atlas_contract.upstream import Comparison, Difference, sort

TODAY = date(2026, 11, 24)
HOSTILE = "a|b`c`\n\x1b[2Jd\ud800"
NEW = Difference("getKite", "reply 200 > tail", "#/Kite/tail", "property", "", "string")
OURS = Difference("getKite", "query size", "#/paths/kites", "parameter", "integer", "")
CHANGED = Difference("getKite", "body > size > minimum", "#/Kite/size/minimum", "minimum", "1", "0")


def standing(*differences: Difference, declared: tuple[Accepted, ...] = ()) -> drift.Standing:
    """What comes of some differences, found in a document of two operations."""
    comparison = Comparison((), differences, Document("full.json", {}), 2)
    verdict = sort(differences, declared, TODAY)
    names = ("full.json", "Kites 2 (OpenAPI 3.0.1)", "spec/kites.yaml", "spec/upstream.yaml")
    return drift.Standing(*names, comparison, verdict)


def declaration(clause: str, expires: date = TODAY) -> Accepted:
    """A declaration of one clause."""
    return Accepted(
        {"clause": clause}, "known *since* spring", "kites", expires, "spec/upstream.yaml, line 3"
    )


def test_the_verdict_comes_last_and_lines_are_short() -> None:
    """A terminal of 80 columns is enough, and its last line says how it stands."""
    lines = list(drift.text(standing(NEW, OURS, CHANGED, declared=(declaration(NEW.clause),))))
    assert lines[-1] == "verdict    undeclared drift: 1 new upstream, 1 ours only (1 declared)"
    assert max(map(len, lines)) <= 80


def test_a_difference_is_told_in_a_sentence_with_its_place() -> None:
    """Who has it and who has not, or what it is on either side."""
    told = "\n".join(drift.text(standing(NEW, OURS, CHANGED)))
    assert "property tail (string): Atlas has it, the fragment has not" in told
    assert "parameter size (integer): the fragment has it, Atlas has not" in told
    assert "minimum is 1 in the fragment, 0 at Atlas" in told
    assert "  place      body > size > minimum" in told


def test_no_drift_is_told_in_one_line() -> None:
    """Nothing to look at, nothing to do."""
    assert list(drift.text(standing()))[-1] == "verdict    no undeclared drift (no difference)"
    assert "What to do next" not in "\n".join(drift.markdown(standing()))


def test_declarations_that_ran_out_or_match_nothing_are_named() -> None:
    """With the place at which they can be mended, in each form."""
    old, idle = declaration(NEW.clause, date(2026, 1, 1)), declaration("#/nowhere")
    case = standing(NEW, declared=(old, idle))
    for told in ("\n".join(drift.text(case)), "\n".join(drift.markdown(case))):
        assert "spec/upstream.yaml, line 3" in told
        assert "2026-01-01" in told
    assert [len(drift.as_json(case)[key]) for key in ("expired", "unused")] == [1, 1]


def test_markdown_is_a_title_and_a_text() -> None:
    """The first line is the title of the pull request, the second is empty, the rest is its text."""
    title, empty, *rest = drift.markdown(standing(NEW, OURS, declared=(declaration(OURS.clause),)))
    assert title == "Atlas's specification: undeclared drift: 1 new upstream (1 declared)"
    assert empty == ""
    text = "\n".join(rest)
    assert "| property | `getKite` | `reply 200 > tail` |  | `string` |" in text
    assert "- `getKite`, `query size`: known \\*since\\* spring" in text
    assert "### What to do next" in text


@pytest.mark.parametrize("form", [drift.text, drift.markdown])
def test_foreign_text_can_neither_move_the_cursor_nor_break_the_table(
    form: Callable[[drift.Standing], Iterator[str]],
) -> None:
    """Whatever the document says is printed as it is escaped, and stays in its cell."""
    case = standing(Difference(HOSTILE, HOSTILE, "#/" + HOSTILE, "value", HOSTILE, HOSTILE))
    lines = list(form(case))
    "\n".join(lines).encode()
    assert all(each.isprintable() for line in lines for each in line.replace("\n", ""))
    rows = [line for line in lines if line.startswith("| value")]
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)


def test_a_table_has_an_end() -> None:
    """A document that is quite another one does not make a text that nobody can post."""
    many = [
        Difference("getKite", f"query q{number}", f"#/{number}", "parameter", "", "x")
        for number in range(500)
    ]
    text = "\n".join(drift.markdown(standing(*many)))
    assert "… and 400 more." in text
    assert len(text) < 60_000


def test_json_has_every_fact() -> None:
    """Sorted, with both values, all places and the declaration."""
    told = json.loads(json.dumps(drift.as_json(standing(NEW, CHANGED, declared=(declaration(NEW.clause),)))))
    assert told["drift"] is True
    assert told["counts"] == {"declared": 1, "new upstream": 1, "ours only": 0}
    assert [each["sorted"] for each in told["differences"]] == ["declared", "new upstream"]
    assert told["differences"][0]["declared"]["owner"] == "kites"
    assert told["differences"][1]["places"] == [{"operation": "getKite", "place": CHANGED.place}]
