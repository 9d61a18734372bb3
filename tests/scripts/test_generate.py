"""The generation as a command: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
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


def test_check_builds_nothing_where_nothing_has_changed(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hashes in the manifest tell, unless they are not to be believed."""
    assert filled.is_dir()
    assert generate("--check") == 0
    assert "composing" not in capsys.readouterr().err
    assert generate("--check", "--rebuild") == 0
    assert "composing" in capsys.readouterr().err


def test_the_line_ends_of_a_checkout_do_not_count(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git may write Windows line ends; the manifest still vouches for the files."""
    for name, content in content_of(filled).items():
        (filled / name).write_bytes(content.replace(b"\n", b"\r\n"))
    assert generate("--check") == 0
    assert generate("--check", "--rebuild") == 0
    assert capsys.readouterr().out == ""


INPUTS = (
    "spec/atlas-snapshots.yaml",
    "spec/observed.overlay.yaml",
    "spec/behaviours.yaml",
    "scripts/client_config.yaml",
    "scripts/client_templates/types.py.jinja",
)


@pytest.mark.parametrize("name", INPUTS)
def test_check_notices_the_edit_of_any_input(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A comment at the end is enough to make the manifest stale."""
    comment = "{# more #}\n" if name.endswith(".jinja") else "# more\n"
    with (filled.parent / name).open("a") as file:
        file.write(comment)
    assert generate("--check") == 1
    assert "stale      generated/manifest.json" in capsys.readouterr().out


def test_check_notices_the_edit_of_any_output(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every single file, and the manifest itself."""
    for name in content_of(filled):
        with (filled / name).open("a") as file:
            file.write("\n")
    assert generate("--check") == 1
    out = capsys.readouterr().out
    assert not [name for name in content_of(filled) if f"generated/{name}\n" not in out]


def test_check_is_not_deceived_by_a_hash_mended_by_hand(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited file with its new hash in the manifest is still an edited file, for the seal is broken."""
    path, manifest = filled / "atlas_snapshots" / "types.py", filled / "manifest.json"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    edit(path, "UNSET", "UNSETT")
    edit(manifest, old, hashlib.sha256(path.read_bytes()).hexdigest())
    assert generate("--check") == 1
    out = capsys.readouterr().out
    assert "generated/atlas_snapshots/types.py" in out
    assert "generated/manifest.json" in out


def resealed(folder: Path, **generator: str) -> None:
    """Writes the manifest as another machine would have written it."""
    path = folder / "manifest.json"
    content = json.loads(path.read_bytes())
    del content["seal"]
    content["generator"].update(generator)
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    content["seal"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("other", [{"python": "3.10"}, {"jinja2": "2.0"}, {"code": "0" * 64}])
def test_check_builds_where_another_machine_or_other_code_generated(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str], other: dict[str, str]
) -> None:
    """Another Python, library or script might give other files; the same files are up to date all the same."""
    resealed(filled, **other)
    assert generate("--check") == 0
    assert "composing" in capsys.readouterr().err


def test_check_notices_the_edit_of_a_script(
    filled: Path, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The copy's own scripts generate, and what they would write differently is stale."""
    scripts = Path(__file__).parents[2] / "scripts"
    shutil.copy(scripts / "generate.py", project / "scripts")
    shutil.copytree(scripts / "generation", project / "scripts" / "generation")
    edit(project / "scripts" / "generation" / "formatting.py", '"110"', '"100"')
    command = [sys.executable, str(project / "scripts" / "generate.py"), "--check", "--root", str(project)]
    assert subprocess.run(command, check=False).returncode == 1
    assert filled.is_dir()
    assert "stale      generated/atlas_snapshots/" in capfd.readouterr().out


def test_check_names_links_executables_and_pipes(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file is more than its bytes; and generating makes plain files of them again."""
    fresh = content_of(filled)
    linked, executable = filled / "openapi.json", filled / "atlas_snapshots" / "types.py"
    linked.rename(filled.parent / "elsewhere.json")
    linked.symlink_to("../elsewhere.json")
    executable.chmod(0o755)
    (filled / "atlas_snapshots" / "api").rename(filled.parent / "api")
    (filled / "atlas_snapshots" / "api").symlink_to(filled.parent / "api")
    (filled / "atlas_snapshots" / "client.py").unlink()
    os.mkfifo(filled / "atlas_snapshots" / "client.py")
    assert generate("--check") == 1
    out = capsys.readouterr().out
    assert "symlink    generated/openapi.json" in out
    assert "executable generated/atlas_snapshots/types.py" in out
    assert "special    generated/atlas_snapshots/client.py" in out
    assert "unexpected generated/atlas_snapshots/api\n" in out
    assert generate() == 0
    assert content_of(filled) == fresh
    assert generate("--check") == 0


def test_check_names_a_link_in_place_of_the_whole_folder(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Generating puts a folder in its place, and leaves alone what the link led to."""
    elsewhere = filled.with_name("elsewhere")
    filled.rename(elsewhere)
    filled.symlink_to(elsewhere)
    assert generate("--check") == 1
    assert "symlink    generated/\n" in capsys.readouterr().out
    assert generate() == 0
    assert filled.is_dir()
    assert not filled.is_symlink()
    assert content_of(filled) == content_of(elsewhere)
    assert not list(filled.parent.glob(".generated*"))


MISSING = ("yaml", "jsonpath", "openapi_python_client", "openapi_spec_validator", "ruff", "jinja2")


@pytest.mark.parametrize("modules", [MISSING, *((name,) for name in MISSING)], ids="-".join)
def test_without_its_extra_the_generation_says_what_to_install(
    project: Path, modules: tuple[str, ...]
) -> None:
    """Exit 2 and one message, whichever library is missing, and no traceback."""
    code = (
        f"import sys\nsys.modules.update(dict.fromkeys({modules!r}))\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2] / 'scripts')!r})\n"
        f"import generate\nsys.exit(generate.main(['--root', {str(project)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "which is not installed" in done.stderr
    assert "pip install -e '.[generate]'" in done.stderr


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
        (
            ("spec/atlas-snapshots.yaml", "completed, failed]", "completed, failed, true]"),
            "the enum has true",
        ),
        (("spec/atlas-snapshots.yaml", "tags: [Projects]", "tags: [Groups]"), "operations.py, line"),
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


@pytest.mark.parametrize("name", ["spec/behaviours.yaml", "scripts/client_templates/types.py.jinja"])
def test_a_pipe_in_place_of_a_file_is_refused_at_once(
    generate: Generate, project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Nobody waits for a writer who never comes; a template is read no less than the contract."""
    (project / name).unlink()
    os.mkfifo(project / name)
    for flags in ((), ("--check",)):
        assert generate(*flags) == 2
        assert "it is a pipe, socket or device" in capsys.readouterr().err


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


def test_a_schema_that_the_generator_leaves_out_is_named_in_its_words(
    generate: Generate, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What refers to it is not rendered first, which would end in a crash."""
    fragment = project / "spec" / "atlas-snapshots.yaml"
    edit(fragment, "SnapshotStatus:\n      type: string", "SnapshotStatus:\n      type: array")
    edit(fragment, "      enum: [queued, inProgress, completed, failed]", "      minItems: 1")
    assert generate() == 2
    assert "must have items or prefixItems" in capsys.readouterr().err


@pytest.mark.parametrize(
    "flags", [("--check", "--json"), ("--check", "--replies", "session.har"), ("--rebuild",)]
)
def test_a_flag_that_would_say_nothing_is_refused(
    generate: Generate, project: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]
) -> None:
    """Whoever gives it expects something of it."""
    assert generate(*flags) == 2
    assert "next: leave out" in capsys.readouterr().err
    assert not (project / "generated").exists()


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


def tree_of(folder: Path, text: str) -> Path:
    """A folder with one file."""
    folder.mkdir()
    (folder / "x").write_text(text)
    return folder


def test_a_swap_needs_no_help_of_the_system(tmp_path: Path) -> None:
    """Where two folders cannot be exchanged in one step, the new tree is alone afterwards all the same."""
    from generation.swap import replace_tree

    present, fresh = tree_of(tmp_path / "generated", "old"), tree_of(tmp_path / ".generated-new", "new")
    replace_tree(present, fresh, lambda *_: False)
    assert (present / "x").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["generated"]


def test_nobody_finds_no_tree_while_it_is_swapped(tmp_path: Path) -> None:
    """A reader that looks all the time never misses a file; where the system cannot do that, there is no test."""
    from generation.swap import exchanged, replace_tree

    present, other = tree_of(tmp_path / "generated", "old"), tree_of(tmp_path / "other", "new")
    if not exchanged(present, other):
        pytest.skip("this file system cannot exchange two folders")
    ended, missed = threading.Event(), []

    def look() -> None:
        while not ended.is_set():
            if not (present / "x").exists():
                missed.append(1)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(200):
        replace_tree(present, tree_of(tmp_path / ".generated-new", str(number)))
    ended.set()
    reader.join()
    assert not missed


def test_a_tool_without_a_pin_is_refused(tmp_path: Path) -> None:
    """Any version of it would be let in, and give other bytes."""
    from generation import tools

    path = tmp_path / "pyproject.toml"
    path.write_text("[project.optional-dependencies]\ngenerate = []\n")
    with pytest.raises(BadInput, match="no exact version"):
        tools.checked_versions(path)


@pytest.mark.checkout
def test_this_checkout_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """What is committed in generated/ is what spec/ says."""
    from generate import main

    assert main(["--check"]) == 0, capsys.readouterr().out
