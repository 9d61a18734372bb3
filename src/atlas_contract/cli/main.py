"""The `atlas-contract` command: finds the command asked for, and turns errors into messages and exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from atlas_contract.cli.streams import explained, keep_open
from atlas_contract.errors import AtlasContractError, MissingExtra

COMMANDS = {
    "mock": "Serve a mock of the endpoint.",
    "test": "Run the contract suite.",
    "fuzz": "Explore a staging project, guarded and within a budget.",
    "cleanup": "Remove what interrupted runs of fuzz left behind.",
    "verify": "Judge recorded traffic, sending nothing.",
    "faults": "List the faults a server could have, and prove that the suite finds them.",
    "api": "Call the endpoint with the Atlas CLI's own flags.",
    "generate": "Regenerate the client after a change of the contract.",
    "diff": "Say what a change of the contract means for its callers.",
    "upstream": "Hold the contract against Atlas's full published specification.",
    "lint": "Check spec/ by OpenAPI's rules and by our own.",
}
EXTRAS = {
    "mock": "mock",
    "generate": "generate",
    "diff": "suite,generate",
    "upstream": "generate",
    "lint": "generate,mock",
}
OWN = ("atlas_contract", "atlas_snapshots")
INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that knows its commands by name and one line each, and imports one only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"atlas_contract.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101  for the type checker
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for.

        Raises:
            MissingExtra: it needs a library of an extra that is not installed.
            BadInput: the system does not let it read or write something.
        """
        try:
            with explained():
                return super().invoke(ctx)
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if not library or library in OWN:
                raise
            command = ctx.invoked_subcommand or "the command"
            msg = f"`{command}` needs {library}, which is not installed."
            extra = EXTRAS.get(command, "suite")
            raise MissingExtra(msg, hint=f"pip install 'atlas-contract[{extra}]'") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="atlas-contract", prog_name="atlas-contract")
def cli() -> None:
    """Keep a Python client, a mock server and a contract suite true to one OpenAPI fragment.

    The fragment describes one MongoDB Atlas endpoint: take one on-demand snapshot of a cluster.

    \b
    Examples:
      atlas-contract test                    run the suite against the embedded mock
      atlas-contract mock --port 8080        serve the mock, print what a client needs
      atlas-contract api cloudBackups takeSnapshots --help
      atlas-contract generate --check        is generated/ what spec/ says it should be?

    \b
    Exit codes:
      0 clean · 1 findings · 2 usage, bad or no input · 3 target unreachable or login refused
      4 guard refused · 130 interrupted · 141 nobody read the output
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and leave with its exit code."""
    keep_open()
    try:
        code = cli.main(args=arguments, standalone_mode=False)
    except AtlasContractError as error:
        click.echo(f"error: {error}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)
