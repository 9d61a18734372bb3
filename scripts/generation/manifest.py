"""Records what made generated/: hashes of inputs and outputs, versions of the tools, and what else had a hand in it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atlas_contract.spec
from atlas_contract import errors
from atlas_contract.spec.files import SOURCES, content_of
from generation import tools
from generation.layout import BANNER, Layout

NAME = "manifest.json"
_LOCAL = ("generator", "seal")
"""Members that may differ between machines that generate the same files."""


def write(layout: Layout, target: Path, versions: dict[str, str]) -> None:
    """Writes the manifest of everything that `target` holds."""
    (target / NAME).write_bytes(_expected(layout, target, versions))


def vouches(layout: Layout, versions: dict[str, str]) -> bool:
    """Whether the manifest of generated/ is just the one that a fresh generation on this machine would write.

    Then nothing that has a say in generated/ has changed since it was generated, and neither has generated/ itself.
    """
    folder = layout.generated
    if strange(folder) or not (folder / NAME).is_file():
        return False
    return _text(folder / NAME) == _expected(layout, folder, versions)


def alike(present: Path, fresh: Path) -> bool:
    """Whether two manifests say the same, but for what may differ between machines."""
    try:
        found: Any = json.loads(content_of(present))
        sealed = found["seal"] == _seal(found) and _to_json(found) == _text(present)
    except (errors.BadInput, ValueError, KeyError, TypeError, RecursionError):
        return False
    wanted: Any = json.loads(content_of(fresh))
    return sealed and _shared(found) == _shared(wanted)


def outputs(folder: Path) -> dict[str, str]:
    """The hash of each output file by the folder's manifest; empty where none can be read."""
    try:
        content: Any = json.loads(content_of(folder / NAME))
        return dict(content["outputs"])
    except (errors.BadInput, ValueError, KeyError, TypeError, RecursionError):
        return {}


def files_of(folder: Path) -> list[str]:
    """Every file and link of a folder, in order; what Python caches beside them does not count."""
    found: list[str] = []
    for above, folders, files in os.walk(folder):
        here = Path(above)
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in linked and name != "__pycache__"]
        found += [(here / name).relative_to(folder).as_posix() for name in (*files, *linked)]
    return sorted(found)


def strange(folder: Path) -> dict[str, str]:
    """The files of a folder that are no plain text files, and why: a symlink, executable, or special."""
    found = {"": "symlink"} if folder.is_symlink() else {}
    kinds = ((path, _kind(folder / path)) for path in files_of(folder))
    return found | {path: kind for path, kind in kinds if kind}


def digest(path: Path) -> str:
    """SHA-256 of a text file, whatever line ends the checkout gave it."""
    return hashlib.sha256(_text(path)).hexdigest()


def _text(path: Path) -> bytes:
    return content_of(path).replace(b"\r\n", b"\n")


def _kind(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "symlink"
    if not stat.S_ISREG(mode):
        return "special"
    return "executable" if mode & 0o111 else ""


def _expected(layout: Layout, folder: Path, versions: dict[str, str]) -> bytes:
    content = {
        "about": BANNER,
        "inputs": {
            path.relative_to(layout.root).as_posix(): digest(path) for path in sorted(_inputs(layout))
        },
        "tools": versions,
        "outputs": {path: digest(folder / path) for path in files_of(folder) if path != NAME},
        "generator": {
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            **tools.library_versions(),
            "code": _code_digest(),
        },
    }
    return _to_json({**content, "seal": _seal(content)})


def _inputs(layout: Layout) -> Iterator[Path]:
    yield from (layout.spec / name for name in SOURCES)
    yield from (path for path in layout.templates.rglob("*.jinja"))
    yield layout.config


def _code_digest() -> str:
    """One hash of all code of ours that takes part in the generation."""
    scripts, spec = Path(__file__).parents[1], Path(str(atlas_contract.spec.__file__)).parent
    code = [scripts / "generate.py", *(scripts / "generation").glob("*.py"), *spec.glob("*.py")]
    lines = sorted(
        f"{path.parent.name}/{path.name} {digest(path)}" for path in [*code, Path(errors.__file__)]
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _seal(content: dict[str, Any]) -> str:
    """A hash of all else in the manifest, so that it is not mended by hand together with a file."""
    rest = {key: value for key, value in content.items() if key != "seal"}
    return hashlib.sha256(_to_json(rest)).hexdigest()


def _shared(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in _LOCAL}


def _to_json(content: Any) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
