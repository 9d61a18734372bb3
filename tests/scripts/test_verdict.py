"""`generate` ends with what the change means for callers, and never fails because of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Generate = Callable[..., int]
SPEC = "spec/atlas-snapshots.yaml"
COMMAND = str(Path(sys.executable).with_name("atlas-contract"))


@pytest.fixture
def filled(project: Path, generated_tree: Path) -> Path:
    """The project with a generated tree that is up to date."""
    shutil.copytree(generated_tree, project / "generated")
    return project


def edit(path: Path, old: str, new: str) -> None:
    """Replaces one text in a file that must hold it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def rename_key(project: Path) -> None:
    """An edit of the contract that breaks callers."""
    edit(project / SPEC, "        masterKeyUUID:\n", "        masterKey:\n")


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder."""
    author = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com", "-c", "core.autocrlf=false")
    done = subprocess.run(
        ["git", *author, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def committed(filled: Path) -> Path:
    """The project with a generated tree, as the one commit of a repository."""
    git(filled, "init", "--quiet")
    git(filled, "add", "--all")
    git(filled, "commit", "--quiet", "--message", "all")
    return filled


LAST_RUN = (
    "against    the last run (This folder belongs to no git repository, so there are no revisions to read)\n"
)


def test_nothing_new_is_no_change(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict, and what it is about."""
    assert filled.is_dir()
    assert generate() == 0
    assert capsys.readouterr().out == "verdict    no change for callers\n" + LAST_RUN


