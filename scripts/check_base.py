"""Says whether the base install stands by itself; run it with the Python that has nothing but the base install.

python scripts/check_base.py --mock FOLDER

FOLDER holds the package with its extra `mock`, installed by `pip install --target FOLDER 'atlas-contract[mock]'`; the
mock is served from there, in a process of its own, for the client to talk to.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from itertools import takewhile
from pathlib import Path

from atlas_contract import settings
from atlas_contract.cli.main import COMMANDS

PACKAGE = "atlas-contract"
MAIN = [sys.executable, "-c", "from atlas_contract.cli.main import main; main()"]
CALLER = """
import sys
from atlas_contract.client import AtlasClient
with AtlasClient() as atlas:
    snapshot = atlas.take_snapshot(sys.argv[1], "Cluster0")
    assert atlas.wait(snapshot).id == snapshot.id
"""
REQUIREMENT = re.compile(r"([\w.-]+).*;.*\bextra\b")
NOWHERE = ["--target", "http://127.0.0.1:9"]
API_KEY = (settings.PUBLIC_KEY, settings.PRIVATE_KEY)  # one login is enough
WITHOUT_EXTRAS = {"api"}
# What it takes to bring a command to where it needs its extra; the others get no further arguments.
ARGUMENTS = {
    "fuzz": [*NOWHERE, "--plan"],
    "cleanup": NOWHERE,
    "faults": ["list"],
}
MISSING_EXTRA = 2


def strangers() -> Iterator[str]:
    """Libraries that only an extra asks for, and that are here all the same."""
    for requirement in metadata.requires(PACKAGE) or []:
        match = REQUIREMENT.match(requirement)
        try:
            if match and match[1] != PACKAGE:
                metadata.distribution(match[1])
                yield f"{match[1]} is installed, but only an extra needs it"
        except metadata.PackageNotFoundError:
            continue


def unclear_refusals() -> Iterator[str]:
    """Commands that do not say, with exit code 2 and a next step, what they lack."""
    for command in COMMANDS:
        if command in WITHOUT_EXTRAS:
            continue
        done = _run([*MAIN, command, *ARGUMENTS.get(command, ())])
        if done.returncode != MISSING_EXTRA or "Traceback" in done.stderr:
            yield f"`{command}` ends with {done.returncode}:\n{done.stderr}"
        elif command in ARGUMENTS and f"pip install '{PACKAGE}[" not in done.stderr:
            yield f"`{command}` does not say what to install:\n{done.stderr}"


def broken_client(environment: dict[str, str]) -> Iterator[str]:
    """What goes wrong when the command `api` and the client take a snapshot of the mock."""
    project = environment[settings.PROJECT_ID]
    operation = ["cloudBackups", "takeSnapshots", "--groupId", project, "--clusterName", "Cluster0"]
    runs = {
        "`api`": [*MAIN, "api", *operation, "--watch"],
        "the client": [sys.executable, "-c", CALLER, project],
    }
    for name, command in runs.items():
        done = _run(command, environment)
        if done.returncode:
            yield f"{name} ends with {done.returncode}:\n{done.stderr}"


@contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """Serve the mock that lies in the folder; yields the environment that its `export` lines make."""
    with subprocess.Popen(  # noqa: S603 - our own arguments
        [*MAIN, "mock", "--port", "0", "--clock", "fast"],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            lines = takewhile(lambda line: not line.startswith("serving"), process.stdout or ())
            pairs = (line.strip().removeprefix("export ").partition("=") for line in lines)
            yield {name: shlex.split(value)[0] for name, _, value in pairs if name not in API_KEY}
        finally:
            process.terminate()


def _run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own arguments
        command,
        input="{}",
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command: 0 the base install stands by itself, 1 it does not."""
    parser = argparse.ArgumentParser(prog="check_base.py", description=__doc__)
    parser.add_argument(
        "--mock", type=Path, required=True, help="where the package lies with its extra `mock`"
    )
    options = parser.parse_args(argv)
    found = [*strangers(), *unclear_refusals()]
    with served(options.mock) as environment:
        found += broken_client(environment)
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    if not found:
        print(
            "the base install has no library of an extra, says so where one is needed, and its client works"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
