"""The generation as a command: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_contract.errors import BadInput

Generate = Callable[..., int]
COMMAND = "atlas-contract generate"


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, with its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def filled(project: Path, generated_tree: Path) -> Path:
    """The project with a generated tree that is up to date."""
    shutil.copytree(generated_tree, project / "generated")
    return project / "generated"


def edit(path: Path, old: str, new: str) -> None:
    """Replaces one text in a file that must hold it."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_two_runs_give_the_same_bytes(generated_tree: Path, project: Path) -> None:
    """Whatever the seed of Python's hashes, and whatever the folder is called."""
    script = Path(__file__).parents[2] / "scripts" / "generate.py"
    command = [sys.executable, str(script), "--root", str(project)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert content_of(project / "generated") == content_of(generated_tree)


def test_the_tree_has_contract_client_and_manifest(generated_tree: Path) -> None:
    """Every Python file says what made it, and the manifest knows every file."""
    files = content_of(generated_tree)
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["outputs"]) == set(files) - {"manifest.json"}
    assert "atlas_snapshots/py.typed" in files
    assert all(b"do not edit" in text.splitlines()[0] for name, text in files.items() if name.endswith(".py"))
    assert set(manifest["inputs"]) >= {"spec/behaviours.yaml", "scripts/client_config.yaml"}


def test_text_files_have_unix_line_ends_and_one_at_the_end(generated_tree: Path) -> None:
    """The bytes do not depend on the machine."""
    for name, text in content_of(generated_tree).items():
        assert b"\r" not in text, name
        assert not text or (text.endswith(b"\n") and not text.endswith(b"\n\n")), name


