"""A page's commands, run in the order in which a reader would, in one shell and in a checkout of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.blocks import ROOT, Block

INPUTS = (
    *("contract_tests", "docs", "generated", "scripts", "spec", "src"),
    *("README.md", "constraints.txt", "noxfile.py", "pyproject.toml"),
)
PORT = "8080"
NOBODY = "http://127.0.0.1:9"
SECONDS = 120
EXIT_CODE = re.compile(r"# exit code (\d+)")
BLOCK = re.compile(r"^--- block (\d+)$", re.MULTILINE)
FAILED = re.compile(r"^--- failed (\d+) (.*)$", re.MULTILINE)

# Serving goes on in the background, and its `export` lines are taken over, as if pasted into a second shell. Another
# mock takes the place of the one before. Between two blocks a reader reads: no snapshot of the fast clock takes longer.
PREAMBLE = r"""
set -o pipefail
trap 'echo "--- failed $? ${BASH_COMMAND%%$'\n'*}"' ERR
served=
reading() { [ -z "$served" ] || sleep 0.3; }
stop() { if [ -n "$served" ]; then kill "$served" 2>/dev/null; wait "$served"; served=; fi; }
trap 'stop || true' EXIT
atlas-contract() {
  [ "$1" = mock ] || { command atlas-contract "$@"; return; }
  stop || true
  : >mock.log
  command atlas-contract "$@" >exports 2>mock.log & served=$!
  until grep -q '^serving ' mock.log; do
    kill -0 "$served" 2>/dev/null || { cat mock.log; wait "$served"; local code=$?; served=; return $code; }
    sleep 0.05
  done
  . ./exports
}
"""


@dataclass
class Ran:
    """What became of one block: its output, the exit codes other than 0 with their commands."""

    output: str = ""
    failed: list[tuple[int, str]] = field(default_factory=list)


def checkout(folder: Path) -> Path:
    """A copy of this checkout, committed to a repository of its own."""
    for each in INPUTS:
        copy = shutil.copytree if (ROOT / each).is_dir() else shutil.copy2
        copy(ROOT / each, folder / each)
    (folder / ".gitignore").write_text("__pycache__/\nexports\nmock.log\n", encoding="utf-8")
    who = ("-c", "user.name=docs", "-c", "user.email=docs@localhost")
    for words in (
        ("init", "--quiet"),
        ("add", "--all"),
        (*who, "commit", "--quiet", "--message", "as it is"),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env=_environment(folder))
    return folder


def run(blocks: list[Block], folder: Path) -> list[Ran]:
    """Run blocks one after the other in one shell, on a port of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = PREAMBLE + "".join(_script(folder, number, block) for number, block in enumerate(blocks))
    output = _output(script.replace(PORT, port), folder).replace(port, PORT)
    return [_ran(each) for each in BLOCK.split(output)[2::2]]


def expected_codes(block: Block) -> list[int]:
    """The exit codes other than 0 that a block says its commands have."""
    return [int(found) for found in EXIT_CODE.findall(block.text)]


def missing_lines(expected: str, output: str) -> list[str]:
    """The lines of an expected output that the output does not have in that order; `…` stands for any text."""
    rest = iter(output.splitlines())
    return [line for line in expected.splitlines() if line.strip() and not _comes(line, rest)]


def _comes(line: str, rest: Iterator[str]) -> bool:
    pattern = re.compile(".*".join(map(re.escape, line.strip().split("…"))))
    return any(pattern.fullmatch(each.strip()) for each in rest)


def _output(script: str, folder: Path) -> str:
    """What a script prints; nothing that it has started outlives it."""
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as shell:
        try:
            output, _ = shell.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            raise
    return output.decode(errors="replace")


def _script(folder: Path, number: int, block: Block) -> str:
    command = block.text
    if block.language == "python":
        program = folder.parent / f"{folder.name}-{number}.py"
        program.write_text(block.text, encoding="utf-8")
        command = f"python {program}\n"
    return f"reading; echo; echo '--- block {number}'\n{command}"


def _ran(output: str) -> Ran:
    failed = [(int(code), command) for code, command in FAILED.findall(output)]
    return Ran(FAILED.sub("", output), failed)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "PYTHONPATH": os.pathsep.join(str(folder / each) for each in ("src", "generated")),
        "PYTHONUNBUFFERED": "1",
        "HOME": str(folder.parent),
        "LANG": "C.UTF-8",
        "MONGODB_ATLAS_BASE_URL": NOBODY,  # a page that forgets to serve a mock does not reach Atlas either
    }
