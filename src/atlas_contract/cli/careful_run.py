"""One careful run on a terminal: the campaign with its progress, then the cleaning up, whatever happens."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from atlas_contract.cli.main import INTERRUPTED
from atlas_contract.errors import AtlasContractError, BudgetSpent, LoginRefused, TargetUnreachable
from atlas_contract.reports.baseline import Baseline
from atlas_contract.reports.console import Summary
from atlas_contract.reports.document import document
from atlas_contract.reports.record import Seen, Standing, Timeline
from atlas_contract.runner.campaign import Campaign, Result
from atlas_contract.runner.cleanup import Cleaner
from atlas_contract.runner.fidelity import compare
from atlas_contract.runner.first_look import look
from atlas_contract.runner.session import Session
from atlas_contract.runner.standing import after_session
from atlas_contract.runner.timeline import timeline

if TYPE_CHECKING:
    from atlas_contract.cli.progress import Progress
    from atlas_contract.model import Finding
    from atlas_contract.runner.careful import Opened
    from atlas_contract.runner.plan import Plan


@dataclass
class Told:
    """What a run has to tell, and its exit code; `proposals` are edits of the contract that it suggests."""

    run: str
    summary: Summary
    code: int
    standings: tuple[Standing, ...]
    timeline: Timeline
    proposals: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The JSON document of the run."""
        return document("fuzz", self.summary, self.standings, timeline=self.timeline, learned=self.proposals)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run ended before its end, and the exit code of that; "" and 0 if it did not."""

    trouble: str = ""
    code: int = 0


def run_and_clean(opened: Opened, plan: Plan, progress: Progress, finish: str, baseline: Baseline) -> Told:
    """Run a campaign; remove what it took, also after an interrupt or an error; compare with the mock.

    Args:
        finish: the command that finishes what cannot be removed now.
        baseline: the findings that do not fail the run.

    A server that goes away ends the run, and what was found until then is told; so is what may be left there.

    Raises:
        BadInput, TargetUnreachable, LoginRefused, GuardRefused: the run could not begin, or not be written down.
    """
    session = Session(opened.watch.contract, opened.target)
    began = opened.target.now()

    def show(result: Result) -> None:
        progress.say(_standing(opened, result), key=(result.phase, len(result.findings)))

    campaign = Campaign(session, opened.watch, plan, show)
    try:
        opened.require_solitude()
        look(session)
    except AtlasContractError:
        opened.watch.ledger.end(opened.watch.run, opened.target.now())
        raise
    ending = Ending()
    try:
        campaign.run()
    except KeyboardInterrupt:
        ending = Ending("interrupted", INTERRUPTED)
    except (TargetUnreachable, LoginRefused) as error:
        ending = Ending(str(error), error.exit_code)
    finally:
        left = _clean(opened, progress, finish)
    summary, proposals = _summed_up(opened, campaign.result, began, ending.trouble)
    notes = [f"{each}; to finish: {finish}" for each in left]
    summary = replace(
        summary,
        notes=(*notes, *summary.notes, *baseline.notes(summary.findings)),
        accepted=baseline.accepted(summary.findings),
    )
    return Told(
        run=opened.watch.run.id,
        summary=summary,
        code=ending.code or _code(summary, left),
        standings=after_session(session, summary.findings),
        timeline=timeline(session.contract, opened.watch.ledger, opened.watch.run, session.snapshots.states),
        proposals=proposals,
    )


def _code(summary: Summary, left: list[str]) -> int:
    if summary.new or left:
        return 1
    return 0 if summary.cases else BudgetSpent.exit_code


def _clean(opened: Opened, progress: Progress, finish: str) -> list[str]:
    """Remove what the run took; what is left, with the reason. A run that has asked for nothing has taken nothing."""
    if not opened.watch.asked_for:
        opened.watch.ledger.end(opened.watch.run, opened.target.now())
        return []
    cleaner = Cleaner(
        opened.target,
        opened.watch,
        is_alive=opened.others_alive,
        only=opened.watch.run,
        tell=progress.say,
    )
    try:
        progress.say("cleaning up; interrupt again to stop at once")
        found = cleaner.clean(apply=True)
    except KeyboardInterrupt:
        click.echo(f"\nstopped at once; snapshots may be left. To finish:\n  {finish}", err=True)
        sys.exit(INTERRUPTED)
    except (TargetUnreachable, LoginRefused) as error:
        return [f"snapshots may be left: {error.what}"]
    except Exception:
        click.echo(f"\nsnapshots may be left. To finish:\n  {finish}", err=True)
        raise
    return [f"snapshot {each.snapshot} is left: {each.stays}" for each in found.staying]


def _summed_up(opened: Opened, result: Result, began: float, trouble: str) -> tuple[Summary, list[str]]:
    """What the run has to tell, and the edits of the contract that it suggests."""
    target, watch = opened.target, opened.watch
    differing, learned = compare(watch.contract, target, result.performed)
    notes = []
    if watch.pace.limited:
        notes.append(
            f"{watch.pace.limited} requests were refused for want of room in the token bucket, of which this run takes "
            "its share only: others use it too, or it is another than the contract says"
        )
    if result.ended:
        notes.append(result.ended)
    summary = Summary(
        contract=watch.contract,
        target=target.name,
        base_url=target.base_url,
        cases=result.by_clause,
        requests=watch.purse.requests,
        seconds=target.now() - began,
        findings=(*result.findings, *_new(differing, result)),
        troubles=(trouble,) if trouble else (),
        notes=tuple(notes),
        left_out=result.left_out,
        secrets=tuple(target.secrets),
        began=watch.run.began,
        seen={identity: Seen(times) for identity, times in result.times.items()},
    )
    return summary, [each.proposal(target.base_url, target.now()) for each in learned]


def _new(differing: list[Finding], result: Result) -> list[Finding]:
    """What no check has found already, of the same exchange."""
    known = {id(finding.exchange) for finding in result.findings}
    return [each for each in differing if id(each.exchange) not in known]


def _standing(opened: Opened, result: Result) -> str:
    purse = opened.watch.purse
    requests = f"{purse.requests}/{purse.budget.requests} requests"
    snapshots = f"{purse.created}/{purse.budget.snapshots} snapshots, {len(opened.watch.created)} to remove"
    return f"{result.phase}: {requests}, {snapshots}, {len(result.findings)} findings"
