"""The bundle of a run: its findings with their exchanges, as one file to attach to a ticket. No secret is in it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from atlas_contract.reports.console import Summary, summary
from atlas_contract.reports.delivery import DATA
from atlas_contract.reports.document import Document
from atlas_contract.reports.output import as_json, octets, write_whole


def write(path: Path, run: Summary, document: Document) -> None:
    """Write the bundle, whole or not at all.

    Raises:
        BadInput: it cannot be written there.
    """
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in _files(run, document):
            archive.writestr(name, data)
    write_whole(path, content.getvalue(), "name another file with --bundle")


def _files(run: Summary, document: Document) -> Iterator[tuple[str, bytes]]:
    yield "summary.txt", octets("\n".join(summary(run)) + "\n")
    yield DATA, as_json(document)
