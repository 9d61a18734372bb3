"""Reports arrive whole, where they are wanted, or the run says why not."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.reports.documents import finding

from atlas_contract.errors import BadInput
from atlas_contract.model import Finding
from atlas_contract.reports import delivery
from atlas_contract.reports.delivery import Wanted, deliver, read_former, wanted
from atlas_contract.reports.document import Document
from atlas_contract.runner import Session, Suite, embedded
from atlas_contract.settings import GitHub


@pytest.fixture(scope="module")
def document() -> Document:
    """The document of a run that has sent nothing."""
    from atlas_contract.contract import load

    contract = load()
    suite = Suite(Session(contract, embedded(contract)))
    return suite.document(suite.summary())


def test_a_folder_gets_page_data_and_xml(tmp_path: Path, document: Document) -> None:
    """The folder is made if need be, and nothing half-written stays."""
    said: list[str] = []
    folder = tmp_path / "some" / "where"
    deliver(document, Wanted(folder), said.append)
    assert {path.name for path in folder.iterdir()} == {delivery.DATA, delivery.PAGE, delivery.XML}
    assert json.loads((folder / delivery.DATA).read_text(encoding="utf-8")) == document
    assert ET.fromstring((folder / delivery.XML).read_bytes()).tag == "testsuites"
    assert said == [f"report     {folder / delivery.PAGE}"]


def test_github_is_told_in_its_own_places(tmp_path: Path, document: Document) -> None:
    """Annotations are printed, the summary is added to what is there."""
    path, said = tmp_path / "summary.md", list[str]()
    path.write_text("before\n", encoding="utf-8")
    broken = {**document, "findings": [finding()]}
    deliver(broken, Wanted(github=GitHub(annotates=True, summary=path)), said.append)
    assert said[0].startswith("::error ")
    assert path.read_text(encoding="utf-8").startswith("before\n### ")


def test_a_former_run_is_read_by_its_folder_or_its_file(tmp_path: Path, document: Document) -> None:
    """Both lead to the same document."""
    deliver(document, Wanted(tmp_path), lambda _: None)
    assert read_former(tmp_path) == read_former(tmp_path / delivery.DATA) == document


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff", b"[]", b'{"version": 2}', b'{"version": 1'], ids=range(6)
)
def test_what_is_no_former_run_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """The file is named, and nothing is guessed."""
    path = tmp_path / delivery.DATA
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_former(tmp_path)
    assert refused.value.where == str(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, document: Document) -> None:
    """A file in its place is left alone."""
    place = tmp_path / "file"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be written"):
        deliver(document, Wanted(place), lambda _: None)
    assert place.read_text(encoding="utf-8") == "mine"


def broken_run() -> tuple[Finding, ...]:
    """The findings of a mock with a fault."""
    from atlas_contract.contract import load
    from atlas_contract.faults import find

    contract = load()
    session = Session(contract, embedded(contract, bend=find("drops-id", contract).bend))
    return tuple(session.perform(session.neighbours.take).findings)


def test_a_proposal_goes_when_there_is_nothing_to_propose(tmp_path: Path, document: Document) -> None:
    """The folder of a clean run offers nothing to accept."""
    deliver(document, Wanted(tmp_path), lambda _: None, broken_run())
    assert (tmp_path / delivery.PROPOSAL).exists()
    deliver(document, Wanted(tmp_path), lambda _: None)
    assert not (tmp_path / delivery.PROPOSAL).exists()


@pytest.mark.parametrize(
    ("before", "after"), [('"reason": ""', '"reason": "known"'), ("# Findings that", "# What")]
)
def test_a_proposal_that_somebody_has_worked_on_stays(
    tmp_path: Path, document: Document, before: str, after: str
) -> None:
    """Neither a reason that was given nor a file of somebody's own is lost."""
    deliver(document, Wanted(tmp_path), lambda _: None, broken_run())
    path = tmp_path / delivery.PROPOSAL
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    deliver(document, Wanted(tmp_path), lambda _: None)
    assert after in path.read_text(encoding="utf-8")


def test_a_summary_that_cannot_be_written_costs_nothing_but_a_warning(
    tmp_path: Path, document: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reports are there all the same."""
    deliver(document, Wanted(tmp_path / "out", github=GitHub(summary=tmp_path)), lambda _: None)
    assert (tmp_path / "out" / delivery.DATA).exists()
    assert capsys.readouterr().err.startswith("warning: the step's summary cannot be written")


@pytest.mark.parametrize("below", [".", "deeper/still"])
def test_a_file_where_the_folder_should_be_is_refused_before_the_run(tmp_path: Path, below: str) -> None:
    """Also where it stands in the folder's way, and nothing is made."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="is a file, not a folder") as refused:
        wanted(tmp_path / "file" / below, None)
    assert refused.value.where == "--report"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder is known that nobody can write to")
def test_a_folder_that_nobody_can_make_is_refused_before_the_run() -> None:
    """Not even by root."""
    with pytest.raises(BadInput, match="cannot be written") as refused:
        wanted(Path("/proc/nowhere/deeper"), None)
    assert "/proc/nowhere" in refused.value.where


def test_a_folder_that_can_be_made_is_not_made_before_the_run(tmp_path: Path) -> None:
    """A run that fails leaves nothing."""
    wanted(tmp_path / "some" / "where", None)
    assert list(tmp_path.iterdir()) == []


def test_a_former_run_without_a_new_report_is_refused(tmp_path: Path, document: Document) -> None:
    """Nothing would be compared."""
    deliver(document, Wanted(tmp_path), lambda _: None)
    with pytest.raises(BadInput, match="none was asked for"):
        wanted(None, tmp_path)
    assert wanted(tmp_path, tmp_path).former == document
