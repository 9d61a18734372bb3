"""Every command in README.md and docs/ does what the page says, or is one that a test cannot run, with the reason."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest
from tests.docs.blocks import PAGES, RUN, Block, blocks, name
from tests.docs.shell import Ran, checkout, expected_codes, missing_lines, run

from atlas_contract import settings
from atlas_contract.cli.main import cli
from reference.commands import examples, walk

SHOWN = (
    "go",
    "http",
    "json",
    "text",
    "toml",
    "yaml",
    "{include}",
    "{literalinclude}",
    "{eval-rst}",
    "{toctree}",
)
WITH_COMMANDS = [page for page in PAGES if any(_.language in RUN and not _.not_run for _ in blocks(page))]


@pytest.mark.checkout
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    """Run in order, they end as announced, and print the lines that are shown after them."""
    (tmp_path / "checkout").mkdir()
    shown = list(blocks(page))
    commands = [each for each in shown if each.language in RUN and not each.not_run]
    results = run(commands, checkout(tmp_path / "checkout"))
    assert len(results) == len(commands), results[-1].output
    for block, ran in zip(commands, results, strict=True):
        where = f"{name(page)}, line {block.line}:\n{ran.output}"
        assert [code for code, _ in ran.failed] == expected_codes(block), f"{ran.failed} in {where}"
    for block, ran in _with_output(shown, dict(zip(commands, results, strict=True))):
        assert missing_lines(block.text, ran.output) == [], f"{name(page)}, line {block.line}:\n{ran.output}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_has_a_language_that_says_whether_it_is_run(page: Path) -> None:
    """A command cannot hide in a block of another kind."""
    for block in blocks(page):
        language = block.language.split(" ")[0]
        assert language in (*RUN, *SHOWN), f"line {block.line}"
        assert language in RUN or not any(_lines(block.text)), f"line {block.line}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_that_are_not_run_have_flags_that_exist(page: Path) -> None:
    """The command line can at least read them."""
    for block in blocks(page):
        for line in _lines(block.text) if block.not_run else ():
            _read(line)


def test_the_examples_of_the_help_have_flags_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of every `Examples:` can be read by the command line, where the environment names a project."""
    monkeypatch.setenv(settings.PROJECT_ID, "32b6e34b3d91647abb20e7b8")
    for _, command in walk():
        for line in _lines("\n".join(examples(command))):
            _read(line)


def test_a_wrong_flag_would_be_noticed() -> None:
    """The reading is that of the command line itself."""
    with pytest.raises(click.NoSuchOption):
        _read("atlas-contract test --speed 7")


def _with_output(shown: list[Block], results: dict[Block, Ran]) -> Iterator[tuple[Block, Ran]]:
    """The blocks of text that directly follow a block that was run."""
    for block, after in pairwise(shown):
        if after.language == "text" and block in results:
            yield after, results[block]


def _lines(text: str) -> Iterator[str]:
    """The calls of `atlas-contract` in a text, at the beginning of a line or behind a pipe."""
    for line in text.replace("\\\n", " ").replace("|\n", "| ").splitlines():
        call = line.strip().rpartition("| ")[2]
        if call.startswith("atlas-contract ") and not any(open_ in call for open_ in ("…", "$(")):
            yield call


def _read(line: str) -> None:
    _, *words = shlex.split(re.split("  | >", line)[0], comments=True)
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(click.Context(command), words[0])
        assert inner is not None, f"no command {words[0]!r} in {line!r}"
        command, words = inner, words[1:]
    if words != ["--help"]:
        command.make_parser(click.Context(command)).parse_args(words)
