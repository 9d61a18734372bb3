"""`atlas-contract diff` as a shell sees it: revisions, folders, files, formats, waivers, and what can go wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_contract.cli.main import main
from atlas_contract.contract import load
from atlas_contract.spec.effective import compose

ROOT = Path(__file__).parents[2]
FRAGMENT, OVERLAY, BEHAVIOURS = "atlas-snapshots.yaml", "observed.overlay.yaml", "behaviours.yaml"
DAYS = "          minimum: 1\n          description: Number of days"
PROVIDERS = "enum: [AWS, AZURE, GCP]"
Diff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one commit and a tag, in which the command is run."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "spec", folder / "spec")
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "generate.py", folder / "scripts")
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "first")
    git(folder, "tag", "v1")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Diff:
    """Run the command: its exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["diff", *arguments])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    author = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    """Commit all that there is."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def edit(path: Path, old: str, new: str) -> None:
    """Replace one text in a file that must hold it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def shorten(folder: Path) -> None:
    """Make the shortest retention two days, which breaks whoever asks for one."""
    edit(folder / "spec" / FRAGMENT, DAYS, DAYS.replace("1", "2"))


@pytest.mark.usefixtures("repository")
def test_nothing_changed_is_clean(diff: Diff) -> None:
    """Without arguments the working tree is held against the last commit."""
    code, out, _ = diff()
    assert code == 0
    assert out.splitlines() == [
        "compared     HEAD with spec/",
        "verdict      no change: 0 breaking, 0 compatible, 0 editorial",
    ]


def test_an_uncommitted_edit_is_found(repository: Path, diff: Diff) -> None:
    """A stricter request exits with 1, and shows the clause and a request that is refused now."""
    shorten(repository)
    code, out, _ = diff()
    assert code == 1
    assert "#/components/schemas/SnapshotRequest/properties/retentionInDays/minimum" in out
    assert '{"retentionInDays": 1}' in out


