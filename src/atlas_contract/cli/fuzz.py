"""`atlas-contract fuzz`: explore a staging project, guarded, within a budget, and clean up behind it."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.delivery import baseline_option, report_options
from atlas_contract.cli.place import finish_line, ledger_path, place_of, place_options
from atlas_contract.cli.progress import Progress
from atlas_contract.cli.signals import signals_as_interrupts

if TYPE_CHECKING:
    from atlas_contract.cli.careful_run import Told
    from atlas_contract.contract import Contract
    from atlas_contract.runner.careful import Place
    from atlas_contract.runner.plan import Plan


@click.command(name="fuzz")
@place_options
@click.option(
    "--plan", "only_plan", is_flag=True, help="Say what would be sent and what it can cost; send nothing."
)
@click.option("--snapshots", type=int, default=3, show_default=True, help="The most snapshots to create.")
@click.option("--days", type=int, default=1, show_default=True, help="How many days each of them is kept.")
@click.option(
    "--requests", type=int, default=600, show_default=True, help="The most requests, cleaning up apart."
)
@click.option("--seconds", type=float, default=900.0, show_default=True, help="Wall time, cleaning up apart.")
@click.option("--seed", type=int, default=0, show_default=True, help="The random cases follow from it.")
@click.option(
    "--random", "extra", type=click.IntRange(min=0), default=100, show_default=True, help="Random cases."
)
@click.option(
    "--bundle", type=click.Path(path_type=Path), metavar="FILE", help="Where findings go, as a zip file."
)
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output.")
@baseline_option
@report_options
def command(
    *,
    target: str | None,
    project: str | None,
    cluster: str,
    live: bool,
    config: Path,
    ledger: Path | None,
    only_plan: bool,
    snapshots: int,
    days: int,
    requests: int,
    seconds: float,
    seed: int,
    extra: int,
    bundle: Path | None,
    as_json: bool,
    baseline: Path | None,
    report: Path | None,
    former: Path | None,
) -> int:
    """Explore a staging project without fear.

    Takes at most a few snapshots, one at a time, each marked and kept for a day; while one is made, sends what cannot
    make another; removes all of them in the end. Nothing outside the project and the cluster is touched. A run that
    is interrupted cleans up; interrupted twice, it stops at once and says how to finish.

    A server elsewhere than on this machine needs three permissions: --live, --project typed here, and a file
    atlas-contract.toml:

    \b
      [live]
      url = "https://HOST"
      projects = ["PROJECT-ID"]
      clusters = ["CLUSTER-NAME"]

    \b
    Examples:
      atlas-contract fuzz --target http://127.0.0.1:8080 --plan
      atlas-contract fuzz --target http://127.0.0.1:8080
      atlas-contract fuzz --live --target https://HOST --project ID --cluster NAME --snapshots 1
    """
    from atlas_contract.cases.marking import Marking
    from atlas_contract.cli.careful_run import run_and_clean
    from atlas_contract.contract import load
    from atlas_contract.guard.budget import Budget
    from atlas_contract.reports.baseline import known
    from atlas_contract.reports.delivery import deliver, wanted
    from atlas_contract.runner.careful import careful_plan, careful_target
    from atlas_contract.runner.clock import Time

    delivery, accepted = wanted(report, former), known(baseline)
    budget = Budget(snapshots, days, requests, seconds)
    place = place_of(target=target, project=project, cluster=cluster, live=live, config=config)
    contract = load()
    if only_plan:
        marking = Marking(contract, "", budget.days)
        say_plan(contract, place, careful_plan(contract, place, budget, marking, chance=(seed, extra)))
        return 0
    finish = finish_line(place, ledger, leave=config if live else None)
    with (
        Progress(sys.stderr) as progress,
        signals_as_interrupts(),
        careful_target(contract, place, budget, ledger_path(ledger), time=Time(wait=progress.wait)) as opened,
    ):
        plan = careful_plan(contract, place, budget, opened.marking, chance=(seed, extra))
        told = run_and_clean(opened, plan, progress, finish, accepted)
    if told.summary.findings:
        _write_bundle(bundle, told)
    _say(told, as_json=as_json)
    deliver(told.document(), delivery, partial(click.echo, err=as_json), told.summary.new)
    return told.code


def say_plan(contract: Contract, place: Place, plan: Plan) -> None:
    """Print a plan."""
    budget, main = plan.budget, contract.main
    lines = [
        f"target     {place.base_url}, project {place.project}, cluster {place.cluster}",
        f"operation  {main.method} {main.path}",
        f"cases      {len(plan.cases):,}; {plan.harmful:,} of them take a snapshot only if the server is at fault",
        f"creates    at most {budget.snapshots} snapshots, kept {budget.days} day(s), removed at the end of the run",
        f"requests   at most {budget.requests:,}, and as many as cleaning up takes",
        f"time       at most {budget.seconds:,.0f} s, and until the last snapshot is finished and removed",
        *(f"left out   {count:,} cases: {reason}" for reason, count in sorted(plan.left_out.items())),
        "nothing was sent; run it again without --plan",
    ]
    click.echo("\n".join(lines))


def _write_bundle(given: Path | None, told: Told) -> None:
    from atlas_contract.reports import bundle

    path = given or Path(f"atlas-contract-{told.run}.zip")
    bundle.write(path, told.summary, told.document())
    click.echo(f"findings with their exchanges: {path}", err=True)


def _say(told: Told, *, as_json: bool) -> None:
    from atlas_contract.reports import console

    if as_json:
        click.echo(json.dumps(told.document(), indent=2, ensure_ascii=False))
        return
    for proposal in told.proposals:
        click.echo(f"learned, and not yet in the contract:\n{told.summary.redacted(proposal)}\n")
    for line in console.summary(told.summary):
        click.echo(line)
