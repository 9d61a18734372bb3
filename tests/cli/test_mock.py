"""`atlas-contract mock`, as a shell starts and stops it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.cli.inside import called

COMMAND = str(Path(sys.executable).with_name("atlas-contract"))


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """A mock on a free port, killed if the test does not stop it."""
    with subprocess.Popen(
        [COMMAND, "mock", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        yield started
        started.kill()


def exported(process: subprocess.Popen[str]) -> dict[str, str]:
    """The variables of the export lines."""
    assert process.stdout is not None
    lines = (process.stdout.readline().strip().removeprefix("export ") for _ in range(9))
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_what_it_exports_and_stops_cleanly(
    process: subprocess.Popen[str], signal_number: signal.Signals
) -> None:
    """The exported token takes a snapshot at the exported address; a signal ends the process with 0."""
    found = exported(process)
    snapshots = f"/api/atlas/v2/groups/{found['MONGODB_ATLAS_PROJECT_ID']}/clusters/Cluster0/backup/snapshots"
    reply = httpx.post(
        found["MONGODB_ATLAS_BASE_URL"] + snapshots,
        headers={
            "Authorization": f"Bearer {found['ACCESS_TOKEN']}",
            "Accept": "application/vnd.atlas.2023-11-15+json",
        },
        json={"description": "string", "retentionInDays": 42},
        trust_env=False,
    )
    assert reply.status_code == 200
    process.send_signal(signal_number)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert f"POST {snapshots} -> 200" in errors
    assert found["ACCESS_TOKEN"] not in errors


def test_a_port_that_is_taken_is_bad_input(process: subprocess.Popen[str]) -> None:
    """A second mock on the same port says which flag to change."""
    port = exported(process)["MONGODB_ATLAS_BASE_URL"].rpartition(":")[2]
    done = subprocess.run(
        [COMMAND, "mock", "--port", port], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert done.stdout == ""


def test_a_manual_clock_is_moved_from_outside_in_a_world_of_ones_own(tmp_path: Path) -> None:
    """The world is the file's, and a snapshot of it is finished when it is told to be."""
    scenario = tmp_path / "world.yaml"
    scenario.write_text(
        "start: 2030-05-06T07:08:09Z\n"
        "projects: [{clusters: [{name: Mine, snapshots: [{status: queued, duration: 60}]}]}]\n"
    )
    command = [COMMAND, "mock", "--port", "0", "--clock", "manual", "--scenario", str(scenario)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        url = exported(process)["MONGODB_ATLAS_BASE_URL"] + "/_mock"
        statuses = []
        for seconds in (0, 59, 1):
            httpx.post(f"{url}/clock", json={"advance": seconds}, trust_env=False).raise_for_status()
            world = httpx.get(f"{url}/world", trust_env=False).json()
            statuses.append(world["projects"][0]["clusters"][0]["snapshots"][0]["status"])
        process.terminate()
        process.communicate(timeout=10)
    assert statuses == ["queued", "inProgress", "completed"]
    assert world["now"] == "2030-05-06T07:09:09Z"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--scenario", "nowhere.yaml"], "cannot read nowhere.yaml"),
        (["--scenario", __file__], "not valid YAML"),
        (["--clock", "manual", "--host", "0.0.0.0"], "on this machine only"),
        (["--host", "nohost.invalid"], "where: --host"),
        (["--host", ""], "where: --host"),
        (["--seed", "-5"], "where: --seed"),
        (["--seed", "1000000001"], "where: --seed"),
    ],
)
def test_a_world_that_can_not_be_served_is_bad_input(flags: list[str], said: str) -> None:
    """Nothing is served, and the message says why."""
    done = called("mock", "--port", "0", *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_mock_for_every_interface_warns_and_exports_an_address_of_this_machine() -> None:
    """Whoever pastes the lines here reaches it."""
    command = [COMMAND, "mock", "--port", "0", "--host", "0.0.0.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        url = exported(process)["MONGODB_ATLAS_BASE_URL"]
        status = httpx.get(url + "/api/atlas/v2/groups", trust_env=False).status_code
        process.terminate()
        _, errors = process.communicate(timeout=10)
    assert url.startswith("http://127.0.0.1:")
    assert status == 401
    assert errors.startswith("warning: ")
