"""The commands and their flags, from the live command line."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from textwrap import dedent

import click

from atlas_contract.cli.main import COMMANDS, cli
from reference.markdown import code, fenced, page, plain, table

VERBATIM = "\b\n"
EXAMPLES = "Examples:"


def commands() -> str:
    """Every command with its help, its examples and its flags."""
    return page(part for path, command in walk() for part in _described(path, command))


def walk() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and command group below `atlas-contract`, by its words, in the order of the help."""
    context = click.Context(cli, info_name=cli.name)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None  # noqa: S101  for the type checker
        yield from _walk((name,), command)


def examples(command: click.Command) -> list[str]:
    """The lines of a command's examples, without what they stand under."""
    found = (part for part in _parts(command) if part.startswith(EXAMPLES))
    return [line for part in found for line in _body(part).splitlines()]


def _walk(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _walk((*path, name), inner)


def _described(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    yield f"{'#' * min(len(path) + 1, 3)} atlas-contract {' '.join(path)}"
    for part in _parts(command):
        if part.startswith(EXAMPLES):
            continue
        yield _verbatim(part) if "\n" in part else plain(part)
    context = _context(path, command)
    yield fenced(" ".join(command.get_usage(context).removeprefix("Usage: ").split()))
    options = [found for each in command.get_params(context) if (found := each.get_help_record(context))]
    yield table(("flag", "meaning"), ((code(names), plain(meaning)) for names, meaning in options))
    if examples(command):
        yield fenced("\n".join(examples(command)), "sh")


def _context(path: tuple[str, ...], command: click.Command) -> click.Context:
    context = click.Context(cli, info_name="atlas-contract")
    for name in path[:-1]:
        context = click.Context(click.Group(name), info_name=name, parent=context)
    return click.Context(command, info_name=path[-1], parent=context, help_option_names=["-h", "--help"])


def _parts(command: click.Command) -> list[str]:
    """The paragraphs of a help text; those of several lines are meant as they stand."""
    parts = cleandoc(command.help or "").split("\n\n")
    return [
        each.removeprefix(VERBATIM) if each.startswith(VERBATIM) else " ".join(each.split()) for each in parts
    ]


def _verbatim(part: str) -> str:
    return fenced(dedent(part))


def _body(part: str) -> str:
    return dedent(part.partition("\n")[2])
