"""`atlas-contract mock`: the mock on a port, and the shell lines a client needs to talk to it."""

from __future__ import annotations

import click

from atlas_contract.contract import load

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
    type=click.Choice(["real", "fast"]),
    default="real",
    show_default=True,
    help="How long a snapshot takes: minutes as on Atlas, or less than a second.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Ids and secrets follow from it.")
@click.option("--fault", metavar="ID", help="Serve a mock with this fault.")
def command(host: str, port: int, clock: str, seed: int, fault: str | None) -> int:
    """Serve a mock of the endpoint until Ctrl-C.

    Prints `export` lines for everything a client needs, then a line for each request on stderr.

    \b
    Examples:
      atlas-contract mock
      atlas-contract mock --port 0 --clock fast
      atlas-contract mock --fault drops-id
    """
    from atlas_contract.faults import with_fault
    from atlas_contract.mock import Mock, RealClock, default_world, exports, listening, serve_on
    from atlas_contract.mock.logs import log_to_stderr

    contract = load()
    world = default_world(contract, seed=seed, clock=RealClock())
    mock = Mock(contract, world, pace=FAST if clock == "fast" else 1.0)
    handler = with_fault(fault, mock) if fault else mock.handle
    log_to_stderr()
    with listening(mock, host, port) as listener:
        click.echo("\n".join(exports(mock, mock.public_url)))
        click.echo(
            f"serving {mock.public_url} until Ctrl-C; paste the lines above into another shell", err=True
        )
        serve_on(listener, mock, handler=handler)
    return 0
