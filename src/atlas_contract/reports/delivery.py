"""Where a run's result goes: a folder of reports, and GitHub's own places when it runs there."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryFile

from atlas_contract import settings
from atlas_contract.errors import BadInput
from atlas_contract.model import Finding
from atlas_contract.quoting import printable
from atlas_contract.reports import baseline, github, junit
from atlas_contract.reports.document import VERSION, Document, schema
from atlas_contract.reports.output import as_json, octets, write_whole
from atlas_contract.settings import GitHub

OTHER_FOLDER = "name another folder with --report"
DATA, PAGE, XML, PROPOSAL = "report.json", "report.html", "junit.xml", "baseline-proposal.yaml"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be delivered: into which folder, compared with which former document, and whether to GitHub."""

    folder: Path | None = None
    former: Document | None = None
    github: GitHub = field(default_factory=GitHub)


def wanted(folder: Path | None, former: Path | None) -> Wanted:
    """What is to be delivered, by what was asked for and by where the run takes place.

    Raises:
        BadInput: the former report is none, or the folder cannot be written: better said before a run than after it.
    """
    found = Wanted(folder, read_former(former) if former else None, settings.github())
    if former and not folder:
        msg = "The former report is compared on the page of a new one, and none was asked for."
        raise BadInput(msg, where="--former", hint="add --report DIR")
    if folder:
        _require_writable(folder)
    return found


def read_former(path: Path) -> Document:
    """The document of a former run: its `report.json`, or the folder that has it.

    Raises:
        BadInput: it cannot be read, or is no such document.
    """
    import jsonschema_rs

    where = path / DATA if path.is_dir() else path
    try:
        found = json.loads(where.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"The former report cannot be read: {error}"
        raise BadInput(
            msg, where=str(where), hint=f"name the folder that --report wrote, or its {DATA}"
        ) from None
    broken = next(jsonschema_rs.validator_for(schema()).iter_errors(found), None)
    if broken is not None:
        msg = f"This is no report of a run: {broken.message[:200]}"
        raise BadInput(
            msg, where=str(where), expected=f"a {DATA} of version {VERSION}, as --report writes it"
        )
    return dict(found)


def deliver(
    document: Document, wanted: Wanted, say: Callable[[str], None], new: Sequence[Finding] = ()
) -> None:
    """Write what is wanted, and say where it is; each file is written whole or not at all.

    A step's summary that cannot be written is worth a warning; the run and its reports are what they are.

    Args:
        new: the findings that a baseline could accept; the folder gets one that would, but for the reasons.

    Raises:
        BadInput: the folder cannot be written.
    """
    if wanted.github.annotates:
        for line in github.commands(document):
            say(line)
    if wanted.github.summary is not None:
        _append(wanted.github.summary, github.step_summary(document))
    if wanted.folder is not None:
        folder = _folder(wanted.folder)
        for name, content in _files(document, wanted.former, new):
            write_whole(folder / name, content, OTHER_FOLDER)
        if not new:
            _remove_stale(folder / PROPOSAL)
        say(f"report     {wanted.folder / PAGE}")
        if new:
            say(f"           to accept what is new for a time, fill in {wanted.folder / PROPOSAL}")


def _files(
    document: Document, former: Document | None, new: Sequence[Finding]
) -> Iterator[tuple[str, bytes]]:
    from atlas_contract.reports import page

    yield DATA, as_json(document)
    yield PAGE, octets(page.render(document, former))
    yield XML, junit.junit(document)
    if new:
        yield PROPOSAL, octets(baseline.proposal(new, datetime.now(UTC).date()))


def _require_writable(folder: Path) -> None:
    """Refuse a folder that cannot be made, or not be written into; what is made to see that is removed again."""
    ways = (folder, *folder.absolute().parents)
    missing = list(takewhile(lambda each: not each.exists(), ways))
    there = ways[len(missing)]
    try:
        if not there.is_dir():
            msg = f"The report cannot be written: {there} is a file, not a folder."
            raise BadInput(msg, where="--report", hint=OTHER_FOLDER)
        with TemporaryFile(dir=_folder(folder)):
            pass
    except OSError as error:
        msg = f"The report cannot be written: {error.strerror}."
        raise BadInput(msg, where=f"--report {folder}", hint=OTHER_FOLDER) from None
    finally:
        for each in missing:
            with suppress(OSError):
                each.rmdir()


def _remove_stale(proposal: Path) -> None:
    """Remove what a former run proposed, unless somebody has begun to fill it in."""
    with suppress(OSError, UnicodeDecodeError):
        if baseline.is_untouched(proposal.read_text(encoding="utf-8")):
            proposal.unlink()


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"The report cannot be written: {error.strerror}."
        raise BadInput(msg, where=str(path), hint=OTHER_FOLDER) from None
    return path


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
    except OSError as error:
        told = f"warning: the step's summary cannot be written to {path}: {error.strerror}"
        sys.stderr.write(printable(told) + "\n")
