"""`atlas-contract api`: a script for the Atlas CLI's command runs unchanged."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_contract.mock import Mock

Run = Callable[..., subprocess.CompletedProcess[str]]
TAKE = ("api", "cloudBackups", "takeSnapshots")
BODY = '{"description": "from a script", "retentionInDays": 2}'


def test_standard_output_is_the_reply_and_nothing_else(run: Run) -> None:
    """The reply comes through as JSON; what is for people goes to standard error."""
    done = run(*TAKE, "--clusterName", "Cluster0", "--watch", stdin=BODY)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["description"] == "from a script"
    assert "is queued" in done.stderr
    assert "is completed" in done.stderr


def test_the_body_may_come_from_a_file(run: Run, tmp_path: Path) -> None:
    """`--file` is read instead of standard input, `--outputFile` written instead of standard output."""
    (tmp_path / "body.json").write_text(BODY)
    done = run(*TAKE, "--clusterName", "Cluster0", "--file", "body.json", "--outputFile", "reply.json")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert json.loads((tmp_path / "reply.json").read_text())["status"] == "queued"


def test_the_project_flag_beats_the_environment(run: Run, mock: Mock) -> None:
    """`--groupId` names the project, whatever MONGODB_ATLAS_PROJECT_ID says."""
    done = run(
        *TAKE,
        "--groupId",
        mock.world.home.id,
        "--clusterName",
        "Cluster0",
        stdin="{}",
        MONGODB_ATLAS_PROJECT_ID="x",
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["takeSnapshot", "takeGroupClusterBackupSnapshots"])
def test_older_names_still_work(run: Run, name: str) -> None:
    """The command answers to every name that the Atlas CLI had for it."""
    assert run("api", "cloudBackups", name, "--clusterName", "Cluster0", stdin="{}").returncode == 0


def test_flags_of_the_reply_are_passed_on(run: Run) -> None:
    """An envelope and a pretty layout come through as they were asked for."""
    done = run(*TAKE, "--clusterName", "Cluster0", "--envelope", "--pretty", stdin="{}")
    assert json.loads(done.stdout)["status"] == 200
    assert '\n  "content" : {' in done.stdout


def test_a_template_picks_fields(run: Run) -> None:
    """`--output go-template=…` prints what a script needs."""
    done = run(*TAKE, "--clusterName", "Cluster0", "-o", "go-template={{.status}} {{.nothing}}", stdin="{}")
    assert done.stdout == "queued <no value>\n"


def test_an_error_reply_is_shown_and_is_a_failure(run: Run) -> None:
    """The error body goes to standard output as it came, a sentence to standard error, the exit code is 1."""
    done = run(*TAKE, "--clusterName", "Nowhere", stdin="{}")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == 404
    assert "No cluster named Nowhere" in done.stderr


def test_another_version_is_named_and_replaced(run: Run) -> None:
    """A version that the endpoint does not have is a warning, as with the Atlas CLI."""
    done = run(*TAKE, "--clusterName", "Cluster0", "--version", "2031-01-01", stdin="{}")
    assert done.returncode == 0
    assert "2031-01-01 is not supported" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        (("--clusterName", ".."), {}, 2, "path segment"),
        (("--clusterName", "Cluster0", "--groupId", "X"), {}, 2, "groupId"),
        (("--clusterName", "Cluster0", "--file", "none.json"), {}, 2, "none.json"),
        (("--clusterName", "Cluster0", "-o", "yaml"), {}, 2, "--output"),
        (("--clusterName", "Cluster0", "-o", "go-template={{range .links}}x{{end}}"), {}, 2, "--output"),
        (("--clusterName", "Cluster0", "--outputFile", "no/such/folder"), {}, 2, "nothing was sent"),
        ((), {}, 2, "clusterName"),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_CLIENT_SECRET": "wrong-secret"}, 3, "id and secret"),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_CLIENT_SECRET": ""}, 2, "half of the credentials"),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_BASE_URL": "http://127.0.0.1:9"}, 3, "127.0.0.1:9"),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_BASE_URL": "nonsense"}, 2, "base URL"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    run: Run, arguments: tuple[str, ...], environment: dict[str, str], code: int, words: str
) -> None:
    """Each mistake has its exit code and its message; standard output stays empty; no secret shows."""
    done = run(*TAKE, *arguments, stdin="{}", **environment)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "wrong-secret" not in done.stderr
