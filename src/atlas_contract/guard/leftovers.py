"""What dead runs left: for each snapshot of a cluster whether it is provably ours, and why it stays if it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.guard.ledger import MARK, Run

CLOCKS_DIFFER = 300.0  # seconds by which a server's clock may be behind ours


@dataclass(frozen=True, slots=True)
class Leftover:
    """One snapshot that names this tool, or that the ledger names.

    `run` is the run that took it, None if that is not known; `stays` says why it is left alone, "" if it is ours.
    """

    snapshot: str
    run: Run | None
    status: str
    stays: str = ""


def leftovers(
    listed: Iterable[Mapping[str, Any]],
    runs: Iterable[Run],
    owner: Callable[[str], str],
    is_alive: Callable[[Run], bool],
) -> Iterator[Leftover]:
    """Judge the snapshots of one cluster; those that do not name this tool in any way are not mentioned.

    Args:
        listed: the snapshots as the server tells of them.
        runs: the ledger's runs at this cluster.
        owner: the id of the run that the ledger says took a snapshot, "" if it does not say.
        is_alive: whether a run still runs.
    """
    known = {run.id: run for run in runs}
    alive = {run.id for run in known.values() if is_alive(run)}
    for document in listed:
        snapshot, text = str(document.get("id")), document.get("description")
        marked = text.removeprefix(MARK) if isinstance(text, str) and text.startswith(MARK) else ""
        recorded = owner(snapshot)
        if not marked and not recorded:
            continue
        run = known.get(recorded or marked)
        yield Leftover(
            snapshot, run, str(document.get("status")), _objection(snapshot, run, alive, by_mark=not recorded)
        )


def _objection(snapshot: str, run: Run | None, alive: set[str], *, by_mark: bool) -> str:
    if run is None:
        return "its run is not in this ledger: perhaps another machine's"
    if run.id in alive:
        return f"run {run.id} is still running"
    if by_mark and _second(snapshot) < run.began - CLOCKS_DIFFER:
        return f"it is older than run {run.id}, whose mark it carries"
    return ""


def _second(snapshot: str) -> float:
    """The second in which an ObjectId was made, 0.0 for what is none."""
    try:
        return float(int(snapshot[:8], 16))
    except ValueError:
        return 0.0
