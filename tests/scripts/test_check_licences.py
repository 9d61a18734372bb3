"""Which licences do, which need an excuse, and the list that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from check_licences import EXCEPTIONS, main, parts

EXCUSED = [{"Name": name, "License": licence} for name, licence in EXCEPTIONS]


@pytest.fixture
def found(tmp_path: Path) -> Path:
    """What pip-licenses found: what is excused, and something permissive."""
    return write(tmp_path, {"Name": "Typing_Extensions", "License": "PSF-2.0"})


def write(folder: Path, *packages: dict[str, str]) -> Path:
    """A file as pip-licenses writes it."""
    path = folder / "found.json"
    path.write_text(json.dumps([*EXCUSED, *packages]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("licence", "names"),
    [
        ("MIT", ["MIT"]),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", ["MPL-2.0", "Apache-2.0", "MIT"]),
        ("ISC License (ISCL)", ["ISC License (ISCL)"]),
        ("Apache Software License; MIT License", ["Apache Software License", "MIT License"]),
    ],
)
def test_an_expression_names_its_licences(licence: str, names: list[str]) -> None:
    """SPDX expressions and classifiers alike."""
    assert parts(licence) == names


def test_the_list_is_written_and_then_holds(found: Path, tmp_path: Path) -> None:
    """What was written is what is checked; names are normal ones, and our own package is not in it."""
    kept = tmp_path / "licences.md"
    assert main([str(found), str(kept)]) == 1
    assert main([str(found), str(kept), "--write"]) == 0
    assert "| typing-extensions | PSF-2.0 |" in kept.read_text(encoding="utf-8")
    assert main([str(found), str(kept)]) == 0


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT OR GPL-3.0-only", "MPL-2.0", "UNKNOWN", ""])
def test_a_licence_that_is_not_permissive_is_refused(
    licence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also one of several, one that another package is excused for, and none; and nothing is written."""
    found, kept = write(tmp_path, {"Name": "tea", "License": licence}), tmp_path / "licences.md"
    assert main([str(found), str(kept), "--write"]) == 1
    assert "tea is under" in capsys.readouterr().err
    assert not kept.exists()


def test_an_excuse_that_nothing_needs_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception goes when its package does."""
    path = tmp_path / "found.json"
    path.write_text(json.dumps(EXCUSED[1:]), encoding="utf-8")
    assert main([str(path), str(tmp_path / "licences.md"), "--write"]) == 1
    assert f"the exception of {EXCUSED[0]['Name']} is not needed" in capsys.readouterr().err
