"""Reports arrive whole, where they are wanted, or the run says why not."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.reports.documents import finding

from atlas_contract.errors import BadInput
from atlas_contract.reports import delivery
from atlas_contract.reports.delivery import Wanted, deliver, read_former
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
