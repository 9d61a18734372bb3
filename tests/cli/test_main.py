"""The command line: exit codes and messages, as a shell sees them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atlas_contract.cli.main import COMMANDS


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = str(Path(sys.executable).with_name("atlas-contract"))
    return subprocess.run(
        [command, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=120
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command: str) -> None:
    """`--help` of each command shows at least one example of its use."""
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"  atlas-contract {command}" in done.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    """A command that doesn't exist exits with 2 and says so."""
    done = run("tea")
    assert done.returncode == 2
    assert "tea" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_live_target_is_refused_with_4(tmp_path: Path) -> None:
    """`test --target` at another machine exits with 4 and sends nothing."""
    done = run("test", "--target", "https://cloud.mongodb.com", cwd=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "not on this machine" in done.stdout + done.stderr


def test_a_target_that_does_not_answer_is_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`test --target` where nobody listens exits with 3."""
    monkeypatch.setenv("MONGODB_ATLAS_PROJECT_ID", "32b6e34b3d91647abb20e7b8")
    monkeypatch.setenv("MONGODB_ATLAS_CLIENT_ID", "mdb_sa_id_0")
    monkeypatch.setenv("MONGODB_ATLAS_CLIENT_SECRET", "hush-hush")
    done = run("test", "--target", "http://127.0.0.1:9", cwd=tmp_path)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "hush-hush" not in done.stdout + done.stderr


def test_a_fault_is_found_and_exits_with_1(tmp_path: Path) -> None:
    """A suite run on a faulty mock exits with 1, names the clause and prints a curl line."""
    done = run("test", "--gate", "--fault", "drops-id", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "#/components/schemas/ReplicaSetSnapshot/required" in done.stdout
    assert "curl --include" in done.stdout


def test_a_finding_can_be_seen_again(tmp_path: Path) -> None:
    """What must be so at the server stands before the curl line, and the mock to serve at the end."""
    done = run("test", "--gate", "--fault", "two-unfinished", cwd=tmp_path)
    assert "  when       a snapshot of the cluster is unfinished\n  reproduce  curl" in done.stdout
    assert (
        "serve the mock, and paste its `export` lines: atlas-contract mock --clock fast --fault two-"
        in done.stdout
    )


def test_a_sound_mock_exits_with_0(tmp_path: Path) -> None:
    """A suite run on the sound mock is clean, and leaves no file behind."""
    done = run("test", "--max-cases", "5", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the contract holds" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_could_not_finish_gives_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trouble of the suite itself is told, and never reads as a contract that holds."""
    monkeypatch.setenv("MONGODB_ATLAS_PROJECT_ID", "32b6e34b3d91647abb20e7b8")
    monkeypatch.setenv("MONGODB_ATLAS_CLIENT_ID", "mdb_sa_id_0")
    monkeypatch.setenv("MONGODB_ATLAS_CLIENT_SECRET", "hush-hush")
    done = run("test", "--target", "http://127.0.0.1:9", cwd=tmp_path)
    assert "the suite could not finish" in done.stdout
    assert "the contract holds" not in done.stdout


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    """Two runs with one seed send the same cases and requests."""
    sent = [
        run("test", "--seed", "7", "--max-cases", "2", cwd=tmp_path).stdout.split(" in ")[0] for _ in range(2)
    ]
    assert sent[0] == sent[1]


def test_an_unknown_fault_is_bad_input(tmp_path: Path) -> None:
    """A mistyped fault exits with 2 and a hint."""
    done = run("test", "--fault", "drop-id", cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "did you mean 'drops-id'" in done.stdout + done.stderr


def test_generate_outside_a_checkout_says_so(tmp_path: Path) -> None:
    """`generate` needs a checkout and says where it looked."""
    done = run("generate", cwd=tmp_path)
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr


@pytest.mark.parametrize(("command", "extra"), [("mock", "mock"), ("fuzz", "suite")])
def test_a_command_says_which_extra_it_needs(command: str, extra: str) -> None:
    """Without the library of an extra a command exits with 2 and says what to install."""
    code = (
        f"import sys; sys.modules['orjson'] = None\n"
        f"from atlas_contract.cli.main import main; main(['{command}', *sys.argv[1:]])"
    )
    given = ["--target", "http://127.0.0.1:9", "--plan"] if command == "fuzz" else []
    done = subprocess.run(
        [sys.executable, "-c", code, *given], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert f"`{command}` needs orjson" in done.stderr
    assert f"pip install 'atlas-contract[{extra}]'" in done.stderr
