"""Records what made generated/: hashes of the inputs, versions of the tools, hashes of every output file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from atlas_contract.spec.files import SOURCES
from generation.layout import BANNER, Layout

NAME = "manifest.json"


def write(layout: Layout, target: Path, versions: dict[str, str]) -> None:
    """Writes the manifest of everything that `target` holds."""
    content = {
        "about": BANNER,
        "inputs": {
            path.relative_to(layout.root).as_posix(): digest(path) for path in sorted(_inputs(layout))
        },
        "tools": versions,
        "outputs": {path: digest(target / path) for path in files_of(target)},
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (target / NAME).write_bytes(text.encode())


def outputs(folder: Path) -> dict[str, str]:
    """The hash of each output file by the folder's manifest; empty where none can be read."""
    try:
        content: Any = json.loads((folder / NAME).read_bytes())
        return dict(content["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def files_of(folder: Path) -> list[str]:
    """Every file of a folder, in order; what Python caches beside them does not count."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return sorted(path.as_posix() for path in found if "__pycache__" not in path.parts)


def digest(path: Path) -> str:
    """SHA-256 of a text file, whatever line ends the checkout gave it."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _inputs(layout: Layout) -> Iterator[Path]:
    yield from (layout.spec / name for name in SOURCES)
    yield from (path for path in layout.templates.rglob("*.jinja"))
    yield layout.config
