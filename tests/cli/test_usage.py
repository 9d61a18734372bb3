"""Flags that would be ignored are refused, with the names of those that do not go together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from atlas_contract.contract import Contract
from atlas_contract.mock import Mock, exports, running
from atlas_contract.model import Reply, Request

COMMAND = str(Path(sys.executable).with_name("atlas-contract"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("test --cluster Cluster0", "--cluster and --target mock do not go together"),
        ("test --sharded-cluster Sharded0", "--sharded-cluster and --target mock do not go together"),
        ("test --wait 0", "--wait and --target mock do not go together"),
        ("test --gate --max-cases 25", "--max-cases and --gate do not go together"),
        ("test --target http://127.0.0.1:9 --wait nan", "'nan' is no number of seconds"),
        ("faults run drops-id --family reply", "--family and NAME do not go together"),
        ("faults run --gate --full", "--gate and --full do not go together"),
        ("faults run nosuch", "where: faults run nosuch"),
        ("test --fault nosuch", "error: There is no fault called 'nosuch'."),
    ],
)
def test_what_would_be_ignored_is_a_usage_error(tmp_path: Path, arguments: str, told: str) -> None:
    """Nothing is run, and one message says why."""
    done = subprocess.run(
        [COMMAND, *arguments.split()], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Exit:" not in done.stderr


@pytest.mark.parametrize(
    ("given", "missing", "there"),
    [
        ({}, "MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY", ""),
        (
            {"MONGODB_ATLAS_PROJECT_ID": "32b6e34b3d91647abb20e7b8", "MONGODB_ATLAS_CLIENT_ID": "an-id"},
            "MONGODB_ATLAS_CLIENT_SECRET to be set",
            "MONGODB_ATLAS_PROJECT_ID",
        ),
        (
            {"MONGODB_ATLAS_PUBLIC_API_KEY": "key", "MONGODB_ATLAS_PRIVATE_API_KEY": "hush"},
            "MONGODB_ATLAS_PROJECT_ID to be set",
            "MONGODB_ATLAS_CLIENT_ID",
        ),
    ],
)
def test_only_the_variables_that_are_missing_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str, there: str
) -> None:
    """What is set already is not asked for again."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    command = [COMMAND, "test", "--target", "http://127.0.0.1:9"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)
    assert done.returncode == 2
    assert missing in done.stderr
    assert not there or there not in done.stderr


def test_a_wait_for_the_servers_rate_limit_is_said_while_it_goes_on(
    contract: Contract, mock: Mock, tmp_path: Path
) -> None:
    """On standard error, although pytest keeps for itself what a test writes."""
    limited = int((contract.behaviour("rate-limited").reply or {})["status"])
    refused: list[Request] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST" and request.target.endswith("/snapshots") and not refused:
            refused.append(request)
            return Reply(limited, (("Retry-After", "2"), ("Content-Length", "0")), b"")
        return mock.handle(request)

    with running(mock, handler=answer) as url:
        lines = (line.removeprefix("export ").split("=", 1) for line in exports(mock, url))
        environment = {**os.environ, **{name: value.strip("'") for name, value in lines}}
        command = [COMMAND, "test", "--gate", "--target", url]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, timeout=60
        )
    assert "waiting 2 s: the server's rate limit (429)" in done.stderr, done.stdout
