"""The tools whose versions decide the output's bytes: pinned in pyproject.toml, no other is let in."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

from atlas_contract.errors import BadInput, MissingExtra
from atlas_contract.spec.files import text_of

NAMES = ("openapi-python-client", "ruff")
EXTRA = "generate"
INSTALL = f"pip install -e '.[{EXTRA}]' in the checkout"
LIBRARIES = ("jinja2", "openapi-spec-validator", "pydantic", "python-jsonpath", "pyyaml")
"""Libraries that no pin holds; another version is most likely to give the same bytes, yet has to be tried."""


def checked_versions(project: Path) -> dict[str, str]:
    """The pinned version of each tool; BadInput where a pin is missing, or another version is installed.

    Raises MissingExtra for a tool that is not installed at all.
    """
    versions = {name: _pinned(project, name) for name in NAMES}
    for name, wanted in versions.items():
        found = _installed(name)
        if found is None:
            msg = f"the generation needs {name}, which is not installed"
            raise MissingExtra(msg, expected=f"{name} {wanted}", hint=INSTALL)
        if found != wanted:
            msg = f"{name} is {found}, and its version decides the bytes of the output"
            hint = f"{INSTALL}, or: pip install {name}=={wanted}"
            raise BadInput(msg, where=str(project), expected=f"{name} {wanted}", hint=hint)
    return versions


def library_versions() -> dict[str, str | None]:
    """The installed version of each library; None for one that is missing."""
    return {name: _installed(name) for name in LIBRARIES}


def _pinned(project: Path, name: str) -> str:
    try:
        content = tomllib.loads(text_of(project))
        listed = content["project"]["optional-dependencies"][EXTRA]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        msg = f"cannot read the extra `{EXTRA}`: {error}"
        raise BadInput(
            msg, where=str(project), expected="[project.optional-dependencies] with the tools"
        ) from error
    pins = (re.fullmatch(rf"{re.escape(name)}\s*==\s*([^\s;*]+)", str(line)) for line in listed)
    version = next((pin.group(1) for pin in pins if pin), None)
    if version is None:
        msg = f"{name} has no exact version in the extra `{EXTRA}`"
        raise BadInput(msg, where=str(project), expected=f'"{name}==<version>"')
    return version


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
