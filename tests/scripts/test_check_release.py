"""Version, changelog and tag: which states are sound, and what is said of the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from check_release import problems

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_release.py"
UNDER_WAY = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Tea.\n"
RELEASED = "\n## [0.1.0] - 2026-01-31\n\n### Added\n\n- Water.\n"
DONE = "# Changelog\n\n## [Unreleased]\n" + RELEASED


def test_this_checkout_is_sound() -> None:
    """Version and changelog of this project agree, as the command says."""
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("version", "changelog", "tag"),
    [
        pytest.param("0.1.0", UNDER_WAY, None, id="the first version is under way"),
        pytest.param("0.2.0", UNDER_WAY + RELEASED, None, id="the next version is under way"),
        pytest.param("0.10.0", UNDER_WAY + RELEASED.replace("1", "9", 1), None, id="numbers, not letters"),
        pytest.param("0.1.0", DONE, None, id="just released"),
        pytest.param("0.1.0", DONE, "v0.1.0", id="at the tag"),
    ],
)
def test_a_sound_state_has_no_problem(version: str, changelog: str, tag: str | None) -> None:
    """Development, the moment after a release, and a release itself."""
    assert problems(version, changelog, tag) == []


@pytest.mark.parametrize(
    ("version", "changelog", "tag", "said"),
    [
        ("0.1", UNDER_WAY, None, "three numbers"),
        ("0.1.0", "# Changelog\n" + RELEASED, None, "does not begin with"),
        ("0.0.9", UNDER_WAY + RELEASED, None, "0.1.0 is released already"),
        ("0.1.0", UNDER_WAY + RELEASED, None, "give what is under [Unreleased] a newer one"),
        ("0.1.0", UNDER_WAY + RELEASED, "v0.1.0", "give what is under [Unreleased] a newer one"),
        ("0.1.0", UNDER_WAY, "v0.1.0", "no heading for 0.1.0"),
        ("0.2.0", UNDER_WAY + RELEASED, "v0.2.0", "no heading for 0.2.0"),
        ("0.1.0", DONE, "v0.2.0", "the version's tag is v0.1.0"),
        ("0.1.0", DONE, "0.1.0", "the version's tag is v0.1.0"),
        ("0.1.0", DONE.replace(" - 2026-01-31", ""), None, "not of the form"),
        ("0.1.0", DONE.replace("2026-01-31", "2026-02-31"), None, "not of the form"),
        ("0.1.0", DONE.replace("[0.1.0]", "0.1.0"), None, "not of the form"),
        ("0.1.0", DONE + RELEASED, None, "but is not newer"),
        ("0.2.0", DONE + RELEASED.replace("0.1.0", "0.0.1").replace("2026", "2027"), None, "is dated before"),
        ("0.1.0", DONE.replace("- Water.", ""), None, "lists no change"),
        ("0.1.0", DONE.replace("Added", "Misc"), None, "a part 'Misc'"),
        ("0.1.0", DONE + "\n### Added\n\n- Milk.\n", None, "'Added' twice"),
        ("0.1.0", DONE + "\n[0.1.0]: https://forge.example\n", None, "the link of Unreleased is missing"),
        ("0.1.0", UNDER_WAY + "\n[Unreleased]: x\n[9.9.9]: x\n", None, "a link of 9.9.9"),
    ],
)
def test_what_is_wrong_is_named(version: str, changelog: str, tag: str | None, said: str) -> None:
    """Each way in which version, changelog and tag can differ has its own sentence."""
    assert any(said in problem for problem in problems(version, changelog, tag))


def test_a_tag_without_a_release_exits_with_1() -> None:
    """The command refuses a tag that no version has, and says why on standard error."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--tag", "v99.0.0"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "v99.0.0" in done.stderr
