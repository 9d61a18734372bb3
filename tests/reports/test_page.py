"""The page as bytes: the same for the same document, closed in itself, and nothing in it that came in as text."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reporting import TIMELINE, clause, finding, report, row, with_body

from atlas_contract.reports.page import render
from atlas_contract.reports.page.wording import visible

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "--> ]]> <!--",
    "\"'><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\x00\x1b[2J\r\u202eoverridden\u2028\ud800",
    "שלום עולם",
)


class Reader(HTMLParser):
    """The elements, attributes and texts of a page, as a browser would take them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        """Take in a text."""
        self.texts.append(data)


def read(page: str) -> Reader:
    """A page, read."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def full() -> dict[str, object]:
    """A document with something in every part."""
    return report(
        findings=[finding(1), finding(1, operation="listThings"), finding(2, times=37, place="/part")],
        matrix={
            "full": False,
            "rows": [row(n) for n in range(9)] + [row(9, "survived"), row(10, "equivalent")],
        },
        timeline=TIMELINE,
        notes=["a budget was spent"],
        learned=["an edit"],
        leftOut={"no time": 3},
        troubles=["it broke off"],
    )


def test_the_same_document_gives_the_same_bytes() -> None:
    """No clock, no chance, no order of a set."""
    assert render(full(), report()) == render(full(), report())


def test_it_loads_nothing() -> None:
    """No attribute names an address, and the policy forbids all but the page's own style and script."""
    reader = read(render(full(), report()))
    links = [
        value or ""
        for name, value in reader.attributes
        if name in ("href", "src", "action", "data", "srcset")
    ]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(reader.tags)
    policy = next(
        value or ""
        for name, value in reader.attributes
        if name == "content" and "default-src" in (value or "")
    )
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_every_link_leads_somewhere_and_every_id_is_one() -> None:
    """Within the page, and nowhere twice."""
    reader = read(render(full(), report()))
    targets = {value.removeprefix("#") for name, value in reader.attributes if name == "href" and value}
    assert targets <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    """Whatever a server says in whatever place is shown, and makes no element and no attribute."""
    sent = {"method": text, "target": text, "headers": [{"name": text, "value": text}], "body": text}
    answered = {"status": 200, "headers": [{"name": text, "value": text}], "body": text}
    texts = dict.fromkeys(("check", "clause", "operation", "message", "case", "curl", "place"), text)
    odd = finding(0, **texts, request=sent, reply=answered)
    plain = read(render(report(findings=[finding(0, place="/x")], notes=[""], learned=[""])))
    reader = read(render(report(findings=[odd], notes=[text], learned=[text])))
    assert reader.tags.count("script") == plain.tags.count("script") == 1
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    assert any(visible(text).strip() in each for each in reader.texts)


@given(st.text(max_size=80))
def test_any_message_can_be_read_off_the_page(text: str) -> None:
    """It stands there as one text, with what nobody could see made visible."""
    reader = read(render(report(clauses=[], findings=[finding(0, message=text)])))
    assert not text or visible(text) in reader.texts


@given(st.text())
def test_what_is_shown_can_be_seen(text: str) -> None:
    """Nothing but line breaks and printable characters is left."""
    assert all(each.isprintable() or each in "\n\t" for each in visible(text))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ("The contract holds", "No finding in 1,200 cases.", "40 of 40 clauses proved")),
        ({"findings": [finding()]}, ("The contract is broken", "1 finding in 1,200 cases.")),
        (
            {"verdict": {"state": "unfinished", "text": ""}, "troubles": ["nobody answers"]},
            ("No verdict", "nobody answers"),
        ),
        (
            {
                "findings": [finding(accepted={"reason": "known", "owner": "me", "expires": "2026-03-01"})],
                "verdict": {"state": "accepted", "text": ""},
            },
            ("Nothing new is broken", "1 of them accepted", "accepted until 2026-03-01"),
        ),
        (
            {"kind": "faults", "matrix": {"full": True, "rows": [row(1)]}},
            ("Every fault is found", "1 of 1 fault found"),
        ),
        (
            {
                "kind": "faults",
                "matrix": {"full": True, "rows": [row(1, "survived")]},
                "verdict": {"state": "broken", "text": ""},
            },
            ("Faults survive", "0 of 1 fault found", "nobody"),
        ),
        ({"clauses": []}, ("The contract holds",)),
    ],
)
def test_the_verdict_comes_first(changes: dict[str, object], said: tuple[str, ...]) -> None:
    """In large letters, with what was proved right below it."""
    reader = read(render(report(**changes)))
    text = " ".join(" ".join(reader.texts).split())
    assert [each for each in said if each not in text] == []
    assert reader.tags.index("h1") < reader.tags.index("h2") if "h2" in reader.tags else "h1" in reader.tags


def test_the_same_clause_is_told_once() -> None:
    """Findings are folded by clause, and one that was seen often says how often."""
    page = render(full())
    assert page.count('class="broken"') == 2
    assert "broken in 2 ways" in page
    assert "seen 37 times" in page


def test_a_long_body_is_cut_with_a_note() -> None:
    """A megabyte does not get into the page, and the page says that there was more."""
    page = render(report(findings=[with_body(0, "x" * 1_000_000)]))
    assert len(page) < 200_000
    assert "cut here: 1,000,000 characters in all" in page
    page = render(report(findings=[finding(0, curl="x" * 1_000_000)]))
    assert len(page) < 200_000
    assert "The curl line has 1,000,000 characters" in page


def test_a_large_run_stays_a_page() -> None:
    """Five hundred findings and a matrix of the whole catalogue fit into what a browser opens at once."""
    clauses = [clause(n) for n in range(300)]
    page = render(report(clauses=clauses, findings=[with_body(n, "x" * 3000) for n in range(500)]))
    assert page.count('<details class="finding"') == 500
    assert len(page) < 6_000_000
    matrix = {"full": True, "rows": [row(n, checks=[f"check_{k}" for k in range(40)]) for n in range(1451)]}
    assert len(render(report(kind="faults", clauses=clauses, matrix=matrix))) < 6_000_000


def test_a_former_run_says_what_is_new() -> None:
    """Marks on what is new, a list of what is gone, and a warning where the two are hardly alike."""
    former = report(findings=[finding(1), finding(5)], target="elsewhere")
    page = render(report(findings=[finding(1), finding(2)]), former)
    assert page.count(">new</span>") == 1
    assert "5 is not a text" in page
    assert "another target" in page


def test_a_run_without_a_page_needs_no_templates() -> None:
    """The templating library is imported when a page is made, and not before."""
    imports = "import sys, atlas_contract.reports.page, atlas_contract.runner.suite"
    code = f"{imports}\nsys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
