"""`atlas-contract verify`, as a shell sees it: reports, exit codes, proposals, bad input, secrets."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND
from tests.cli.inside import called
from tests.recording import Tape, bare, har, json_lines

from atlas_contract.contract import Contract


@pytest.fixture(scope="module")
def tape(contract: Contract) -> Tape:
    """A life of a snapshot."""
    return Tape.of(contract).live()


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Call the command: exit code, what it printed, what it said besides."""
    done = called("verify", *arguments)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def broken(tape: Tape, folder: Path) -> Path:
    """A recording of which one read has a frequency that nobody knows."""
    text = json_lines(tape.heard)
    at = text.index("ondemand", len(text) // 2)
    path = folder / "broken.jsonl"
    path.write_text(text[:at] + "sometime" + text[at + 8 :], encoding="utf-8")
    return path


def test_sound_traffic_exits_with_0(tape: Tape, tmp_path: Path) -> None:
    """And the verdict stands last."""
    code, out, _ = run(tape.write(tmp_path / "a.har", har))
    assert code == 0
    assert out.splitlines()[-1].startswith("verdict    the traffic keeps the contract")


def test_a_deviation_exits_with_1_and_is_told(tape: Tape, tmp_path: Path) -> None:
    """With clause, count, and where it is."""
    code, out, _ = run(broken(tape, tmp_path))
    assert code == 1
    assert "#/components/schemas/FrequencyType/enum" in out
    assert 'values     "sometime" (1)' in out
    assert "broken.jsonl, line" in out


def test_files_are_one_story_in_their_order(tape: Tape, tmp_path: Path) -> None:
    """One exchange a file, as shells list them."""
    for number, heard in enumerate(tape.heard):
        (tmp_path / f"{number:02}.json").write_text(json.dumps(bare(heard)), encoding="utf-8")
    code, out, _ = run("--json", *sorted(tmp_path.glob("*.json")))
    told = json.loads(out)
    assert (code, told["files"], told["exchanges"], told["outOfOrder"]) == (
        0,
        len(tape.heard),
        len(tape.heard),
        0,
    )


def test_standard_input_is_read(tape: Tape) -> None:
    """Under the name `-`."""
    command = [COMMAND, "verify", "--json", "-"]
    done = subprocess.run(
        command, input=json_lines(tape.heard), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, json.loads(done.stdout)["exchanges"]) == (0, len(tape.heard))


def test_the_documented_layer_knows_nothing_of_what_was_observed(tape: Tape, tmp_path: Path) -> None:
    """So real traffic deviates from it."""
    code, out, _ = run("--layer", "documented", "--json", tape.write(tmp_path / "a.har", har))
    assert code == 1
    assert "#/components/schemas/FrequencyType/enum" in [
        each["clause"] for each in json.loads(out)["deviations"]
    ]


def test_a_proposal_is_all_that_goes_to_standard_output(tape: Tape, tmp_path: Path) -> None:
    """So that it can be written to a file; the report goes beside it."""
    code, out, err = run("--propose", broken(tape, tmp_path))
    assert code == 1
    assert "target: $.components.schemas.FrequencyType" in out
    assert "verdict" not in out
    assert "verdict    2 deviations from 2 clauses" in err


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "bad.har, line 1"),
        (b"\x89PNG\r\n", "bad.har, line 1, byte 1"),
        (b'{"log":{"entries":[{"request":', "bad.har, line 1, column 31"),
        (b'{"a":1,\n"a":2}', "bad.har, line 2, column 4"),
        (b"[]]", "bad.har, line 1, column 3"),
    ],
)
def test_bad_input_exits_with_2_and_prints_no_report(
    tape: Tape, tmp_path: Path, content: bytes, place: str
) -> None:
    """File and place are named, also where good files come before."""
    bad = tmp_path / "bad.har"
    bad.write_bytes(content)
    code, out, err = run(tape.write(tmp_path / "good.har", har), bad)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert place in err


def test_a_missing_file_and_no_file_exit_with_2(tmp_path: Path) -> None:
    """As any other mistake on the command line."""
    assert run(tmp_path / "missing.har")[0] == 2
    assert run()[0] == 2


def test_another_apis_traffic_is_counted_and_named(tmp_path: Path) -> None:
    """And is no deviation; but a run that judged nothing proves nothing, and says what to do."""
    entry = {"request": {"method": "GET", "path": "/v1/users/17"}, "response": {"status": 200}}
    path = tmp_path / "other.json"
    path.write_text(json.dumps([entry, entry]), encoding="utf-8")
    code, out, err = run("--report", tmp_path / "report", path)
    assert code == 2
    assert "      2  GET /v1/users/{}" in out
    assert "verdict    none: nothing was judged" in out
    assert "none of 2 exchanges" in err
    assert "next: record" in err
    assert json.loads((tmp_path / "report" / "report.json").read_text())["verdict"]["state"] == "unfinished"


@pytest.mark.parametrize("content", ["[]", '{"log": {"entries": []}}'])
def test_a_recording_of_nothing_exits_with_2(tmp_path: Path, content: str) -> None:
    """The report is there all the same."""
    path = tmp_path / "empty.har"
    path.write_text(content, encoding="utf-8")
    code, out, err = run("--json", path)
    assert (code, json.loads(out)["exchanges"]) == (2, 0)
    assert "the recording has no exchange" in err


def test_a_file_that_is_named_twice_is_read_once(tape: Tape, tmp_path: Path) -> None:
    """Else what was removed at its end would be there again; a copy of it is another file."""
    path = tape.write(tmp_path / "ok.har", har)
    (tmp_path / "link.har").symlink_to(path)
    code, out, _ = run(path, tmp_path / "link.har", path)
    assert code == 0
    assert f"read       {len(tape.heard)} exchanges in 1 file" in out
    assert f"note       {path} was named more than once, and read once" in out


def test_no_secret_is_printed(tape: Tape, tmp_path: Path) -> None:
    """Not in the report and not in the proposal, though the recording is full of them."""
    token = next(
        json.loads(each.reply.body)["access_token"]
        for each in tape.heard
        if b"access_token" in each.reply.body
    )
    text = har(tape.heard).replace("ondemand", token).replace("replicaSet", f"Bearer {token}")
    path = tmp_path / "leaky.har"
    path.write_text(text, encoding="utf-8")
    for flags in ((), ("--json",), ("--propose",)):
        code, out, err = run(*flags, path)
        assert code == 1
        assert token not in out + err


def test_help_shows_forms_and_examples() -> None:
    """Without importing anything of the suite."""
    code, out, _ = run("--help")
    assert code == 0
    assert "atlas-contract verify session.har" in out