def test_check_is_quiet_about_a_fresh_tree(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0, nothing on standard output; what Python caches does not count."""
    cache = filled / "atlas_snapshots" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"x")
    assert generate("--check") == 0
    assert capsys.readouterr().out == ""


def test_check_names_every_kind_of_difference_and_writes_nothing(
    generate: Generate, filled: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stale after an edit of the spec; edited, missing, unexpected after an edit of the output."""
    edit(project / "spec" / "atlas-snapshots.yaml", "summary: Take one", "summary: Now take one")
    edit(filled / "atlas_snapshots" / "types.py", "UNSET", "UNSETT")
    (filled / "atlas_snapshots" / "client.py").unlink()
    (filled / "stray.txt").write_text("x")
    before = content_of(filled)
    assert generate("--check") == 1
    out = capsys.readouterr().out
    assert "stale      generated/openapi.json" in out
    assert "edited     generated/atlas_snapshots/types.py" in out
    assert "missing    generated/atlas_snapshots/client.py" in out
    assert "unexpected generated/stray.txt" in out
    assert COMMAND in out
    assert content_of(filled) == before


def test_check_finds_everything_missing_where_nothing_is_generated(
    generate: Generate, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An absent tree is stale, not an error."""
    assert generate("--check") == 1
    assert "missing    generated/openapi.json" in capsys.readouterr().out
    assert not (project / "generated").exists()


def test_generating_mends_the_tree_and_clears_what_does_not_belong(
    generate: Generate, filled: Path, project: Path
) -> None:
    """Stray files vanish, and so do the models of schemas that are gone."""
    fresh = content_of(filled)
    (filled / "stray.txt").write_text("x")
    (filled / "atlas_snapshots" / "models" / "old_model.py").write_text("x")
    (filled / "atlas_snapshots" / "types.py").unlink()
    assert generate() == 0
    assert content_of(filled) == fresh
    assert sorted(path.name for path in project.iterdir()) == [
        "generated",
        "pyproject.toml",
        "scripts",
        "spec",
    ]


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        (("spec/observed.overlay.yaml", "target: $", "target: $.gone"), "selects nothing"),
        (("spec/observed.overlay.yaml", "x-source: observed", "x-source: seen"), "`x-source` is 'seen'"),
        (("spec/atlas-snapshots.yaml", "openapi: 3.1.0", "openapi: ["), "not valid YAML"),
        (("spec/atlas-snapshots.yaml", "in: path", "in: pth"), "not valid OpenAPI 3.1"),
        (
            ("spec/atlas-snapshots.yaml", "schemas/SnapshotRequest'", "schemas/SnapshotRequst'"),
            "did you mean",
        ),
        (("spec/behaviours.yaml", "source: ", "sorce: "), "did you mean 'source'?"),
        (("scripts/client_config.yaml", "package:", "packages:"), "did you mean 'package'?"),
        (("scripts/client_config.yaml", "package: ", "package: 1"), "`package` is '1"),
        (("scripts/client_templates/types.py.jinja", "class Unset:", "class Unset(:"), "ruff check refuses"),
        (("pyproject.toml", "python-client==0", "python-client==9"), "expected: openapi-python-client 9"),
        (("pyproject.toml", '"ruff==', '"ruff>='), "no exact version"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    generate: Generate,
    filled: Path,
    capsys: pytest.CaptureFixture[str],
    flaw: tuple[str, str, str],
    said: str,
) -> None:
    """Exit 2, the flaw on standard error, and the old tree exactly as it was."""
    project = filled.parent
    name, old, new = flaw
    edit(project / name, old, new)
    before = content_of(filled)
    assert generate() == 2
    assert said in capsys.readouterr().err
    assert content_of(filled) == before
    assert not list(project.glob(".generated*"))


def test_a_part_that_the_generator_cannot_read_stops_the_generation(
    generate: Generate, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its warning is an error, unless the settings list it."""
    edit(
        project / "spec" / "atlas-snapshots.yaml",
        "        retentionInDays:\n          type: integer",
        "        wish: {type: array, description: Any.}\n        retentionInDays:\n          type: integer",
    )
    assert generate() == 2
    err = capsys.readouterr().err
    assert "must have items or prefixItems" in err
    assert "object at 0x" not in err


def test_a_missing_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says which flag to mend."""
    from generate import main

    assert main(["--root", str(tmp_path / "gone")]) == 2
    assert "--root" in capsys.readouterr().err


def test_a_second_generation_at_the_same_time_is_refused(
    generate: Generate, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder's lock is held for the whole run, and a check waits for nobody either."""
    from generation.swap import locked

    with locked(project):
        assert generate() == 2
        assert generate("--check") == 2
    assert "another generation is running" in capsys.readouterr().err


def test_a_killed_run_leaves_the_old_tree_and_the_next_run_repairs(
    generate: Generate, filled: Path, project: Path
) -> None:
    """Killed at any moment: the tree is whole, and one run later nothing is left over."""
    fresh = content_of(filled)
    script = Path(__file__).parents[2] / "scripts" / "generate.py"
    process = subprocess.Popen(
        [sys.executable, str(script), "--root", str(project)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while not (project / ".generated-new").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert content_of(filled) == fresh
    assert generate() == 0
    assert content_of(filled) == fresh
    assert not list(project.glob(".generated*"))


def test_repair_puts_the_old_tree_back(tmp_path: Path) -> None:
    """A run that ended between its two renames is undone."""
    from generation.swap import NEW, OLD, repair

    (tmp_path / OLD).mkdir()
    (tmp_path / OLD / "x").write_text("old")
    (tmp_path / NEW).mkdir()
    repair(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["generated"]
    assert (tmp_path / "generated" / "x").read_text() == "old"


def test_a_failing_swap_keeps_the_old_tree(tmp_path: Path) -> None:
    """Where the new tree cannot be put in place, the old one comes back."""
    from generation.swap import replace_tree

    present = tmp_path / "generated"
    present.mkdir()
    (present / "x").write_text("old")
    with pytest.raises(FileNotFoundError):
        replace_tree(present, tmp_path / "gone")
    assert (present / "x").read_text() == "old"


def test_a_tool_that_is_not_installed_is_refused(tmp_path: Path) -> None:
    """The message gives the command that installs the pinned version."""
    from generation import tools

    path = tmp_path / "pyproject.toml"
    path.write_text("[project.optional-dependencies]\ngenerate = []\n")
    with pytest.raises(BadInput, match="no exact version"):
        tools.checked_versions(path)


def test_this_checkout_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """What is committed in generated/ is what spec/ says."""
    from generate import main

    assert main(["--check"]) == 0, capsys.readouterr().out
