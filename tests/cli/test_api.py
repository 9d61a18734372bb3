"""`atlas-contract api`: a script for the Atlas CLI's command runs unchanged."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND, heed_signals
from tests.cli.inside import called

from atlas_contract.contract import Contract
from atlas_contract.mock import ManualClock, Mock, default_world, exports, running

Run = Callable[..., subprocess.CompletedProcess[str]]
TAKE = ("api", "cloudBackups", "takeSnapshots")
FAR = {"MONGODB_ATLAS_BASE_URL": "https://atlas.invalid"}
BODY = '{"description": "from a script", "retentionInDays": 2}'


@pytest.fixture
def take(served: dict[str, str], tmp_path: Path) -> Run:
    """Call the command in this process, with a body in a file unless another one is named."""
    (tmp_path / "body.json").write_text("{}")

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        body = () if "--file" in arguments else ("--file", "body.json")
        return called(*TAKE, *arguments, *body, cwd=tmp_path, environment={**served, **environment})

    return call


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
        (
            ("--clusterName", "Cluster0"),
            {"MONGODB_ATLAS_BASE_URL": "http://127.0.0.1:9"},
            3,
            "check the address",
        ),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_BASE_URL": "nonsense"}, 2, "MONGODB_ATLAS_BASE_URL"),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_BASE_URL": ""}, 2, "no server is named"),
        (("--clusterName", "Cluster0"), {"MONGODB_ATLAS_BASE_URL": "http://atlas.invalid"}, 2, "in clear"),
        (("--clusterName", "Cluster0"), {**FAR, "HTTPS_PROXY": "junk://x"}, 2, "HTTPS_PROXY"),
        (("--clusterName", "Cluster0"), {**FAR, "ALL_PROXY": "socks5://x"}, 2, "ALL_PROXY"),
        (("--clusterName", "Cluster0"), {**FAR, "SSL_CERT_FILE": "/nonexistent"}, 2, "SSL_CERT_FILE"),
        (("--clusterName", "Cluster0", "--file", "/dev/null"), {}, 2, "no request body, so nothing was sent"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    take: Run, arguments: tuple[str, ...], environment: dict[str, str], code: int, words: str
) -> None:
    """Each mistake has its exit code and its message; standard output stays empty; no secret shows."""
    done = take(*arguments, **environment)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "wrong-secret" not in done.stderr


# --- Streams that are not there -------------------------------------------------------------------------------------


def shell(words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What a shell makes of the command, with something done to its streams."""
    line = f"{COMMAND} {' '.join(TAKE)} --clusterName Cluster0 {words}"
    return subprocess.run(
        ["/bin/sh", "-c", line],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_a_closed_standard_input_is_no_body(served: dict[str, str]) -> None:
    """Nothing is sent, and no traceback is shown."""
    done = shell("<&-", served)
    assert done.returncode == 2
    assert "There is no request body" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("output", ["> /dev/full", "--outputFile /dev/full"])
def test_a_snapshot_whose_reply_cannot_be_written_is_named(served: dict[str, str], output: str) -> None:
    """It was taken all the same, and its id would be lost."""
    done = shell(f"{output} <<X\n{{}}\nX", served)
    assert done.returncode == 2, done.stderr
    assert re.search(r"next: the request was sent; snapshot [0-9a-f]{24} was taken", done.stderr)


def test_a_snapshot_whose_reply_nobody_reads_is_named(served: dict[str, str]) -> None:
    """On standard error; the exit code is that of a pipe without a reader."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [COMMAND, *TAKE, "--clusterName", "Cluster0"],
        input=b"{}",
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, **served},
        timeout=60,
    )
    os.close(writer)
    assert done.returncode == 141
    assert re.search(rb"snapshot [0-9a-f]{24} was taken", done.stderr)


def test_an_interrupted_watch_says_that_the_snapshot_goes_on(contract: Contract) -> None:
    """With its id, so that it can be found again."""
    mock = Mock(contract, default_world(contract, clock=ManualClock()))
    with running(mock) as url:
        lines = (line.removeprefix("export ").split("=", 1) for line in exports(mock, url))
        environment = {name: value.strip("'") for name, value in lines}
        watching = subprocess.Popen(
            [COMMAND, *TAKE, "--clusterName", "Cluster0", "--watch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
            preexec_fn=heed_signals,  # noqa: PLW1509  no thread of this process holds a lock that this needs
        )
        assert watching.stdin
        assert watching.stderr
        watching.stdin.write("{}")
        watching.stdin.close()
        assert "is queued" in watching.stderr.readline()
        watching.send_signal(signal.SIGINT)
        told = watching.stderr.read()
        watching.stderr.close()
    assert watching.wait(timeout=30) == 130
    assert re.search(r"^snapshot [0-9a-f]{24} goes on by itself", told)
