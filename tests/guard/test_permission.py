"""A live run needs a flag, a setting and a typed project; whatever is missing is refused before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from atlas_contract.errors import BadInput, GuardRefused
from atlas_contract.guard import origin_of
from atlas_contract.guard.permission import Wanted, require_leave

GIVEN = Wanted(origin_of("https://staging.example"), "1" * 24, ("Cluster0",), live=True)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A file that allows the project and the cluster at the server."""
    path = tmp_path / "atlas-contract.toml"
    path.write_text(
        f'[live]\nurl = "https://staging.example/"\nprojects = ["{GIVEN.project}"]\nclusters = ["Cluster0"]\n'
    )
    return path


def test_all_three_permissions_together_are_enough(config: Path) -> None:
    """With flag, setting and typed project a run may begin."""
    require_leave(GIVEN, config)


def test_this_machine_needs_none(tmp_path: Path) -> None:
    """Against a mock on loopback nothing has to be allowed."""
    require_leave(Wanted(origin_of("http://127.0.0.1:1"), "", (), live=False), tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"live": False}, "live server"),
        ({"project": ""}, "named on the command line"),
        ({"project": "2" * 24}, "does not allow this project"),
        ({"clusters": ("Production",)}, "does not allow the cluster Production"),
        ({"origin": origin_of("https://evil.example")}, "does not allow this server"),
        ({"origin": origin_of("http://staging.example")}, "https only"),
        ({"origin": origin_of("https://staging.example:8443")}, "does not allow this server"),
    ],
)
def test_each_missing_permission_is_refused(config: Path, change: dict[str, object], said: str) -> None:
    """Whatever is missing or differs ends in exit code 4, with what is missing and what to do."""
    with pytest.raises(GuardRefused, match=said) as caught:
        require_leave(replace(GIVEN, **change), config)  # type: ignore[arg-type]
    assert caught.value.exit_code == 4
    assert caught.value.hint


def test_without_a_file_nothing_is_allowed(tmp_path: Path) -> None:
    """No file, no live run; the message shows what the file would say."""
    with pytest.raises(GuardRefused, match="no file") as caught:
        require_leave(GIVEN, tmp_path / "atlas-contract.toml")
    assert "[live]" in caught.value.expected


@pytest.mark.parametrize("text", ["[live", "live = 3", "[live]\nprojects = 'x'", "[live]\nurl = 3", "\xff"])
def test_a_file_of_another_form_is_bad_input(tmp_path: Path, text: str) -> None:
    """A file that cannot be understood allows nothing, and is named."""
    path = tmp_path / "atlas-contract.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput) as caught:
        require_leave(GIVEN, path)
    assert caught.value.where == str(path)
