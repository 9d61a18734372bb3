"""Reads files as they were at a revision of a git repository; runs `git`, writes nothing."""

from __future__ import annotations

import io
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
    listed = _entries(_run(folder, "ls-tree", "-z", "--long", commit, "--", f"{below}/"))
    return {path.rpartition("/")[2]: entry for path, entry in listed.items()}


def tree(folder: Path, commit: str, below: str) -> dict[str, bytes]:
    """Every file that a commit has below a folder, however deep, by its path as seen from there.

    Raises:
        BadInput: one is no regular file, or larger than anything that is read.
    """
    listed = _entries(_run(folder, "ls-tree", "-r", "-z", "--long", commit, "--", f"{below}/"))
    for path, entry in listed.items():
        _check(entry, f"{commit}:{path}")
    asked = "".join(f"{entry.blob}\n" for entry in listed.values())
    answered = io.BytesIO(_run(folder, "cat-file", "--batch", given=asked.encode()).stdout)
    found = {}
    for path, entry in listed.items():
        answered.readline()  # id, kind and size, which are known
        found[path.removeprefix(f"{below}/")] = answered.read(entry.size)
        answered.readline()
    return found


def content_of(folder: Path, entry: Entry, name: str) -> bytes:
    """The bytes of a file of a revision.

    Raises:
        BadInput: it is no regular file, or larger than anything that is read.
    """
    _check(entry, name)
    return _run(folder, "cat-file", "blob", entry.blob).stdout


def _entries(listed: subprocess.CompletedProcess[bytes]) -> dict[str, Entry]:
    """The files of a listing, by path."""
    found = {}
    for line in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        facts, _, path = line.partition("\t")
        mode, kind, blob, size = facts.split() if facts else ("", "", "", "")
        if kind == "blob":
            found[path] = Entry(mode, blob, int(size))
    return found


def _check(entry: Entry, name: str) -> None:
    if entry.mode not in _REGULAR:
        msg = f"cannot read {name}: it is a symbolic link"
        raise BadInput(msg, where=name, hint="name a revision where it is a file")
    if entry.size > LARGEST:
        msg = f"cannot read {name}: it has {entry.size:,} bytes, and {LARGEST:,} is the most that is read"
        raise BadInput(msg, where=name, hint="look for what was committed by mistake")


def _run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(  # noqa: S603
            command, input=given, capture_output=True, check=False, timeout=PATIENCE
        )
    except FileNotFoundError as error:
        msg = "git is not installed, and a revision can't be read without it."
        raise BadInput(msg, hint="install git, or name folders or files") from error
    except subprocess.TimeoutExpired as error:
        msg = f"git has not answered for {PATIENCE:.0f} seconds."
        raise BadInput(msg, where=str(folder), hint="see whether the repository is in order") from error
