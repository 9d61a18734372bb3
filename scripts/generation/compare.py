"""Says how generated/ differs from what a fresh generation gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generation import manifest


@dataclass(frozen=True)
class Difference:
    """One file that is not as it should be: stale, edited, missing, unexpected, a symlink, executable or special."""

    kind: str
    path: str


def differences(present: Path, fresh: Path) -> list[Difference]:
    """Every file of `present` that differs from `fresh`, in order of its path."""
    return sorted(_differences(present, fresh), key=lambda difference: difference.path)


def _differences(present: Path, fresh: Path) -> Iterator[Difference]:
    here = set(manifest.files_of(present)) if present.is_dir() else set()
    wanted = set(manifest.files_of(fresh))
    recorded = manifest.outputs(present)
    strange = manifest.strange(present)
    if "" in strange:
        yield Difference(strange[""], "")
    for path in wanted - here:
        yield Difference("missing", path)
    for path in here - wanted:
        yield Difference("stale" if path in recorded else "unexpected", path)
    for path in here & wanted:
        kind = strange.get(path) or _difference(present, fresh, path, recorded.get(path))
        if kind:
            yield Difference(kind, path)


def _difference(present: Path, fresh: Path, path: str, recorded: str | None) -> str:
    if path == manifest.NAME:
        return "" if manifest.alike(present / path, fresh / path) else "stale"
    found = manifest.digest(present / path)
    if found == manifest.digest(fresh / path):
        return ""
    return "stale" if recorded == found else "edited"