def test_two_revisions_are_compared(repository: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags, branches and relative names do, from any folder of the checkout; what lies in the tree is no matter."""
    shorten(repository)
    commit(repository, "second")
    edit(repository / "spec" / FRAGMENT, "openapi: 3.1.0", "openapi: broken")
    monkeypatch.chdir(repository / "scripts")
    assert diff("v1", "main")[0] == 1
    code, out, _ = diff("HEAD", "HEAD~1")
    assert code == 0
    assert "1 compatible" in out


def test_a_revision_from_before_overlay_and_behaviours_can_be_read(repository: Path, diff: Diff) -> None:
    """What an old revision doesn't have is left out."""
    for name in (OVERLAY, BEHAVIOURS, "waivers.yaml"):
        (repository / "spec" / name).unlink()
    commit(repository, "before")
    git(repository, "checkout", "--quiet", "v1", "--", "spec")
    code, out, _ = diff("main")
    assert code == 1
    told = " ".join(out.split())
    assert '`FrequencyType`: "ondemand" is new' in told
    assert "behaviours are not compared" in told


def test_folders_and_effective_contracts_and_fragments_are_compared(
    repository: Path, diff: Diff, tmp_path: Path
) -> None:
    """The same contract is the same in whatever form."""
    effective = tmp_path / "openapi.json"
    effective.write_text(json.dumps(compose(repository / "spec")), encoding="utf-8")
    assert diff("spec", str(effective))[0] == 0
    fragment = f"spec/{FRAGMENT}"
    assert "no change" in diff(fragment, fragment)[1]
    assert "behaviours are not compared" in diff(fragment, str(effective))[1]


def test_files_need_no_checkout(tmp_path: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files can be compared anywhere."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps(load().document), encoding="utf-8")
    assert diff("a.json", "a.json")[0] == 0


def test_json_can_be_read_by_programs(repository: Path, diff: Diff) -> None:
    """The verdict and every change, with witness."""
    shorten(repository)
    code, out, _ = diff("--format", "json")
    told = json.loads(out)
    assert (code, told["verdict"], told["old"], told["new"]) == (1, "breaking", "HEAD", "spec/")
    assert told["changes"][0]["witness"]["value"]["body"] == {"retentionInDays": 1}


def test_a_comment_can_be_written_into_a_file(repository: Path, diff: Diff, tmp_path: Path) -> None:
    """The file is whole, standard output stays empty, the verdict is on standard error."""
    shorten(repository)
    code, out, err = diff("--format", "markdown", "--output", str(tmp_path / "verdict.md"))
    assert (code, out) == (1, "")
    assert "breaking: 1 breaking" in err
    assert (tmp_path / "verdict.md").read_text(encoding="utf-8").startswith("### Contract: breaking")
    assert [path.name for path in tmp_path.glob("*.md")] == ["verdict.md"]


def waive(path: Path, expires: str, clause: str = "*/retentionInDays/minimum") -> None:
    """Write a file with one waiver."""
    entry = {"clause": clause, "reason": "Nobody asks for a day.", "owner": "kites", "expires": expires}
    path.write_text(json.dumps({"accepted": [entry]}), encoding="utf-8")


def test_a_waiver_beside_the_new_contract_lets_a_change_pass(repository: Path, diff: Diff) -> None:
    """The exit code is 0, and the change is shown with who answers for it."""
    shorten(repository)
    waive(repository / "spec" / "waivers.yaml", "2999-12-31")
    code, out, _ = diff()
    assert code == 0
    assert "kites answers for it until 2999-12-31" in out
    commit(repository, "second")
    assert diff("v1", "HEAD")[0] == 0


def test_an_expired_waiver_lets_nothing_pass(repository: Path, diff: Diff) -> None:
    """It is said to have expired."""
    shorten(repository)
    waive(repository / "spec" / "waivers.yaml", "2020-01-01")
    code, out, _ = diff()
    assert code == 1
    assert "expired on 2020-01-01" in out


def test_a_waiver_of_a_side_that_there_is_not_is_refused(repository: Path, diff: Diff) -> None:
    """It would never fit, so it is no waiver that has done its work."""
    waive(repository / "spec" / "waivers.yaml", "2999-12-31")
    edit(repository / "spec" / "waivers.yaml", '"expires"', '"side": "answer", "expires"')
    code, _, err = diff()
    assert code == 2
    assert "expected: one of request, reply, behaviour, text" in err


def test_another_file_of_waivers_can_be_named(repository: Path, diff: Diff, tmp_path: Path) -> None:
    """It counts instead of the one beside the contract; what it has in vain is reported."""
    shorten(repository)
    waive(tmp_path / "mine.json", "2999-12-31", clause="#/nothing")
    code, out, _ = diff("--waivers", str(tmp_path / "mine.json"))
    assert code == 1
    assert "fits no breaking change" in " ".join(out.split())


def circle(folder: Path) -> None:
    """A schema that is itself."""
    edit(
        folder / FRAGMENT,
        "    Link:\n      type: object",
        "    Link:\n      $ref: '#/components/schemas/Link'",
    )


def bomb(folder: Path) -> None:
    """Aliases of aliases."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (folder / FRAGMENT).write_text("\n".join(rows), encoding="utf-8")


def folder_instead(folder: Path) -> None:
    """A folder with the name of the overlay."""
    (folder / OVERLAY).unlink()
    (folder / OVERLAY).mkdir()


def pipe_instead(folder: Path) -> None:
    """A pipe with the name of the overlay, which nobody will ever write to."""
    (folder / OVERLAY).unlink()
    os.mkfifo(folder / OVERLAY)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing file": (lambda at: (at / OVERLAY).unlink(), "observed.overlay.yaml: No such file"),
    "truncated": (
        lambda at: edit(at / FRAGMENT, "components:\n  securitySchemes:", "components: {"),
        "not valid YAML",
    ),
    "binary": (lambda at: (at / FRAGMENT).write_bytes(bytes(range(256))), "not UTF-8"),
    "not UTF-8": (lambda at: (at / BEHAVIOURS).write_bytes(b"behaviours: \xff\n"), "byte 0xff on line 1"),
    "empty": (lambda at: (at / FRAGMENT).write_bytes(b""), "the document holds nothing"),
    "a list": (lambda at: (at / FRAGMENT).write_text("- 1\n"), "a mapping at the top"),
    "huge": (lambda at: (at / FRAGMENT).write_bytes(b"#" * (5 * 2**20)), "is the most that is read"),
    "circle": (circle, "contains itself"),
    "bomb": (bomb, "with each alias (*) unfolded"),
    "duplicate key": (lambda at: edit(at / FRAGMENT, "info:\n", "info: {}\ninfo:\n"), "'info' appears twice"),
    "no OpenAPI": (lambda at: edit(at / FRAGMENT, "openapi: 3.1.0", "openapi: 2.0"), "a version 3.1.x"),
    "dangling": (
        lambda at: edit(at / FRAGMENT, "schemas/RetentionUnit'", "schemas/Retention'"),
        "leads nowhere",
    ),
    "no success": (
        lambda at: edit(
            at / FRAGMENT, "        \"200\":\n          $ref: '#/components/responses/TokenIssued'", ""
        ),
        "no successful reply",
    ),
    "bad pattern": (
        lambda at: edit(at / FRAGMENT, "pattern: ^([a-f0-9]{24})$", "pattern: '(['"),
        "Python cannot read the pattern ([",
    ),
    "bad type": (lambda at: edit(at / FRAGMENT, DAYS, DAYS.replace("1", "many")), "not valid OpenAPI"),
    "a folder for a file": (folder_instead, "it is a folder"),
    "a pipe": (pipe_instead, "a pipe, socket or device"),
    "bad waiver": (lambda at: (at / "waivers.yaml").write_text("accepted: 3\n"), "`accepted` is 3"),
}


@pytest.mark.parametrize("flaw", BAD)
def test_a_flaw_of_the_contract_is_named_with_its_place(
    repository: Path, diff: Diff, tmp_path: Path, flaw: str
) -> None:
    """One clear error with the file's name, exit code 2, and no result: neither on screen nor in the file."""
    spoil, said = BAD[flaw]
    spoil(repository / "spec")
    code, out, err = diff("--output", str(tmp_path / "out.txt"))
    assert (code, out) == (2, "")
    assert said in err
    assert "spec/" in err
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("flaw", ["truncated", "binary", "huge", "circle", "bomb", "duplicate key"])
def test_a_flaw_of_a_revision_is_named_with_its_place(repository: Path, diff: Diff, flaw: str) -> None:
    """The file is called as git calls it."""
    spoil, said = BAD[flaw]
    spoil(repository / "spec")
    commit(repository, "spoilt")
    code, _, err = diff("v1", "main")
    assert code == 2
    assert said in err
    assert "main:spec/" in err


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "name",
    [
        "nowhere",
        "v2",
        "HEAD~99",
        "--upload-pack=x",
        "-x",
        "",
        "no/such/folder",
        "none.yaml",
        "a" * 5000,
        "\x1b[2J",
    ],
)
def test_a_name_that_is_nothing_is_refused(diff: Diff, name: str) -> None:
    """No revision, no file, no folder; nothing that looks like a flag reaches git."""
    code, out, err = diff("--", name, "spec")
    assert (code, out) == (2, "")
    assert "There is no file, folder or git revision" in err
    assert "\x1b" not in err


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not valid JSON"),
        ('{"a": 1, "a": 2}', "'a' appears twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "[" * 500 + "]" * 500 + "}", "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "not usable JSON"),
        ('{"x-atlas-behaviours": []}', "`openapi` is None"),
        ('{"openapi": "3.1.0", "info": {}, "paths": {}, "x-atlas-behaviours": 3}', "companions"),
    ],
)
def test_an_effective_contract_that_is_none_is_refused(
    diff: Diff, tmp_path: Path, content: str, said: str
) -> None:
    """A broken JSON file is named, and what is wrong with it."""
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    code, _, err = diff(str(tmp_path / "bad.json"), "spec")
    assert code == 2
    assert said in err
    assert "bad.json" in err


