"""`atlas-contract api TAG OPERATION`: the flags of the Atlas CLI's command of that name, made from the contract."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from atlas_contract import settings
from atlas_contract.cli.gotemplate import filled, template_of
from atlas_contract.cli.progress import Progress
from atlas_contract.cli.streams import forget_output
from atlas_contract.contract import Contract, load
from atlas_contract.errors import BadInput
from atlas_contract.model import Operation, Place
from atlas_contract.quoting import quoted

POLL = 5.0  # seconds between two looks at a snapshot that is watched

HELP = """\
{summary}.

{description}

Credentials come from MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or from MONGODB_ATLAS_PUBLIC_API_KEY and
MONGODB_ATLAS_PRIVATE_API_KEY. The reply goes to standard output as it came, everything else to standard error.

\b
Examples:
  atlas-contract api {tag} {name} --clusterName Cluster0 --file body.json
  echo '{{"retentionInDays": 1}}' | atlas-contract api {tag} {name} --clusterName Cluster0 --watch
"""


class _Operations(click.Group):
    """The operations of one tag, each under every name the Atlas CLI gives it."""

    def __init__(self, contract: Contract, tag: str) -> None:
        super().__init__(_camel(tag), help=f"Operations of {tag}.")
        for operation in contract.operations.values():
            if operation.tag == tag and operation.cli_names:
                self.add_command(_command(contract, operation))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = (each for each in self.commands.values() if cmd_name in getattr(each, "names", ()))
        return next(found, None)


class _Named(click.Command):
    names: tuple[str, ...] = ()


class _Tags(click.Group):
    """The tags that have operations, read from the contract when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_tags(load()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        contract = load()
        tag = _tags(contract).get(cmd_name)
        return _Operations(contract, tag) if tag else None


@click.group(cls=_Tags, name="api")
def command() -> None:
    """Call the endpoint with the flags of the Atlas CLI.

    A script written for `atlas api` runs unchanged.

    \b
    Examples:
      atlas-contract api cloudBackups takeSnapshots --help
      atlas-contract api cloudBackups takeSnapshots --groupId ID --clusterName NAME --file body.json
    """


def _tags(contract: Contract) -> dict[str, str]:
    named = (operation.tag for operation in contract.operations.values() if operation.cli_names)
    return {_camel(tag): tag for tag in named}


def _camel(words: str) -> str:
    first, *rest = words.split()
    return first.lower() + "".join(word.capitalize() for word in rest)


def _command(contract: Contract, operation: Operation) -> click.Command:
    def run(**given: Any) -> int:
        return _run(operation, given)

    name = operation.cli_names[0]
    description = contract.document["paths"][operation.path][operation.method.lower()].get("description", "")
    text = HELP.format(
        summary=operation.summary, description=description, tag=_camel(operation.tag), name=name
    )
    made = _Named(name, params=list(_options(operation)), callback=run, help=text)
    made.names = operation.cli_names
    return made


def _options(operation: Operation) -> Iterator[click.Option]:
    for position, parameter in enumerate(operation.parameters_in(Place.PATH)):
        project = settings.PROJECT_ID if position == 0 else None
        help_text = "Id of the project." if project else "Name of the cluster."
        yield click.Option(
            [f"--{parameter.name}", parameter.name],
            required=True,
            envvar=project,
            show_envvar=True,
            help=help_text,
        )
    for parameter in operation.parameters_in(Place.QUERY):
        yield click.Option(
            [f"--{parameter.name}", parameter.name], is_flag=True, help=f"Send {parameter.name}=true."
        )
    version = _version(operation)
    yield click.Option(
        ["--file"], type=click.Path(), help="File with the request body; standard input if left out."
    )
    yield click.Option(
        ["--output", "-o"], default="json", show_default=True, help="json, or go-template=TEXT."
    )
    yield click.Option(["--outputFile", "output_file"], type=click.Path(), help="Write the reply there.")
    yield click.Option(["--version"], default=version, show_default=True, help="Version of the API resource.")
    yield click.Option(["--watch", "-w"], is_flag=True, help="Wait until the snapshot is completed.")
    yield click.Option(
        ["--watchTimeout", "watch_timeout"],
        type=click.IntRange(min=0),
        default=0,
        help="Seconds; 0 waits for ever.",
    )


def _version(operation: Operation) -> str:
    found = re.search(r"\d{4}-\d{2}-\d{2}", operation.success.contents[0].media_type)
    return found[0] if found else ""


def _run(operation: Operation, given: dict[str, Any]) -> int:
    from atlas_contract.client import AtlasClient

    template = template_of(given["output"])
    if given["version"] != _version(operation):
        click.echo(
            f"warning: version {given['version']} is not supported, using {_version(operation)}", err=True
        )
    body = _body(given["file"]) if operation.body else b""
    _check_output(given["output_file"])
    arguments = {each.name: given[each.name] for each in operation.parameters_in(Place.PATH)}
    flags = {each.name: "true" for each in operation.parameters_in(Place.QUERY) if given[each.name]}
    progress = Progress(sys.stderr)
    with AtlasClient(envelope="envelope" in flags, sleep=progress.sleep) as client, progress:
        response = client.send_raw(operation, arguments, query=flags, body=body)
        shown = filled(template, response.content) if template and response.is_success else response.content
        with _kept(response.content):
            _write(shown, given["output_file"])
        snapshot = client.read(operation, response)
        if given["watch"]:
            limit = given["watch_timeout"] or float("inf")
            with _going_on(snapshot, progress):
                client.wait(snapshot, timeout=limit, poll=POLL, seen=lambda each: progress.say(_state(each)))
    return 0


@contextmanager
def _kept(reply: bytes) -> Iterator[None]:
    """Say which snapshot was taken, though its reply cannot be written.

    Raises:
        BadInput: the reply cannot be written.
    """
    try:
        yield
    except BrokenPipeError:
        click.echo(_taken(reply), err=True)
        raise
    except OSError as error:
        if error.filename is None:
            forget_output()
        msg = f"The reply cannot be written: {error.strerror}."
        where = str(error.filename or "standard output")
        raise BadInput(msg, where=where, hint=f"the request was sent; {_taken(reply)}") from error


def _taken(reply: bytes) -> str:
    try:
        body = json.loads(reply)
        inner = body.get("content", body)
        return f"snapshot {quoted(str(inner['id']))} was taken"
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
        return "its reply names no snapshot"


@contextmanager
def _going_on(snapshot: Any, progress: Progress) -> Iterator[None]:
    """Say of a snapshot that nobody waits for any more that it goes on."""
    try:
        yield
    except KeyboardInterrupt:
        progress.say(f"snapshot {quoted(snapshot.id)} goes on by itself")
        raise


def _body(name: str | None) -> bytes:
    content = _content(name)
    if not content.strip():
        msg = "There is no request body, so nothing was sent."
        raise BadInput(
            msg, where=name or "standard input", expected="--file FILE, or a body on standard input"
        )
    return content


def _content(name: str | None) -> bytes:
    """What a file or standard input has; of a terminal, nothing."""
    if name is None:
        return b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        msg = f"The request body cannot be read: {error.strerror}."
        raise BadInput(msg, where=name, expected="a file with a JSON object") from None


def _check_output(name: str | None) -> None:
    """Refuse an output file that cannot be written, before a snapshot is taken that nobody would hear of."""
    folder = Path(name).parent if name else Path()
    if name and (Path(name).is_dir() or not os.access(folder, os.W_OK)):
        msg = "The reply could not be written there, so nothing was sent."
        raise BadInput(msg, where=name, expected="a file in a folder that can be written to")


def _write(content: bytes, name: str | None) -> None:
    if name is not None:
        Path(name).write_bytes(content)
        return
    sys.stdout.buffer.write(content + (b"" if content.endswith(b"\n") else b"\n"))
    sys.stdout.buffer.flush()


def _state(snapshot: Any) -> str:
    return f"snapshot {quoted(snapshot.id)} is {quoted(snapshot.status)}"
