"""`--report`, `--former` and `--baseline` as a shell sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

COMMAND = str(Path(sys.executable).with_name("atlas-contract"))


def suite(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the gate of the suite in a folder."""
    return subprocess.run(
        [COMMAND, "test", "--gate", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of a run that has findings."""
    folder = tmp_path_factory.mktemp("runs")
    done = suite(folder, "--fault", "drops-id", "--report", "out")
    assert done.returncode == 1, done.stderr
    return folder


def test_a_proposal_that_is_filled_in_makes_the_next_run_pass(broken: Path) -> None:
    """The same findings are told as accepted; the page and the JSON know of it."""
    entries = yaml.safe_load((broken / "out" / "baseline-proposal.yaml").read_text(encoding="utf-8"))
    for entry in entries["accepted"]:
        entry |= {"reason": "to be mended", "owner": "kites"}
    (broken / "known.yaml").write_text(yaml.safe_dump(entries), encoding="utf-8")
    done = suite(
        broken, "--fault", "drops-id", "--baseline", "known.yaml", "--report", "next", "--former", "out"
    )
    assert done.returncode == 0, done.stdout
    assert "verdict    nothing new" in done.stdout
    document = json.loads((broken / "next" / "report.json").read_text(encoding="utf-8"))
    assert document["verdict"]["state"] == "accepted"
    assert not (broken / "next" / "baseline-proposal.yaml").exists()


def test_a_baseline_does_not_hide_what_is_new(broken: Path) -> None:
    """Another fault still fails the run, and the entries that nothing needs are named."""
    (broken / "other.yaml").write_text(
        'accepted: [{check: id_is_new, reason: r, owner: o, expires: "2999-01-01"}]', encoding="utf-8"
    )
    done = suite(broken, "--fault", "drops-id", "--baseline", "other.yaml")
    assert done.returncode == 1
    assert "nothing was found that this entry of the baseline is about" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--baseline", "none.yaml"], "none.yaml"),
        (["--baseline", "out"], "folder"),
        (["--former", "none"], "The former report cannot be read"),
        (["--report", "known.txt"], "known.txt is a file, not a folder"),
        (["--report", "known.txt/deeper"], "known.txt is a file, not a folder"),
        (["--report", ""], "a folder's name is missing"),
        (["--former", "out"], "none was asked for"),
    ],
)
def test_what_cannot_be_used_ends_with_two(broken: Path, arguments: list[str], told: str) -> None:
    """One message, no traceback."""
    (broken / "known.txt").write_text("", encoding="utf-8")
    done = suite(broken, *arguments)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_summary_that_cannot_be_written_does_not_cost_the_report(broken: Path) -> None:
    """The exit code is that of the run, and standard error has a warning."""
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/nowhere/at/all"}
    done = suite(broken, "--fault", "drops-id", "--report", "kept", **environment)
    assert done.returncode == 1
    assert "warning: the step's summary cannot be written" in done.stderr
    assert (broken / "kept" / "report.json").exists()


def test_github_gets_annotations_and_a_summary(broken: Path) -> None:
    """Whoever looks at the step sees the verdict without opening a log."""
    path = broken / "summary.md"
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(path)}
    done = suite(broken, "--fault", "drops-id", **environment)
    assert done.returncode == 1
    assert any(line.startswith("::error title=") for line in done.stdout.splitlines())
    assert path.read_text(encoding="utf-8").startswith("### ❌")
