"""A contract as it is or was: in a folder, in one file, or at a git revision of `spec/`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec import behaviours, cycles, extensions, git, readable, validity
from atlas_contract.spec.documents import Document, load, parse
from atlas_contract.spec.effective import composed
from atlas_contract.spec.files import BEHAVIOURS, FOLDER, FRAGMENT, OVERLAY, SOURCES, WAIVERS, decoded
from atlas_contract.spec.standard import check_standard
from atlas_contract.spec.wording import shown

_BEHAVIOURS, _PROVENANCE = "x-atlas-behaviours", "x-atlas-provenance"
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Version:
    """One side of a comparison: how to call it, its effective document, and whether it states behaviours at all.

    `waivers` is the file of waivers that lies with it, None where none does.
    """

    name: str
    document: dict[str, Any]
    has_behaviours: bool
    waivers: Document | None = None


def read(given: str, checkout: Path) -> Version:
    """The version that somebody named: what exists as a folder or file is that, anything else a git revision.

    A folder holds the three files of a contract. A file is an effective contract, as `generate` writes it, or a
    fragment on its own. `checkout` is the folder whose `spec/` is meant by a revision.

    Raises:
        BadInput: there is no such thing, or it is no contract that holds together; says which file and where in it.
    """
    path = Path(given)
    if given and os.path.isdir(path):  # noqa: PTH112  a name that is too long is no folder, not a crash
        return of_folder(path, given)
    if given and os.path.lexists(path):
        return _of_file(path, given)
    commit = None if given.endswith(_SUFFIXES) else git.commit_of(checkout, given)
    if commit is None:
        msg = f"There is no file, folder or git revision {shown(given)}."
        expected = "a folder with the files of spec/, an effective contract (.json), a fragment (.yaml) or a revision"
        raise BadInput(
            msg, where=str(checkout), expected=expected, hint="`git log --oneline` lists revisions"
        )
    return _of_commit(checkout, commit, given)


def of_folder(folder: Path, name: str) -> Version:
    """The version in a folder with the files of `spec/`."""
    found = {each: load(folder / each) for each in SOURCES}
    waivers = load(folder / WAIVERS) if (folder / WAIVERS).exists() else None
    return _composed(name, found, waivers)


def _of_commit(checkout: Path, commit: str, revision: str) -> Version:
    """The version of a commit; what the contract did not have yet, in files, it does without."""
    entries = git.entries(checkout, commit, FOLDER)
    if FRAGMENT not in entries:
        msg = f"The revision {revision} has no {FOLDER}/{FRAGMENT}."
        raise BadInput(msg, where=str(checkout), hint="name a revision that has a contract")
    found = {}
    for each in (*SOURCES, WAIVERS):
        if each in entries:
            name = f"{revision}:{FOLDER}/{each}"
            found[each] = parse(decoded(git.content_of(checkout, entries[each], name), name), name)
    return _composed(revision, found, found.pop(WAIVERS, None))


def _composed(name: str, found: dict[str, Document], waivers: Document | None) -> Version:
    fragment = found[FRAGMENT]
    document = composed(fragment, found.get(OVERLAY), found.get(BEHAVIOURS))
    check_standard(document, fragment)
    readable.check(document, fragment)
    return Version(name, document, BEHAVIOURS in found, waivers)


def _of_file(path: Path, name: str) -> Version:
    source = load(path)
    if _BEHAVIOURS not in source.content:
        return _composed(name, {FRAGMENT: source}, None)
    return Version(name, _effective(source), has_behaviours=True)


def _effective(source: Document) -> dict[str, Any]:
    """The content of an effective contract, held to what composing would have held it to."""
    content = source.content
    validity.check_structure(source)
    validity.check_references(content, source)
    cycles.check(content, source)
    operations = validity.operation_places(content, source)
    stated_by_hand = {key: value for key, value in content.items() if key not in extensions.WRITTEN}
    extensions.check(stated_by_hand, source)
    validity.check_purpose(content, source)
    stated = Document(source.name, {"behaviours": content[_BEHAVIOURS]})
    known = content.get(_PROVENANCE, {})
    if not isinstance(known, dict) or not all(isinstance(facts, dict) for facts in known.values()):
        msg = f"`{_PROVENANCE}` is {shown(known)}"
        raise BadInput(msg, where=source.place(f"/{_PROVENANCE}"), expected="a mapping of mappings")
    check_standard(content, source)
    readable.check(content, source)
    return {**content, _BEHAVIOURS: behaviours.check(stated, operations)}
