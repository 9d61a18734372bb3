"""A baseline accepts what it names, until its day, and says what has become of its entries."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.errors import BadInput
from atlas_contract.model import Case, Exchange, Expectation, Finding, Reply, Request, Source
from atlas_contract.reports import baseline
from atlas_contract.reports.baseline import Baseline

DAY = dt.date(2026, 6, 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.replace("*", "").strip()
)
ENTRY = """\
accepted:
  - check: body_conforms
    clause: "#/paths/*"
    reason: Atlas knows
    owner: kites
    expires: "2026-06-01"
"""


def finding(check: str = "body_conforms", clause: str = "#/paths/x", operation: str = "op") -> Finding:
    """A finding with these facts."""
    case = Case(operation, clause, "reason", Expectation.ANSWERED, path={})
    return Finding(check, clause, Source.OBSERVED, "broken", Exchange(case, Request("GET", "/"), Reply(200)))


def written(folder: Path, text: str) -> Path:
    """A baseline file with this text."""
    path = folder / "baseline.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_entries_everything_is_new() -> None:
    """No baseline accepts nothing."""
    assert Baseline().accepts(finding()) is None


def test_an_entry_accepts_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    """Check, clause and operation are compared as far as the entry names them."""
    read = baseline.read(written(tmp_path, ENTRY), DAY)
    accepted = read.accepts(finding())
    assert accepted is not None
    assert accepted.owner == "kites"
    assert read.accepts(finding(check="id_is_new")) is None
    assert read.accepts(finding(clause="snapshot-creation")) is None


def test_an_expired_entry_accepts_nothing_and_says_so(tmp_path: Path) -> None:
    """The day after, the finding is new again, and whoever keeps the file is told why."""
    read = baseline.read(written(tmp_path, ENTRY), DAY + dt.timedelta(days=1))
    assert read.accepts(finding()) is None
    assert ["has expired on 2026-06-01" in note for note in read.notes([finding()])] == [True]


def test_an_entry_that_nothing_needs_is_named(tmp_path: Path) -> None:
    """What has been mended can leave the baseline."""
    read = baseline.read(written(tmp_path, ENTRY), DAY)
    assert list(read.notes([finding()])) == []
    assert ["baseline.yaml, line 2" in note for note in read.notes([])] == [True]


@given(facts=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1))
def test_a_proposal_accepts_its_findings_once_it_is_filled_in(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[str, str, str]]
) -> None:
    """As proposed it is refused, since nobody has said why; with reasons and owners it covers every finding."""
    found = [finding(*each) for each in facts]
    path = written(tmp_path_factory.mktemp("baseline"), baseline.proposal(found, DAY))
    with pytest.raises(BadInput, match="reason"):
        baseline.read(path, DAY)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in content["accepted"]:
        entry |= {"reason": "known", "owner": "kites"}
    path.write_text(yaml.safe_dump(content, default_style='"'), encoding="utf-8")
    read = baseline.read(path, DAY)
    assert all(read.accepts(each) for each in found)


@pytest.mark.parametrize(
    "facts",
    ['check: "*", clause: "*", operation: "*"', 'check: "*"', 'clause: "**", operation: "***"'],
)
def test_an_entry_that_anything_fits_is_refused(tmp_path: Path, facts: str) -> None:
    """It would make every run pass, whatever is found."""
    entry = f'accepted: [{{{facts}, reason: r, owner: o, expires: "2026-06-01"}}]'
    with pytest.raises(BadInput, match="accepts everything") as refused:
        baseline.read(written(tmp_path, entry), DAY)
    assert "baseline.yaml, line 1" in refused.value.where


def test_an_entry_that_says_one_thing_may_leave_the_rest_open(tmp_path: Path) -> None:
    """A star beside a check that is named is no licence."""
    entry = 'accepted: [{check: id_is_new, clause: "*", reason: r, owner: o, expires: "2026-06-01"}]'
    read = baseline.read(written(tmp_path, entry), DAY)
    assert read.accepts(finding(check="id_is_new")) is not None
    assert read.accepts(finding()) is None
