"""What a regenerated client means for those who call it: the committed generated/ beside the new one, as lines or JSON.

Nothing here has a say in the generation. Whatever goes wrong is said, and goes no further.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from atlas_contract import callers, contract
from atlas_contract.callers import Comparison, Verdict
from atlas_contract.changes import Change, compare
from atlas_contract.errors import AtlasContractError, BadInput
from atlas_contract.recordings import Recorded, read
from atlas_contract.reports import callers as report
from atlas_contract.spec import git
from generation import manifest
from generation.compare import differences

CONTRACT = "openapi.json"
_SHORT = 10  # digits of a commit's id, enough to find it


def recorded(paths: Sequence[Path]) -> list[Recorded]:
    """The exchanges that files of recorded traffic have; BadInput, with the place, for a file that has none."""
    return [each for path in paths for each in read(path)]


def told(
    project: Path, present: Path, fresh: Path, *, replies: Sequence[Recorded] = (), as_json: bool
) -> Iterator[str]:
    """The lines to print when the folder `fresh` is about to replace `present`.

    It is compared with what the last commit has there: edits between two commits are one change for callers.

    Args:
        project: the file that has the version.
        replies: recorded exchanges, whose replies go through both clients, too.
        as_json: one JSON text instead of lines for people.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="atlas-contract-") as scratch:
            before, against = _before(present, Path(scratch))
            found, compared = _judged(project, before, fresh, replies)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - old code is run here, and the generation is to go on
        said = str(error) if isinstance(error, AtlasContractError) else f"{type(error).__name__}: {error}"
        yield from report.missing(said, as_json=as_json)
        return
    if as_json:
        yield report.to_json(found, replace(compared, against=against))
    else:
        yield from report.lines(found, replace(compared, against=against))


def _before(present: Path, scratch: Path) -> tuple[Path, str]:
    """The folder to compare with, and what it is called: as it was last committed, else as the last run left it."""
    try:
        commit = _committed(present, scratch)
    except BadInput as error:
        return present, f"the last run ({error.what.rstrip('.')})"
    return scratch, f"the last commit, {commit[:_SHORT]}"


def _committed(present: Path, scratch: Path) -> str:
    """Writes into `scratch` what the last commit has in the place of `present`; the commit's id."""
    commit = git.commit_of(present.parent, "HEAD")
    files = git.tree(present.parent, commit, present.name) if commit else {}
    if not commit or CONTRACT not in files:
        msg = f"the last commit has no {present.name}/{CONTRACT}" if commit else "there is no commit yet"
        raise BadInput(msg, where=str(present.parent))
    for path, content in files.items():
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).write_bytes(content)
    return commit


def _judged(
    project: Path, present: Path, fresh: Path, replies: Sequence[Recorded]
) -> tuple[Verdict, Comparison]:
    version = _version(project)
    if not (present / CONTRACT).is_file():
        msg = "there was no client before to compare this one with"
        raise BadInput(msg, where=str(present))
    for path, kind in manifest.strange(present).items():
        if kind != "executable":
            msg = f"the client before is not all plain files ({kind})"  # reading a pipe would never end
            raise BadInput(msg, where=str(present / path))
    changed = any(each.path != manifest.NAME for each in differences(present, fresh))
    compared = _compared(present, fresh, replies) if changed else Comparison()
    return callers.verdict(compared.differences, version), compared


def _compared(present: Path, fresh: Path, replies: Sequence[Recorded]) -> Comparison:
    old, new = (contract.load(folder / CONTRACT) for folder in (present, fresh))
    changes: Sequence[Change] = ()
    troubles: tuple[AtlasContractError, ...] = ()
    try:
        changes = compare(old, new)
    except AtlasContractError as error:  # the other layers have something to say all the same
        troubles = (error,)
    packages = _package(present), _package(fresh)
    compared = callers.compare_clients(*packages, old, new, changes=changes, recorded=replies)
    return replace(compared, troubles=(*troubles, *compared.troubles))


def _package(folder: Path) -> Path:
    """The client package in a generated folder: the only one there."""
    found = [path.parent for path in sorted(folder.glob("*/__init__.py"))]
    if len(found) != 1:
        msg = f"{len(found)} packages are there, where the client should be"
        raise BadInput(msg, where=str(folder), expected="one folder with an __init__.py")
    return found[0]


def _version(project: Path) -> str:
    try:
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    except (ValueError, KeyError, TypeError) as error:
        msg = "the current version cannot be read"
        raise BadInput(msg, where=str(project), expected="`version` under [project]") from error
