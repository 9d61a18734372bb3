"""`atlas-contract fuzz` and `cleanup`, as a shell sees them: plans, refusals, interruptions, secrets."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.cli.conftest import COMMAND, heed_signals
from tests.cli.inside import called
from tests.reporting import VALIDATOR

from atlas_contract.contract import Contract
from atlas_contract.faults import with_fault
from atlas_contract.guard.ledger import Ledger, Run, alive
from atlas_contract.mock import Mock, RealClock, Scenario, exports, running, world_of
from atlas_contract.model import Reply

PACE = 0.002
QUICK = ("--requests", "60")


class Shell:
    """A folder with an environment for one served mock."""

    def __init__(self, folder: Path, mock: Mock) -> None:
        self.folder, self.mock = folder, mock
        lines = (line.removeprefix("export ").split("=", 1) for line in exports(mock, mock.public_url))
        self.environment = {**os.environ, **dict(lines), "XDG_STATE_HOME": str(folder / "state")}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=pipe,
            stderr=pipe,
            text=True,
            preexec_fn=heed_signals,  # noqa: PLW1509  no thread of this process holds a lock that this needs
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command: its exit code, and all that it printed."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in out + err
        return process.returncode, out + err

    @property
    def descriptions(self) -> list[str | None]:
        """Of the snapshots that the cluster has."""
        world = self.mock.world
        return [each.description for each in world.snapshots_of((world.home.id, world.home_cluster.name))]

    def wait_for_snapshot(self) -> None:
        """Until a run has taken one."""
        deadline = time.monotonic() + 30
        while not self.descriptions and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.descriptions


def mock_of(contract: Contract, pace: float = PACE) -> Mock:
    """A mock that is much faster than Atlas."""
    return Mock(contract, world_of(contract, Scenario(), clock=RealClock(), pace=pace), pace=pace)


@pytest.fixture
def shell(contract: Contract, tmp_path: Path) -> Iterator[Shell]:
    """A shell beside a fast mock."""
    mock = mock_of(contract)
    with running(mock):
        yield Shell(tmp_path, mock)


def test_a_plan_sends_nothing(shell: Shell) -> None:
    """`--plan` says what it would cost, and the server hears nothing."""
    code, said = shell.run("fuzz", "--plan", "--snapshots", "2")
    assert code == 0
    assert "at most 2 snapshots, kept 1 day" in said
    assert "nothing was sent" in said
    assert not shell.mock.world.levels


def test_a_run_leaves_nothing_and_says_what_held(shell: Shell) -> None:
    """A run against a sound server exits with 0, prints the verdict, and leaves no snapshot."""
    code, said = shell.run("fuzz", *QUICK)
    assert code == 0, said
    assert "the contract holds" in said
    assert not shell.descriptions


def test_findings_come_with_a_bundle_without_secrets(contract: Contract, tmp_path: Path) -> None:
    """A faulty server: exit 1, a curl line, and a zip with the exchanges in which no secret is."""
    built: list[Mock] = []

    def build(its_contract: Contract) -> Mock:
        built.append(mock_of(its_contract))
        return built[-1]

    handler = with_fault("error-number-differs", contract, build)
    with running(built[-1], handler=handler):
        shell = Shell(tmp_path, built[-1])
        code, said = shell.run("fuzz", *QUICK, "--json", "--bundle", "found.zip")
        assert code == 1, said
        document = json.loads(said[said.index("{\n") : said.rindex("}") + 1])
        VALIDATOR.validate(document)
        assert document["findings"]
        assert document["timeline"]["requests"]
        with ZipFile(tmp_path / "found.zip") as bundle:
            texts = [bundle.read(name).decode() for name in bundle.namelist()]
        assert "curl --include" in texts[1]
        whole = said + "".join(texts)
        assert not [secret for secret in built[-1].world.secrets() if secret in whole]
        assert "eyJ" not in whole


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--target", "https://staging.example"), 4, "--live"),
        (("--target", "https://staging.example", "--live"), 4, "type --project"),
        (("--target", "https://staging.example", "--live", "--project", "1" * 24), 4, "[live]"),
        (("--snapshots", "0"), 4, "budget of 0 snapshots"),
        (("--requests", "0"), 4, "budget of 0 requests"),
        (("--project", "1" * 24), 2, "no such project"),
        (("--cluster", "Cluster9"), 2, "no such cluster"),
        (("--plan", "--project", "../x"), 2, "MONGODB_ATLAS_PROJECT_ID"),
        (("--plan", "--cluster", "../x"), 2, "--cluster"),
        (("--target", "http://127.0.0.1:9"), 3, "did not answer"),
        (("--target", "nonsense"), 2, "no base URL"),
    ],
)
def test_a_refusal_has_its_code_and_its_reason(
    shell: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """Each run that cannot or may not go on says why, with its own exit code, and creates nothing."""
    done = called("fuzz", *arguments, cwd=shell.folder, environment=shell.environment)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not shell.descriptions


def test_a_second_run_at_a_cluster_is_4(shell: Shell) -> None:
    """It would disturb the first; at another cluster, or once the first has ended, it may go on."""
    path, home = shell.folder / "ledger.sqlite", shell.mock.world.home
    first = Run.new(target=shell.mock.public_url, project=home.id, cluster=home.clusters[0].name, now=1.0)
    again = ("fuzz", "--ledger", str(path), "--requests", "20")
    with Ledger.open(path) as ledger, alive(path, first):
        ledger.begin(first)
        code, said = shell.run(*again)
        assert (code, first.id in said) == (4, True), said
        assert not shell.descriptions
        assert shell.run(*again, "--cluster", home.clusters[1].name)[0] == 0
    assert shell.run(*again)[0] == 0


def test_wrong_credentials_are_3(shell: Shell) -> None:
    """Credentials that the server does not take end the run at once."""
    shell.environment["MONGODB_ATLAS_CLIENT_SECRET"] = "mdb_sa_sk_expired_long_ago"
    for name in ("MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"):
        del shell.environment[name]
    code, said = shell.run("fuzz", *QUICK)
    assert code == 3, said
    assert "expired_long_ago" not in said


def test_a_locked_ledger_is_4(shell: Shell) -> None:
    """While another process holds the ledger nothing is sent."""
    path = shell.folder / "ledger.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        code, said = shell.run("fuzz", "--ledger", str(path), *QUICK)
    assert code == 4, said
    assert "another process holds it" in said
    assert not shell.mock.world.levels


def test_a_full_disk_stops_the_run(shell: Shell) -> None:
    """When the ledger cannot grow the run stops with 4, says how to finish, and cleanup then finds what it left."""
    process = subprocess.run(
        ["sh", "-c", f"ulimit -f 64; trap '' XFSZ; {COMMAND} fuzz --requests 2000"],
        cwd=shell.folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert process.returncode == 4, process.stderr
    assert "cleanup --apply" in process.stderr
    assert "Traceback" not in process.stderr
    code, said = shell.run("cleanup", "--apply")
    assert code == 0, said
    assert not shell.descriptions


def test_an_interrupted_run_cleans_up(shell: Shell) -> None:
    """Ctrl-C ends a run with 130, after what it took is removed."""
    process = shell.start("fuzz", "--requests", "5000", "--random", "4000")
    shell.wait_for_snapshot()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "interrupted" in out
    assert not shell.descriptions


def test_a_run_whose_terminal_goes_away_cleans_up(shell: Shell) -> None:
    """As an interrupted one does: a lost connection must not cost snapshots."""
    process = shell.start("fuzz", "--requests", "5000", "--random", "4000")
    shell.wait_for_snapshot()
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert not shell.descriptions


def test_a_run_that_nobody_reads_goes_on_and_cleans_up(shell: Shell) -> None:
    """A pipe that is closed after the first line ends nothing but the talk."""
    process = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {COMMAND} fuzz --requests 60 2>&1 | head -1"],
        cwd=shell.folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert process.returncode == 141, process.stdout + process.stderr
    assert shell.mock.world.levels
    assert not shell.descriptions


def test_a_server_that_goes_away_costs_nothing_that_was_found(contract: Contract, tmp_path: Path) -> None:
    """The run ends with 3; report and JSON have what was judged until then, and it is said how to clean up."""
    mock = mock_of(contract)
    with running(mock):
        shell = Shell(tmp_path, mock)
        process = shell.start("fuzz", "--requests", "3000", "--json", "--report", "out")
        shell.wait_for_snapshot()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, out + err
    document = json.loads(out)
    VALIDATOR.validate(document)
    assert document["timeline"]["requests"]
    assert "snapshots may be left" in out + err
    assert "cleanup --apply" in out + err
    assert (tmp_path / "out" / "report.html").exists()


def test_a_server_that_never_has_room_does_not_outlive_the_budget(shell: Shell) -> None:
    """It asks for a wait of months; the run ends as its seconds say, and claims nothing."""
    limited = Reply(429, (("Retry-After", "9999999"), ("RateLimit-Remaining", "0")), b"{}")
    token = shell.mock.contract.token.path
    answer = shell.mock.handle
    with running(shell.mock, handler=lambda asked: answer(asked) if asked.target == token else limited):
        code, said = Shell(shell.folder, shell.mock).run("fuzz", "--seconds", "5")
    assert code == 4, said
    assert "budget of 5 seconds is spent" in said


def test_a_run_that_is_interrupted_twice_says_how_to_finish(contract: Contract, tmp_path: Path) -> None:
    """The second Ctrl-C stops at once; the command that is named then finishes."""
    mock = mock_of(contract, pace=0.02)
    with running(mock):
        shell = Shell(tmp_path, mock)
        process = shell.start("fuzz", "--requests", "5000", "--random", "4000")
        shell.wait_for_snapshot()
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "cleaning up" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        line = next(each for each in err.splitlines() if "cleanup --apply" in each)
        code, said = shell.run(*line.split()[1:])
        assert code == 0, said
        assert not shell.descriptions


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.3])
def test_a_run_that_is_killed_is_cleaned_up_by_cleanup(shell: Shell, delay: float) -> None:
    """After kill -9 nothing of ours survives `cleanup --apply`, whenever it came."""
    process = shell.start("fuzz", "--requests", "2000")
    shell.wait_for_snapshot()
    time.sleep(delay)
    process.kill()
    process.communicate()
    assert shell.run("cleanup")[0] == 1
    code, said = shell.run("cleanup", "--apply")
    assert code == 0, said
    assert not shell.descriptions
    assert shell.run("cleanup", "--apply")[0] == 0
