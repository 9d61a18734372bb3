"""Replaces generated/ as a whole: an interrupted run leaves the old tree or the new, never a mixture."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from atlas_contract.errors import BadInput

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no advisory locks on folders
    fcntl = None  # type: ignore[assignment]

NEW, OLD = ".generated-new", ".generated-old"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <linux/fcntl.h> and <linux/fs.h>


@contextlib.contextmanager
def locked(root: Path, *, shared: bool = False) -> Iterator[None]:
    """Holds the project's folder, so that two generations never meet; the lock dies with its process.

    Raises BadInput where the folder does not exist, or another generation holds it.
    """
    if not root.is_dir():
        msg = "there is no such folder"
        raise BadInput(msg, where=str(root), hint="give the project's folder with --root")
    if fcntl is None:  # pragma: no cover
        yield
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        msg = "another generation is running on this project"
        raise BadInput(msg, where=str(root), hint="wait for it to end, then try again") from error
    try:
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def scratch_folder(root: Path | None = None) -> Iterator[Path]:
    """An empty folder that is gone afterwards: beside generated/ with a root, else among temporary files.

    With a root it also repairs what an interrupted run left behind.
    """
    if root is None:
        with tempfile.TemporaryDirectory(prefix="atlas-contract-") as folder:
            yield Path(folder)
        return
    repair(root)
    folder_path = root / NEW
    folder_path.mkdir()
    try:
        yield folder_path
    finally:
        shutil.rmtree(folder_path, ignore_errors=True)


def repair(root: Path, name: str = "generated") -> None:
    """Puts the old tree back if a run ended between the two renames, and removes what is left over."""
    present, old, new = root / name, root / OLD, root / NEW
    if os.path.lexists(old) and not os.path.lexists(present):
        old.rename(present)
    _discard(old)
    _discard(new)


def exchanged(one: Path, other: Path) -> bool:
    """Whether two files or folders now have each other's name: Linux can do that, on most file systems."""
    try:
        exchange = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)


def replace_tree(present: Path, fresh: Path, exchange: Callable[[Path, Path], bool] = exchanged) -> None:
    """Puts the folder `fresh` in the place of `present`; on failure the old tree stays.

    Where `exchange` can swap the two in one step, nobody ever finds none; elsewhere there is none for a moment.
    """
    if exchange(present, fresh):
        _discard(fresh)
        return
    old = present.with_name(OLD)
    if os.path.lexists(present):
        present.rename(old)
    try:
        fresh.rename(present)
    except BaseException:
        if os.path.lexists(old):
            old.rename(present)
        raise
    _discard(old)


def _discard(path: Path) -> None:
    """Removes a folder, or the link or file that somebody put in its place."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
