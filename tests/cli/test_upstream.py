"""`atlas-contract upstream` as a shell sees it: verdicts, forms, files, and every kind of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from tests.cli.inside import called

from atlas_contract.cli.upstream import LARGEST
from atlas_contract.spec.documents import load

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec"
sys.path.insert(0, str(ROOT / "scripts"))

Put: TypeAlias = Callable[[Path], object]


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Call the command, on the fragment of this checkout unless told otherwise."""
    spec = [] if "--spec" in arguments else ["--spec", str(SPEC)]
    return called("upstream", *arguments, *spec, cwd=cwd)


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    """A full document that says of our operations what the fragment says."""
    from published import published

    return published(load(SPEC / "atlas-snapshots.yaml").content, 20)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The fragment without declarations, in a folder of its own."""
    folder = tmp_path / "spec"
    folder.mkdir()
    (folder / "atlas-snapshots.yaml").write_bytes((SPEC / "atlas-snapshots.yaml").read_bytes())
    return folder


def drifted(content: dict[str, Any], folder: Path) -> Path:
    """A file of the document with one drift in it."""
    edited = json.loads(json.dumps(content))
    edited["components"]["schemas"]["DiskSnapshotRequestView"]["properties"]["priority"] = {"type": "integer"}
    path = folder / "full.json"
    path.write_text(json.dumps(edited), encoding="utf-8")
    return path


def declare(folder: Path, expires: str) -> None:
    """A declaration of that drift."""
    entry = {
        "place": "body > priority",
        "kind": "new upstream",
        "upstream": "integer",
        "reason": "of no use",
        "owner": "kites",
        "expires": expires,
    }
    (folder / "upstream.yaml").write_text(yaml.safe_dump({"accepted": [entry]}), encoding="utf-8")


def test_no_drift_is_0(tmp_path: Path, content: dict[str, Any], bare: Path) -> None:
    """A document that says the same leaves with 0 and says so."""
    (tmp_path / "full.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    done = run("full.yaml", "--spec", bare, cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "verdict    no undeclared drift (no difference)",
    )


def test_undeclared_drift_is_1(tmp_path: Path, content: dict[str, Any], bare: Path) -> None:
    """What nobody has declared leaves with 1 and names the place."""
    done = run(drifted(content, tmp_path), "--spec", bare, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "place      body > priority" in done.stdout


def test_declared_drift_is_0_and_expired_drift_1(tmp_path: Path, content: dict[str, Any], bare: Path) -> None:
    """A declaration holds until its day, and is named afterwards."""
    declare(bare, "9999-12-31")
    held = run(drifted(content, tmp_path), "--spec", bare, cwd=tmp_path)
    assert (held.returncode, held.stdout.splitlines()[-1]) == (
        0,
        "verdict    no undeclared drift (1 declared differences)",
    )
    declare(bare, "2020-01-01")
    ended = run(drifted(content, tmp_path), "--spec", bare, cwd=tmp_path)
    assert ended.returncode == 1
    assert "expired    spec/upstream.yaml, line 2" in ended.stdout


def test_a_renamed_operation_is_found_and_named(tmp_path: Path, content: dict[str, Any], bare: Path) -> None:
    """Its new operationId is the difference, not its absence."""
    edited = json.loads(json.dumps(content))
    edited["paths"]["/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots"]["post"][
        "operationId"
    ] = "x"
    (tmp_path / "full.json").write_text(json.dumps(edited), encoding="utf-8")
    done = run("full.json", "--spec", bare, "--format", "json", cwd=tmp_path)
    (told,) = json.loads(done.stdout)["differences"]
    assert (told["what"], told["ours"], told["upstream"]) == (
        "operationId",
        "takeGroupClusterBackupSnapshots",
        "x",
    )


def test_output_and_slice_are_written_whole(tmp_path: Path, content: dict[str, Any], bare: Path) -> None:
    """The pull request's text in one file, the part that was compared in another; the verdict on standard error."""
    flags = ("--format", "markdown", "--output", "pull.md", "--slice", "ours.json")
    done = run(drifted(content, tmp_path), "--spec", bare, *flags, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "wrote pull.md: undeclared drift: 1 new upstream (0 declared)" in done.stderr
    assert (tmp_path / "pull.md").read_text(encoding="utf-8").startswith("Atlas's specification: ")
    part = json.loads((tmp_path / "ours.json").read_text(encoding="utf-8"))
    assert len(part["paths"]) == 6
    assert not [name for name in part["components"]["schemas"] if name.startswith("Thing")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full.json", "ours.json", "pull.md", "spec"]


def test_a_document_of_full_size_is_read(tmp_path: Path) -> None:
    """540 operations in 4 MB of YAML, as Atlas's document has, with the declarations of this project."""
    from published import published

    whole = published(load(SPEC / "atlas-snapshots.yaml").content)
    path = tmp_path / "full.yaml"
    path.write_text(yaml.dump(whole, Dumper=yaml.CSafeDumper), encoding="utf-8")
    assert path.stat().st_size > 4_000_000
    done = run(path, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of our 10 operations found among 540" in done.stdout


BOMB = "\n".join(
    ["openapi: 3.0.1", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
)


def text(name: str, written: str) -> tuple[str, Put]:
    """A file with this text."""
    return name, lambda path: path.write_text(written, encoding="utf-8")


def raw(name: str, written: bytes) -> tuple[str, Put]:
    """A file with these bytes."""
    return name, lambda path: path.write_bytes(written)


def gigantic(path: Path) -> None:
    """One byte more than is read, of which the disk holds none."""
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)


def answering(schema: Any, **schemas: Any) -> str:
    """A document in which the main operation answers with this schema."""
    path = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots"
    media = {"application/vnd.atlas.2023-01-01+json": {"schema": schema}}
    operation = {"operationId": "x", "responses": {"200": {"description": "S", "content": media}}}
    content = {"openapi": "3.0.1", "paths": {path: {"post": operation}}, "components": {"schemas": schemas}}
    return json.dumps(content)


def itself(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


BAD: dict[str, tuple[tuple[str, Put], str]] = {
    "missing": (("full.yaml", lambda _: None), "cannot read full.yaml: No such file"),
    "a folder": (("full.yaml", Path.mkdir), "it is a folder"),
    "a pipe": (("full.yaml", os.mkfifo), "a pipe, socket or device"),
    "empty": (text("full.yaml", ""), "the document holds nothing"),
    "words": (text("full.yaml", "once upon a time"), "the document holds a str"),
    "no OpenAPI": (text("full.json", '{"kites": 3}'), "this is no OpenAPI document"),
    "Swagger 2": (text("full.json", '{"swagger": "2.0", "paths": {}}'), "Swagger '2.0'"),
    "a version to come": (text("full.yaml", "openapi: 4.0.0\npaths: {}"), "expected: a version 3.0.x or 3.1.x"),
    "paths of no kind": (text("full.yaml", "openapi: 3.0.1\npaths: [3]"), "line 2, at /paths"),
    "components of no kind": (text("full.yaml", "openapi: 3.0.1\npaths: {}\ncomponents: 3"), "at /components"),
    "truncated JSON": (text("full.json", '{"openapi": "3.0.1", "paths": {'), "not valid JSON"),
    "truncated YAML": (text("full.yaml", "openapi: '3.0.1\npaths:"), "not valid YAML"),
    "binary": (raw("full.yaml", bytes(range(256))), "not UTF-8"),
    "binary that is text": (raw("full.yaml", b"\x00\x01\x02"), "not valid YAML"),
    "UTF-16": (raw("full.json", '{"openapi": "3.0.1"}'.encode("utf-16")), "not UTF-8: byte 0xff on line 1"),
    "Latin-1": (raw("full.yaml", "openapi: 3.0.1\ninfo: {title: caf\xe9}".encode("latin-1")), "on line 2"),
    "a key twice, JSON": (text("full.json", '{"openapi": "3.0.1", "paths": {}, "paths": {}}'), "'paths' appears twice"),
    "a key twice, YAML": (text("full.yaml", "openapi: 3.0.1\npaths: {}\npaths: {}"), "line 3"),
    "a bomb": (text("full.yaml", BOMB), "each alias (*) unfolded"),
    "an alias in itself": (text("full.yaml", "openapi: 3.0.1\npaths: &p\n  /a: *p"), "an alias contains itself"),
    "deep JSON": (text("full.json", '{"a":' * 5000 + "1" + "}" * 5000), "nested too deeply"),
    "rather deep JSON": (text("full.json", '{"a":' * 200 + "1" + "}" * 200), "nested too deeply"),
    "deep YAML": (text("full.yaml", "a: " + "[" * 5000), "nested too deeply"),
    "a number without end": (text("full.json", '{"a": ' + "9" * 5000 + "}"), "not usable JSON"),
    "gigantic": (("full.yaml", gigantic), "is the most that is read"),
    "a circle": (text("full.json", answering(itself("A"), A=itself("B"), B=itself("A"))), "leads in a circle"),
    "a dead end": (text("full.json", answering(itself("A"))), "there is no 'A'"),
    "another file": (text("full.json", answering({"$ref": "other.json"})), "leaves the document"),
    "a schema of no kind": (text("full.json", answering(3)), "`schema` is 3"),
    "properties of no kind": (text("full.json", answering({"properties": [1]})), "expected: a mapping"),
    "a bound of no kind": (
        text("full.json", answering({"properties": {"storageSizeBytes": {"minimum": "low"}}})), "`minimum` is 'low'",
    ),
    "a key that moves the cursor": (
        text("full.json", answering({"properties": {"id": {"enum": 1, "\u001b[2J": 2}}}, **{"\u001b[2J": 1})),
        "`enum` is 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_2_with_one_error_that_names_the_file(tmp_path: Path, name: str) -> None:
    """Nothing is printed but what happened, where, and what was expected."""
    (file, put), told = BAD[name]
    put(tmp_path / file)
    done = run(file, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    error = done.stderr.partition("error: ")[2]
    assert told in error
    assert f"where: {file}" in error
    assert "Traceback" not in done.stderr
    assert done.stderr.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--output", "nowhere/pull.md"], "The result cannot be written"),
        (["--slice", "nowhere/ours.json"], "The result cannot be written"),
        (["--format", "tea"], "'tea' is not one of"),
        (["--spec", "nowhere"], "nowhere is not there, and a folder is expected"),
    ],
)
def test_a_flag_that_cannot_be_used_is_2(
    tmp_path: Path, content: dict[str, Any], flags: list[str], told: str
) -> None:
    """Nothing is left behind."""
    done = run(drifted(content, tmp_path), *flags, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["full.json"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--output", "full.json"), "--output would overwrite full.json, which is read."),
        (("--slice", "full.json"), "--slice would overwrite full.json, which is read."),
        (("--output", "spec/upstream.yaml"), "--output would overwrite upstream.yaml, which is read."),
        (("--output", "new", "--slice", "x/../new"), "--slice would overwrite what --output writes."),
    ],
)
def test_a_result_overwrites_nothing_that_counts(
    tmp_path: Path, content: dict[str, Any], bare: Path, flags: tuple[str, ...], said: str
) -> None:
    """Neither what is read, nor the other result."""
    path = drifted(content, tmp_path)
    (tmp_path / "x").mkdir()
    before = path.read_bytes()
    done = run(path, "--spec", bare, *flags, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert path.read_bytes() == before


def test_a_declaration_of_a_kind_that_there_is_not_is_2(
    tmp_path: Path, content: dict[str, Any], bare: Path
) -> None:
    """It would be called unused for ever."""
    declare(bare, "2999-12-31")
    file = bare / "upstream.yaml"
    file.write_text(file.read_text().replace("new upstream", "newupstream"))
    done = run(drifted(content, tmp_path), "--spec", bare, cwd=tmp_path)
    assert done.returncode == 2
    assert "expected: one of new upstream, ours only" in done.stderr
    assert "did you mean 'new upstream'?" in done.stderr


def test_a_slip_in_the_declarations_is_2(tmp_path: Path, content: dict[str, Any], bare: Path) -> None:
    """A fact that no difference has is named with its line, and what it could be."""
    declare(bare, "9999-12-31")
    path = bare / "upstream.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("place:", "plaice:"), encoding="utf-8")
    done = run(drifted(content, tmp_path), "--spec", bare, cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'place'" in done.stderr