def test_an_edit_of_the_contract_gets_a_verdict(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The level, the next version, the names that callers use, and a draft; the second time it is no change."""
    rename_key(filled)
    assert generate() == 0
    out = capsys.readouterr().out
    assert out.startswith("verdict    it breaks callers: 0.1.0 becomes 0.2.0\n")
    assert "- **Breaking:** `models.ReplicaSetSnapshot.master_key_uuid` is gone." in out
    assert "- `models.ReplicaSetSnapshot.master_key` is new, `str | Unset`." in out
    assert generate() == 0
    assert capsys.readouterr().out == "verdict    no change for callers\n" + LAST_RUN


def test_the_verdict_is_about_everything_since_the_last_commit(
    generate: Generate, committed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A small edit after a grave one takes nothing back; with the next commit the count begins anew."""
    rename_key(committed)
    assert generate() == 0
    capsys.readouterr()
    edit(committed / SPEC, "How far Atlas is with a snapshot.", "How far Atlas has come with a snapshot.")
    assert generate() == 0
    out = capsys.readouterr().out
    commit = git(committed, "rev-parse", "HEAD")
    verdict = (
        f"verdict    it breaks callers: 0.1.0 becomes 0.2.0\nagainst    the last commit, {commit[:10]}\n"
    )
    assert out.startswith(verdict)
    assert "- **Breaking:** `models.ReplicaSetSnapshot.master_key_uuid` is gone." in out
    git(committed, "commit", "--quiet", "--all", "--message", "renamed")
    assert generate() == 0
    assert capsys.readouterr().out.startswith(
        "verdict    no change for callers\nagainst    the last commit, "
    )


def test_a_commit_without_a_client_leaves_the_last_run_to_compare_with(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So does a repository without a commit, and the verdict says which of both."""
    rename_key(filled)
    git(filled, "init", "--quiet")
    assert generate() == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "verdict    it breaks callers: 0.1.0 becomes 0.2.0\nagainst    the last run (there is no c"
    )
    git(filled, "add", "spec")
    git(filled, "commit", "--quiet", "--message", "spec alone")
    assert generate() == 0
    assert (
        "against    the last run (the last commit has no generated/openapi.json)" in capsys.readouterr().out
    )


def test_a_committed_client_that_is_no_plain_file_is_not_read(
    generate: Generate, committed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a link leads to is nothing that callers have; the last run is compared instead."""
    path = committed / "generated" / "atlas_snapshots" / "client.py"
    path.unlink()
    path.symlink_to("/dev/zero")
    git(committed, "commit", "--quiet", "--all", "--message", "a link")
    git(committed, "checkout", "--quiet", "HEAD~1", "--", "generated")
    assert generate() == 0
    assert "client.py: it is a symbolic link)" in capsys.readouterr().out


def test_programs_get_json(generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else on standard output."""
    rename_key(filled)
    assert generate("--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["level"], document["next"]) == ("major", "0.2.0")
    assert document["troubles"] == []


def test_the_verdict_has_no_say_in_the_files(generate: Generate, filled: Path) -> None:
    """The tree that it was compared with leaves no trace in the new one, nor does reading it."""
    rename_key(filled)
    assert generate() == 0
    first = {path: path.read_bytes() for path in (filled / "generated").rglob("*") if path.is_file()}
    shutil.rmtree(filled / "generated")
    assert generate() == 0
    assert first == {path: path.read_bytes() for path in (filled / "generated").rglob("*") if path.is_file()}
    assert not list(filled.rglob("__pycache__"))


def no_tree(generated: Path) -> None:
    """Nothing was generated before."""
    shutil.rmtree(generated)


def no_contract(generated: Path) -> None:
    """Half a tree."""
    (generated / "openapi.json").unlink()


def strange_contract(generated: Path) -> None:
    """A contract that somebody has edited."""
    (generated / "openapi.json").write_text('{"paths": {"/x": {"get": 7}}, "x-atlas-behaviours": []}')


def broken_module(generated: Path) -> None:
    """A client that is no Python."""
    (generated / "atlas_snapshots" / "models" / "link.py").write_text("class")


def leaving_module(generated: Path) -> None:
    """A client that ends the program when it is imported."""
    with (generated / "atlas_snapshots" / "types.py").open("a") as file:
        file.write("raise SystemExit(7)\n")


def no_client(generated: Path) -> None:
    """A tree without a package."""
    shutil.rmtree(generated / "atlas_snapshots")


def pipe(generated: Path) -> None:
    """A file that nobody ever writes to."""
    (generated / "atlas_snapshots" / "client.py").unlink()
    os.mkfifo(generated / "atlas_snapshots" / "client.py")


def link(generated: Path) -> None:
    """A tree that lies elsewhere."""
    generated.rename(generated.with_name("elsewhere"))
    generated.symlink_to(generated.with_name("elsewhere"))


def bare_version(generated: Path) -> None:
    """A version that has no next one."""
    edit(generated.parent / "pyproject.toml", 'version = "0.1.0"', 'version = "0.1.0rc1"')


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_tree, "verdict    none: there was no client before"),
        (no_contract, "verdict    none: there was no client before"),
        (strange_contract, "verdict    none: "),
        (broken_module, "trouble    This module of the client cannot be read.; where: "),
        (leaving_module, "trouble    The client cannot be imported: SystemExit: 7; where: "),
        (no_client, "verdict    none: 0 packages are there"),
        (pipe, "verdict    none: the client before is not all plain files (special)"),
        (link, "verdict    none: the client before is not all plain files (symlink)"),
        (bare_version, "verdict    none: The version '0.1.0rc1' is none that has a next one."),
    ],
)
def test_whatever_is_there_before_the_generation_goes_on(
    generate: Generate,
    filled: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    said: str,
) -> None:
    """The verdict says what is the matter, and the new tree is written."""
    spoil(filled / "generated")
    rename_key(filled)
    assert generate() == 0
    assert said in capsys.readouterr().out
    assert "master_key:" in (filled / "generated/atlas_snapshots/models/replica_set_snapshot.py").read_text()


def test_a_broken_client_still_gets_the_verdict_of_the_other_layers(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can be read is compared, and the verdict says that it is not all."""
    leaving_module(filled / "generated")
    rename_key(filled)
    assert generate() == 0
    out = capsys.readouterr().out
    assert "it breaks callers, as far as could be compared: 0.1.0 becomes 0.2.0" in out
    assert "models.ReplicaSetSnapshot.master_key_uuid: is gone" in out


def test_without_the_library_that_compares_names_the_generation_goes_on(filled: Path) -> None:
    """Behaviour is compared all the same, and the message says what to install."""
    rename_key(filled)
    code = (
        "import sys\nsys.modules['griffe'] = None\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2] / 'scripts')!r})\n"
        f"import generate\nsys.exit(generate.main(['--root', {str(filled)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "trouble    To compare the surfaces of clients griffe is needed" in done.stdout
    assert "atlas-contract[generate]" in done.stdout


def test_check_reads_no_client(filled: Path) -> None:
    """What compares clients is not even imported by a check that finds nothing to do."""
    scripts = str(Path(__file__).parents[2] / "scripts")
    code = (
        f"import sys\nsys.path.insert(0, {scripts!r})\nimport generate\n"
        f"code = generate.main(['--check', '--root', {str(filled)!r}])\n"
        "sys.exit(code or ', '.join({'griffe', 'httpx', 'verdict'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_command_prints_the_verdict(filled: Path) -> None:
    """As a shell sees it: the verdict on standard output, progress on standard error."""
    scripts = Path(__file__).parents[2] / "scripts"
    for name in ("generate.py", "verdict.py"):
        shutil.copy(scripts / name, filled / "scripts")
    shutil.copytree(scripts / "generation", filled / "scripts" / "generation")
    rename_key(filled)
    command = [COMMAND, "generate"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=filled, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("verdict    it breaks callers: 0.1.0 becomes 0.2.0\n")
    assert done.stderr.splitlines()[-1] == "wrote generated/"


def test_recorded_replies_go_through_both_clients(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are counted beside the seeded ones, and a difference that they show names its file."""
    exchange = {
        "request": {"method": "GET", "path": "/api/atlas/v2/groups"},
        "response": {"status": 405, "headers": {}, "rawBody": ""},
    }
    path = filled / "session.json"
    path.write_text(json.dumps(exchange), encoding="utf-8")
    rename_key(filled)
    assert generate("--json") == 0
    seeded = json.loads(capsys.readouterr().out)["replies"]
    shutil.rmtree(filled / "generated")
    edit(filled / SPEC, "        masterKey:\n", "        masterKeyUUID:\n")
    assert generate() == 0
    capsys.readouterr()
    rename_key(filled)
    assert generate("--json", "--replies", str(path)) == 0
    assert json.loads(capsys.readouterr().out)["replies"] == seeded + 1


def test_a_recording_that_cannot_be_read_is_refused_before_anything_is_written(
    generate: Generate, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was named by hand, so it is bad input, and generated/ stays as it was."""
    rename_key(filled)
    before = (filled / "generated" / "openapi.json").read_bytes()
    assert generate("--replies", str(filled / "none.har")) == 2
    assert "none.har" in capsys.readouterr().err
    assert (filled / "generated" / "openapi.json").read_bytes() == before
