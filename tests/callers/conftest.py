"""The generated client as it is installed, and copies of it to change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

CLIENT = Path(str(resources.files("atlas_snapshots")))
Edit = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Makes a copy of the client in which, in one file, some texts are replaced by others."""

    def make(file: str = "", **texts: str) -> Path:
        copy = tmp_path / f"copy{len(list(tmp_path.iterdir()))}" / CLIENT.name
        shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if file:
            path = copy / file
            text = path.read_text(encoding="utf-8")
            assert texts["old"] in text
            path.write_text(text.replace(texts["old"], texts["new"]), encoding="utf-8")
        return copy

    return make
