"""The bundle of a run: its findings with their exchanges, as one file to attach to a ticket. No secret is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from atlas_contract.errors import BadInput
from atlas_contract.reports.console import Summary, summary
from atlas_contract.reports.document import Document


def write(path: Path, run: Summary, document: Document) -> None:
    """Write the bundle, whole or not at all.

    Raises:
        BadInput: it cannot be written there.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with ZipFile(partial, "w", ZIP_DEFLATED) as archive:
            for name, text in _files(run, document):
                archive.writestr(name, text)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        msg = f"The bundle cannot be written: {error.strerror}."
        raise BadInput(msg, where=str(path), hint="name another file with --bundle") from None


def _files(run: Summary, document: Document) -> Iterator[tuple[str, str]]:
    yield "summary.txt", "\n".join(summary(run)) + "\n"
    yield "report.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n"
