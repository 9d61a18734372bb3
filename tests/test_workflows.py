"""The commands in our workflows, and in the examples for others, are commands that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from atlas_contract.cli.main import cli

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path for folder in (".github/workflows", "docs/examples") for path in (ROOT / folder).rglob("*.yml")
)
PROGRAM = "atlas-contract"
BETWEEN_COMMANDS = {"|", ">", ">>", "&&", "||", ";", "{", "}"}


def scripts(node: Any) -> Iterator[str]:
    """Every script of a GitHub or a GitLab file, wherever it stands."""
    if isinstance(node, list):
        for each in node:
            yield from scripts(each)
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "run" and isinstance(value, str):
                yield value
            elif key in ("script", "before_script", "after_script"):
                yield from value
            else:
                yield from scripts(value)


def commands(script: str) -> Iterator[list[str]]:
    """The arguments of each call of the program; a variable stands for something, also for a number.

    What is said only if a variable is set, `${NAME:+--flag "$NAME"}`, is said here.
    """
    script = re.sub(r"\$\{\w+:\+([^}]*)\}", r"\1", script)
    for line in script.replace("\\\n", " ").splitlines():
        words = [re.sub(r"\$\w+", "7", word) for word in shlex.split(line)]
        for ends, command in groupby(words, BETWEEN_COMMANDS.__contains__):
            program, *arguments = command
            if program == PROGRAM and not ends:
                yield arguments


def parse(arguments: list[str]) -> click.Context:
    """Read a command line as the program would, without running it."""
    command: click.Command = cli
    rest = list(arguments)
    while isinstance(command, click.Group):
        _, found, rest = command.resolve_command(click.Context(command), rest)
        assert found is not None
        command = found
    return command.make_context(command.name, rest)


CALLS = [
    (path.relative_to(ROOT), call)
    for path in FILES
    for script in scripts(yaml.safe_load(path.read_text(encoding="utf-8")))
    for call in commands(script)
]


@pytest.mark.parametrize(
    "call", [call for _, call in CALLS], ids=[f"{path}: {' '.join(call)}" for path, call in CALLS]
)
def test_a_command_of_a_workflow_exists_with_its_flags(
    call: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program knows the command, each flag, and a value where one is needed."""
    monkeypatch.chdir(tmp_path)
    for name in call:
        if name.endswith(".json"):
            Path(name).touch()
    assert parse(call).args == []


@pytest.mark.parametrize("place", [".github", "docs/examples/github", "docs/examples/gitlab"])
def test_each_kind_of_job_is_there(place: str) -> None:
    """Gate, full suite and upstream drift for others, and the staging run, which plans first and cleans up."""
    lines = [" ".join(call) for path, call in CALLS if str(path).startswith(place)]
    shared = ["test .*--gate", "test .*--max-cases", "upstream"]
    staging = ["fuzz .*--plan", "fuzz .*--ledger", "cleanup .*--apply"]
    jobs = {".github": shared, "docs/examples/github": staging, "docs/examples/gitlab": shared + staging}
    assert [job for job in jobs[place] if not any(re.match(job, line) for line in lines)] == []


def test_what_is_said_only_if_a_variable_is_set_is_read_as_well() -> None:
    """So a flag that does not exist is found there, too."""
    line = 'atlas-contract test ${WAIT:+--wait "$WAIT"} --gate'
    assert list(commands(line)) == [["test", "--wait", "7", "--gate"]]


@pytest.mark.parametrize("wrong", ["test --gaet", "test --max-cases many", "tea", "fuzz --seed"])
def test_a_mistaken_command_would_be_found(wrong: str) -> None:
    """A flag that does not exist, a value of the wrong kind, no such command, no value."""
    with pytest.raises(click.UsageError):
        parse(wrong.split())


def test_whatever_reaches_a_live_server_has_its_permissions() -> None:
    """The flag, and the project as it was typed; the third one is a file of the caller's repository."""
    live = [call for _, call in CALLS if call[0] in {"fuzz", "cleanup"}]
    assert live
    assert all({"--live", "--project", "--target"} <= set(call) for call in live)
