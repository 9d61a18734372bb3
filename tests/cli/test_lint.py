"""`atlas-contract lint` as a shell sees it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from atlas_contract.cli.main import main

SPEC = Path(__file__).parents[2] / "spec"


def lint(*arguments: str) -> int:
    """Run the command in this process; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["lint", *arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of spec/ to be edited."""
    return Path(shutil.copytree(SPEC, tmp_path / "spec"))


def edit(path: Path, old: str, new: str) -> None:
    """Replace one text of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_clean_contract_passes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict is the last line, and says by how many rules."""
    assert lint(str(folder)) == 0
    assert capsys.readouterr().out.startswith("verdict    0 error(s)")


def test_an_error_is_told_with_its_place_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text for people, JSON for programs, both with file and line."""
    edit(folder / "atlas-snapshots.yaml", "example: Cluster0", "example: Cluster_0")
    assert lint(str(folder)) == 1
    assert "rule: example-valid" in capsys.readouterr().out
    assert lint(str(folder), "--format", "json") == 1
    (found, *_) = json.loads(capsys.readouterr().out)
    assert found["rule"] == "example-valid"
    assert "atlas-snapshots.yaml, line" in found["place"]


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("atlas-snapshots.yaml", b"\x00\x01", "not valid YAML"),
        ("atlas-snapshots.yaml", b"openapi: [", "not valid YAML"),
        ("observed.overlay.yaml", b"overlay: 1.0.0\noverlay: 1.0.0\n", "appears twice"),
        ("behaviours.yaml", b"\xff\xfe", "not UTF-8"),
        ("behaviours.yaml", b"behaviours: &a [*a]\n", "an alias contains itself"),
        ("atlas-snapshots.yaml", None, "No such file"),
    ],
)
def test_what_cannot_be_read_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str, content: bytes | None, told: str
) -> None:
    """Exit code 2, and one message with the file's name."""
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    assert lint(str(folder)) == 2
    error = capsys.readouterr().err
    assert told in error
    assert file in error


def test_a_contract_without_what_the_client_needs_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, with the line that uses it."""
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("updateGroupClusterBackupSnapshot", "changeIt"), encoding="utf-8")
    assert lint(str(folder)) == 2
    assert "client/operations.py, line" in capsys.readouterr().err


def test_a_file_in_place_of_the_folder_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says that a folder is expected, and which one it may be."""
    assert lint(str(folder / "atlas-snapshots.yaml")) == 2
    assert f"next: name the folder that it lies in: {folder}" in capsys.readouterr().err
    assert lint(str(folder / "none")) == 2
    assert "none is not there, and a folder is expected" in capsys.readouterr().err


def test_the_rules_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each by its id and its sentence, without any file being read."""
    assert lint("--rules") == 0
    assert "example-valid" in capsys.readouterr().out


def test_another_linter_is_asked_by_its_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It gets the effective contract as a file, and its complaints stand beside ours."""
    program = "import json, sys; json.load(open(sys.argv[2])); "
    program += "print(json.dumps([dict(code='c', severity=0, path=['info'], message='m')]))"
    assert lint(str(folder), "--spectral", f'{sys.executable} -c "{program}; sys.exit(1)"') == 1
    assert "rule: spectral:c" in capsys.readouterr().out
    assert lint(str(folder), "--spectral", "no-such-linter") == 2


@pytest.mark.parametrize("linter", ["sh -c 'echo boom >&2; exit 127'", "sh -c 'echo boom; exit 2'"])
def test_another_linter_that_fails_is_no_clean_contract(
    folder: Path, capsys: pytest.CaptureFixture[str], linter: str
) -> None:
    """Exit code 2, with what it said."""
    assert lint(str(folder), "--spectral", linter) == 2
    told = capsys.readouterr()
    assert "Spectral has failed (exit code" in told.err
    assert "boom" in told.err
    assert "verdict" not in told.out


def test_another_linter_that_says_nothing_is_no_clean_contract(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even where it ends as if all were well."""
    for linter in ("true", "false"):
        assert lint(str(folder), "--spectral", linter) == 2
        assert "it said nothing" in capsys.readouterr().err
