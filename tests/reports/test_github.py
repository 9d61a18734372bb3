"""What GitHub is told: an annotation for what is new, a summary that shows nothing it should not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.reports.documents import document, finding, row

from atlas_contract.reports import github


def test_a_clean_run_annotates_nothing() -> None:
    """Silence is the good news."""
    assert list(github.commands(document())) == []


def test_only_new_findings_are_annotated() -> None:
    """What is accepted has been talked about already."""
    told = list(github.commands(document(findings=[finding("#/a"), finding("#/b", accepted=True)])))
    assert len(told) == 1
    assert told[0].startswith("::error title=body_conforms%3A getKite::broken%0Aclause #/a")


def test_survivors_and_troubles_are_annotated() -> None:
    """A fault that was not found, and a run that could not finish, are errors."""
    told = github.commands(document(troubles=["gone"], matrix={"rows": [row("forgets", "survived")]}))
    assert [line.rpartition("::")[2] for line in told] == ["gone", "forgets"]


def test_more_than_github_shows_is_counted() -> None:
    """The rest is in the report, and the last line says how many."""
    told = list(github.commands(document(findings=[finding()] * 15)))
    assert len(told) == github.MOST + 1
    assert "5 more" in told[-1]


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_escapes_its_line(text: str) -> None:
    """Nothing that a server says starts another workflow command."""
    (line,) = github.commands(document(findings=[finding(message=text)]))
    assert "\n" not in line
    assert "\r" not in line


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_the_table(text: str) -> None:
    """A row of the summary stays one row of three cells, without HTML."""
    rows = [
        line
        for line in github.step_summary(document(findings=[finding(message=text)])).split("\n")
        if "#/a" in line
    ]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 4
    assert "<" not in rows[0]


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_name_of_a_target_leaves_its_place(text: str) -> None:
    """Whatever a server is called, it stays between the two backticks of one line, without HTML."""
    lines = github.step_summary(document(target=text)).split("\n")
    (line,) = (each for each in lines if each.endswith(" · 3 cases · 4 requests"))
    assert line.count("`") == 2
    assert "<" not in line
    assert len(lines) == len(github.step_summary(document()).split("\n"))


def test_the_summary_begins_with_the_verdict_and_counts_what_is_accepted() -> None:
    """Whoever looks sees first how it ended."""
    text = github.step_summary(document(findings=[finding(accepted=True)]))
    assert text.startswith("### ✅ the contract holds\n")
    assert "1 accepted finding(s)" in text
