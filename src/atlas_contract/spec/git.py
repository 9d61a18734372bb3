"""Reads files as they were at a revision of a git repository; runs `git`, writes nothing."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from atlas_contract.errors import BadInput
from atlas_contract.spec.files import LARGEST
from atlas_contract.spec.wording import shown

PATIENCE = 30.0  # seconds for one question; a local repository answers in some milliseconds
_REGULAR = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a revision: its mode in octal digits, the id of its content, its size in bytes."""

    mode: str
    blob: str
    size: int


def commit_of(folder: Path, revision: str) -> str | None:
    """The id of the commit that a revision names, asked for in a folder of the repository; None where it names none.

    Raises:
        BadInput: there is no git, or the folder lies in no repository.
    """
    if not revision or revision.startswith("-") or not revision.isprintable():
        return None
    inside = _run(folder, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        msg = "This folder belongs to no git repository, so there are no revisions to read."
        said = shown(inside.stderr.decode("utf-8", "replace").strip().partition("\n")[0], 200)
        hint = f"name folders or files, or run the command in a clone; git says {said}"
        raise BadInput(msg, where=str(folder), hint=hint)
    found = _run(folder, "rev-parse", "--verify", "--quiet", revision + "^{commit}", "--")
    return found.stdout.decode("ascii", "replace").split()[0] if found.returncode == 0 else None


def entries(folder: Path, commit: str, below: str) -> dict[str, Entry]:
    """The files that a commit has directly in a folder below the given one, by name."""
    listed = _run(folder, "ls-tree", "-z", "--long", commit, "--", f"{below}/")
    found = {}
    for line in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        facts, _, name = line.partition("\t")
        mode, kind, blob, size = facts.split() if facts else ("", "", "", "")
        if kind == "blob":
            found[name.rpartition("/")[2]] = Entry(mode, blob, int(size))
    return found


def content_of(folder: Path, entry: Entry, name: str) -> bytes:
    """The bytes of a file of a revision.

    Raises:
        BadInput: it is no regular file, or larger than anything that is read.
    """
    if entry.mode not in _REGULAR:
        msg = f"cannot read {name}: it is a symbolic link"
        raise BadInput(msg, where=name, hint="name a revision where it is a file")
    if entry.size > LARGEST:
        msg = f"cannot read {name}: it has {entry.size:,} bytes, and {LARGEST:,} is the most that is read"
        raise BadInput(msg, where=name, hint="look for what was committed by mistake")
    return _run(folder, "cat-file", "blob", entry.blob).stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)  # noqa: S603
    except FileNotFoundError as error:
        msg = "git is not installed, and a revision can't be read without it."
        raise BadInput(msg, hint="install git, or name folders or files") from error
    except subprocess.TimeoutExpired as error:
        msg = f"git has not answered for {PATIENCE:.0f} seconds."
        raise BadInput(msg, where=str(folder), hint="see whether the repository is in order") from error
