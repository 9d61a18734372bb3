"""A copy of the project to generate in, and the script's `main`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The inputs of the generation, copied from this checkout, with nothing generated yet."""
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    shutil.copytree(ROOT / "scripts" / "client_templates", tmp_path / "scripts" / "client_templates")
    shutil.copy(ROOT / "scripts" / "client_config.yaml", tmp_path / "scripts")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def generate(project: Path) -> Callable[..., int]:
    """Runs the script's `main` on the copy and returns the exit code."""
    from generate import main

    return lambda *flags: main([*flags, "--root", str(project)])


@pytest.fixture(scope="session")
def generated_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly generated tree, made once; copy it before you touch it."""
    from generate import main

    root = tmp_path_factory.mktemp("fresh")
    for name in ("spec", "scripts"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    assert main(["--root", str(root)]) == 0
    return root / "generated"
