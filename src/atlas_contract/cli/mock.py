"""`atlas-contract mock`: the mock on a port, and the shell lines a client needs to talk to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from atlas_contract.contract import Contract, load
from atlas_contract.errors import BadInput

FAST = 0.0005  # of the observed time: a snapshot takes a tenth of a second


@click.command(name="mock")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port; 0 takes any free one.",
)
@click.option(
    "--clock",
    type=click.Choice(["real", "fast", "manual"]),
    default="real",
    show_default=True,
    help="How long a snapshot takes: minutes as on Atlas, less than a second, or as long as you let it.",
)
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="YAML file with another world; docs/scenario.yaml in the repository shows every key.",
)
@click.option(
    "--seed", type=int, help="Ids, secrets and luck follow from it.  [default: the scenario's, or 0]"
)
@click.option("--fault", metavar="ID", help="Serve a mock with this fault.")
def command(
    *, host: str, port: int, clock: str, scenario: Path | None, seed: int | None, fault: str | None
) -> int:
    """Serve a mock of the endpoint until Ctrl-C.

    Prints `export` lines for everything a client needs, then a line for each request on stderr.

    With `--clock manual` time stands still, and whoever is on this machine moves it: POST /_mock/clock with
    {"advance": SECONDS}. GET /_mock/clock and /_mock/world show what there is, without secrets; POST /_mock/reset
    begins anew.

    \b
    Examples:
      atlas-contract mock
      atlas-contract mock --port 0 --clock fast
      atlas-contract mock --clock manual --scenario world.yaml
      atlas-contract mock --fault drops-id
    """
    from atlas_contract.faults import with_fault
    from atlas_contract.mock import (
        Mock,
        Scenario,
        exports,
        is_everywhere,
        listening,
        read_scenario,
        serve_on,
        world_of,
    )
    from atlas_contract.mock.clock import clock_of
    from atlas_contract.mock.control import controlled
    from atlas_contract.mock.logs import log_to_stderr

    contract = load()
    begin = read_scenario(contract, scenario) if scenario else Scenario()
    begin = begin if seed is None else replace(begin, seed=_checked(seed))
    pace = FAST if clock == "fast" else 1.0
    time = clock_of(begin.start, manual=clock == "manual")
    built: list[Mock] = []

    def build(its_contract: Contract) -> Mock:
        built.append(Mock(its_contract, world_of(its_contract, begin, clock=time, pace=pace), pace=pace))
        return built[-1]

    handle = with_fault(fault, contract, build) if fault else build(contract).handle
    mock = built[-1]
    handler = controlled(mock, handle, host)
    log_to_stderr()
    with listening(mock, host, port) as listener:
        if is_everywhere(listener):
            click.echo("warning: whoever reaches this machine reaches the mock, and its secrets", err=True)
        click.echo("\n".join(exports(mock, mock.public_url)))
        click.echo(
            f"serving {mock.public_url} until Ctrl-C; paste the lines above into another shell", err=True
        )
        serve_on(listener, mock, handler=handler)
    return 0


def _checked(seed: int) -> int:
    """A seed, within what a scenario may have.

    Raises:
        BadInput: it is not.
    """
    from atlas_contract.mock.scenario_file import MOST_SEED

    if not 0 <= seed <= MOST_SEED:
        msg = f"The seed is {seed}."
        raise BadInput(msg, where="--seed", expected=f"a whole number from 0 to {MOST_SEED:,}")
    return seed
