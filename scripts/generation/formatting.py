"""Formats generated code with ruff, by settings of its own, so that the project's can change freely."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from atlas_contract.errors import BadInput

_ISOLATED = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "110")
_RULES = ("--select", "E,F,I,B,UP", "--ignore", "E501")


def format_tree(folder: Path) -> None:
    """Sorts imports, drops unused ones, formats; BadInput where a template gave code that ruff refuses."""
    _ruff("check", "--fix", *_RULES, *_ISOLATED, folder.name, folder=folder.parent)
    _ruff("format", *_ISOLATED, folder.name, folder=folder.parent)
    _ruff("check", *_RULES, *_ISOLATED, folder.name, folder=folder.parent)


def _ruff(*arguments: str, folder: Path) -> None:
    command = [os.fsdecode(find_ruff_bin()), *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if result.returncode:
        said = (result.stdout + result.stderr).strip()
        msg = f"ruff {arguments[0]} refuses the generated code:\n{said}"
        raise BadInput(msg, where="scripts/client_templates", hint="correct the template")