def test_a_symbolic_link_in_a_revision_is_refused(repository: Path, diff: Diff) -> None:
    """What it leads to is no part of the revision."""
    (repository / "spec" / FRAGMENT).unlink()
    (repository / "spec" / FRAGMENT).symlink_to("/etc/passwd")
    commit(repository, "link")
    code, _, err = diff("main", "v1")
    assert code == 2
    assert "symbolic link" in err


def test_a_revision_without_a_contract_is_refused(repository: Path, diff: Diff) -> None:
    """The message says what it lacks."""
    git(repository, "rm", "-r", "--quiet", "spec")
    commit(repository, "gone")
    code, _, err = diff("main", "v1")
    assert code == 2
    assert f"has no spec/{FRAGMENT}" in err


def test_outside_a_repository_there_are_no_revisions(
    tmp_path: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said so, instead of what git would say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    code, _, err = diff("HEAD", "spec")
    assert code == 2
    assert "no git repository" in err


@pytest.mark.usefixtures("repository")
def test_without_git_files_can_still_be_compared(diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only revisions need it."""
    monkeypatch.setenv("PATH", "")
    assert diff("spec", "spec")[0] == 0
    code, _, err = diff("HEAD", "spec")
    assert code == 2
    assert "git is not installed" in err


@pytest.mark.parametrize("output", ["nowhere/out.txt", "spec", "/dev/null", "spec/x" + "y" * 300])
def test_a_result_that_cannot_be_written_is_bad_input(repository: Path, diff: Diff, output: str) -> None:
    """A missing folder, a folder, a device, a name that is too long: nothing is left behind, nothing replaced."""
    before = sorted(repository.rglob("*"))
    code, _, err = diff("--output", output)
    assert code == 2
    assert "cannot be written" in err
    assert sorted(repository.rglob("*")) == before
    assert not Path("/dev/null").is_file()
