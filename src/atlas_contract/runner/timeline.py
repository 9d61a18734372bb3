"""The timeline of a careful run: its requests and its snapshots, as the ledger has them."""

from __future__ import annotations

from collections.abc import Mapping

from atlas_contract.contract import Contract
from atlas_contract.guard.ledger import Ledger, Run
from atlas_contract.reports.record import Life, Sent, Timeline


def timeline(
    contract: Contract, ledger: Ledger, run: Run, states: Mapping[str, Mapping[str, float]]
) -> Timeline:
    """What a run did and when, by the seconds since it began.

    Args:
        states: of each snapshot, the states that the run has seen, with the second when each was seen first.

    Raises:
        LedgerUnusable: the ledger cannot be read.
    """

    def operation(method: str, target: str) -> str:
        found = contract.match(method, target.partition("?")[0])
        return found[0].id if found else ""

    sent = tuple(
        Sent(at - run.began, method, operation(method, target), status)
        for at, method, target, status in ledger.requests_of(run)
    )
    lives = tuple(
        Life(
            snapshot,
            at - run.began,
            None if removed is None else removed - run.began,
            tuple((first - run.began, state) for state, first in states.get(snapshot, {}).items()),
        )
        for snapshot, at, removed in ledger.snapshots_of(run)
    )
    return Timeline(sent, lives)
