"""`atlas-contract cleanup`: what interrupted runs left is found, and removed if asked to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.place import ledger_path, place_of, place_options
from atlas_contract.cli.progress import Progress
from atlas_contract.cli.usage import Seconds

if TYPE_CHECKING:
    from atlas_contract.runner.cleanup import Cleaned


@click.command(name="cleanup")
@place_options
@click.option("--apply", is_flag=True, help="Remove them; without it, only say what would be removed.")
@click.option(
    "--wait",
    type=Seconds(),
    default=1800.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for unfinished snapshots, which cannot be removed.",
)
def command(
    *,
    target: str | None,
    project: str | None,
    cluster: str,
    live: bool,
    config: Path,
    ledger: Path | None,
    apply: bool,
    wait: float,
) -> int:
    """Remove the snapshots that dead runs of `fuzz` left at a cluster.

    Only what is provably ours is removed: snapshots that the ledger names, or whose description carries the mark of
    a run in the ledger. Snapshots of runs that still run are left alone. Safe to repeat.

    Exit code 0: nothing of ours is left. 1: something is, and it is said why.

    \b
    Examples:
      atlas-contract cleanup --target http://127.0.0.1:8080
      atlas-contract cleanup --target http://127.0.0.1:8080 --apply
      atlas-contract cleanup --live --target https://HOST --project ID --cluster NAME --apply
    """
    from atlas_contract.contract import load
    from atlas_contract.guard.budget import Budget
    from atlas_contract.runner.careful import careful_target
    from atlas_contract.runner.cleanup import Cleaner
    from atlas_contract.runner.clock import Time

    place = place_of(target=target, project=project, cluster=cluster, live=live, config=config)
    path = ledger_path(ledger)
    with (
        Progress(sys.stderr) as progress,
        careful_target(load(), place, Budget(), path, time=Time(wait=progress.wait)) as opened,
    ):
        cleaner = Cleaner(
            opened.target, opened.watch, is_alive=opened.others_alive, wait_at_most=wait, tell=progress.say
        )
        found = cleaner.clean(apply=apply)
        opened.watch.ledger.end(opened.watch.run, opened.target.now())
    for line in told(found):
        click.echo(line)
    return 0 if found.is_clean else 1


def told(found: Cleaned) -> list[str]:
    """What became of each snapshot, in words; the next step last."""
    lines = [f"removed    {each}" for each in found.removed]
    lines += [f"gone       {each}: the server no longer lists it" for each in found.gone]
    for each in found.would_remove:
        lines.append(
            f"would remove  {each.snapshot} ({each.status}), of run {each.run.id if each.run else '?'}"
        )
    lines += [f"left alone {each.snapshot} ({each.status}): {each.stays}" for each in found.staying]
    if found.would_remove:
        lines.append("nothing was removed; run it again with --apply")
    elif found.is_clean:
        lines.append("nothing of ours is left")
    else:
        lines.append("something of ours is left; run it again later")
    return lines
