"""What belongs into the wheel and the sdist, and what is said when something is missing or too much."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from check_dist import sdist_problems, wheel_parts, wheel_problems

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_dist.py"
TRACKED = {
    "README.md",
    "contract_tests/pytest.ini",
    "generated/atlas_snapshots/py.typed",
    "generated/manifest.json",
    "generated/openapi.json",
    "src/atlas_contract/py.typed",
    "tests/test_redact.py",
}
PARTS = {
    "src/atlas_contract": "atlas_contract",
    "generated/atlas_snapshots": "atlas_snapshots",
    "generated/openapi.json": "atlas_contract/openapi.json",
    "contract_tests": "atlas_contract/contract_tests",
}
WHEEL = {
    "atlas_contract-0.1.0.dist-info/METADATA",
    "atlas_contract/contract_tests/pytest.ini",
    "atlas_contract/openapi.json",
    "atlas_contract/py.typed",
    "atlas_snapshots/py.typed",
}


def test_a_wheel_with_all_its_parts_is_sound() -> None:
    """Toolkit, client, contract and suite, each in its place; nothing else of the repository."""
    assert wheel_problems(WHEEL, TRACKED, PARTS) == []


@pytest.mark.parametrize("name", sorted(name for name in WHEEL if "dist-info" not in name))
def test_whatever_a_wheel_lacks_is_named(name: str) -> None:
    """No part of the wheel can get lost."""
    assert wheel_problems(WHEEL - {name}, TRACKED, PARTS) == [f"the wheel lacks {name}"]


@pytest.mark.parametrize("name", ["tests/test_redact.py", "atlas_contract/left_over.pyc"])
def test_whatever_a_wheel_has_too_much_is_named(name: str) -> None:
    """Neither tests nor what a build left behind."""
    assert wheel_problems(WHEEL | {name}, TRACKED, PARTS) == [
        f"the wheel has {name}, which does not belong there"
    ]


def test_an_sdist_is_the_repository() -> None:
    """Every file of it, and what building adds."""
    assert sdist_problems(TRACKED | {"PKG-INFO"}, TRACKED) == []
    assert sdist_problems(TRACKED - {"README.md"}, TRACKED) == ["the sdist lacks README.md"]
    assert len(sdist_problems(TRACKED | {".env"}, TRACKED)) == 1


def test_what_this_project_packs_is_there() -> None:
    """Each part that pyproject.toml names is a file or folder of this checkout's repository; the tests are none."""
    parts = wheel_parts(SCRIPT.parents[1])
    assert set(PARTS.items()) <= set(parts.items())
    assert not any(source.startswith("tests") for source in parts)


def test_a_folder_without_packages_exits_with_2(tmp_path: Path) -> None:
    """There must be one wheel and one sdist to look at."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "0 wheels and 0 sdists" in done.stderr
