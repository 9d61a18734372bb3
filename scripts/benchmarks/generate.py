"""How long does a regeneration take, beside openapi-python-client alone on the same document, and beside others?

Ours does more: it composes and checks the contract, renders, formats, and compares the client with the one before. All
run as processes on a copy of the project, in turn, each of two first in every other round; the ratio is the median over
the rounds. Then come a generation that has to give a verdict on a changed contract, and a check with nothing to do.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from atlas_contract.contract import load
from atlas_contract.contract.document import body_properties
from benchmarks import Benchmark

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("spec", "scripts", "generated")
PROMISED = {"ratio": 1.5, "verdict_s": 2.0, "check_s": 0.5}
Run = Callable[[], str]


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--rounds", type=_number, default=9, help="how often each is run (9)")
    parser.add_argument(
        "--openapi-generator",
        metavar="COMMAND",
        help="how to run openapi-generator, such as a path of openapi-generator-cli; its client is measured too",
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        msg = f"{text!r} is no number of rounds"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the generators, the verdict and the check."""
    with tempfile.TemporaryDirectory(prefix="atlas-contract-") as folder:
        project, out = Path(folder) / "project", Path(folder) / "out"
        _copy(project)
        ours = _ours(project)
        others = {"openapi-python-client": _bare(project, out)}
        if options.openapi_generator:
            others["openapi-generator"] = _generator(options.openapi_generator, project, out)
        compared = {name: _paired(ours, other, options.rounds) for name, other in others.items()}
        check = _median(_ours(project, "--check"), options.rounds)
        verdict = _verdict(project, options.rounds)
    good = (
        all(each["ratio"] <= PROMISED["ratio"] for each in compared.values())
        and verdict <= PROMISED["verdict_s"]
        and check <= PROMISED["check_s"]
    )
    return {"beside": compared, "verdict_s": verdict, "check_s": check, "promised": PROMISED, "good": good}


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The result for people."""
    promised = result["promised"]
    for name, each in result["beside"].items():
        yield (
            f"{name:22} {each['other_s']:6.2f} s, ours {each['ours_s']:5.2f} s: "
            f"{each['ratio']:.2f} times as long (promised: at most {promised['ratio']})"
        )
    yield f"{'with its verdict':22} {result['verdict_s']:6.2f} s (promised: at most {promised['verdict_s']} s)"
    yield f"{'a check, nothing to do':22} {result['check_s']:6.2f} s (promised: at most {promised['check_s']} s)"
    yield "all as promised" if result["good"] else "not all as promised"


BENCHMARK = Benchmark(
    "generate", "How long does a regeneration take, beside bare generators?", add_flags, run, lines
)


# --- What is run ------------------------------------------------------------------------------------------------------


def _copy(project: Path) -> None:
    for name in COPIED:
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    _ours(project)()  # the copy's own manifest, whatever the state of the checkout


def _ours(project: Path, *flags: str) -> Run:
    script = project / "scripts" / "generate.py"
    return lambda: _process([sys.executable, str(script), "--root", str(project), *flags])


def _bare(project: Path, out: Path) -> Run:
    """With its own formatting, as it comes."""
    document = project / "generated" / "openapi.json"
    command = [sys.executable, "-m", "openapi_python_client", "generate"]
    return _fresh(out, [*command, "--path", str(document), "--output-path", str(out)])


def _generator(command: str, project: Path, out: Path) -> Run:
    document = project / "generated" / "openapi.json"
    flags = ["generate", "--generator-name", "python", "--skip-validate-spec"]
    return _fresh(out, [*shlex.split(command), *flags, "--input-spec", str(document), "--output", str(out)])


def _fresh(out: Path, command: Sequence[str]) -> Run:
    """The command into a folder that is not there."""

    def generate() -> str:
        shutil.rmtree(out, ignore_errors=True)
        return _process(command)

    return generate


def _process(command: Sequence[str]) -> str:
    """What a command says that must succeed; it finds the tools of this environment, and caches bytecode."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        done = subprocess.run(  # noqa: S603 - our own commands, or one that was given
            command, env={**kept, "PATH": path}, capture_output=True, text=True, check=False
        )
    except OSError as error:
        msg = f"{command[0]} cannot be run: {error.strerror}"
        raise SystemExit(msg) from error
    if done.returncode:
        msg = f"{shlex.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-1000:]}"
        raise SystemExit(msg)
    return done.stdout


# --- How it is measured -----------------------------------------------------------------------------------------------


def _paired(ours: Run, other: Run, rounds: int) -> dict[str, float]:
    """The median seconds of each, and the median ratio of ours to the other; the first round does not count."""
    times = []
    for number in range(rounds + 1):
        if number % 2:
            one = _seconds(ours)
            times.append((one, _seconds(other)))
        else:
            two = _seconds(other)
            times.append((_seconds(ours), two))
    del times[0]
    return {
        "ours_s": statistics.median(one for one, _ in times),
        "other_s": statistics.median(two for _, two in times),
        "ratio": statistics.median(one / two for one, two in times),
    }


def _verdict(project: Path, rounds: int) -> float:
    """The median seconds of a generation after a change that breaks callers: a member of the body has another name."""
    name = list(body_properties(load(), load().main))[-1]
    taken = []
    for number in range(rounds):
        old, new = (name, f"{name}Anew") if number % 2 == 0 else (f"{name}Anew", name)
        for path in (project / "spec").glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(rf"\b{old}\b(?=:)", new, text), encoding="utf-8")
        start = time.perf_counter()
        said = _ours(project, "--json")()
        taken.append(time.perf_counter() - start)
        if json.loads(said)["level"] != "major":
            msg = f"a change that breaks callers got another verdict:\n{said}"
            raise SystemExit(msg)
    return statistics.median(taken)


def _median(what: Run, rounds: int) -> float:
    return statistics.median(_seconds(what) for _ in range(rounds))


def _seconds(what: Run) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start
