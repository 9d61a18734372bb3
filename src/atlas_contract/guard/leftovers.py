"""What dead runs left: for each snapshot of a cluster whether it is provably ours, and why it stays if it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.guard.ledger import MARK, Run

CLOCKS_DIFFER = 300.0  # seconds by which a server's clock may differ from ours


@dataclass(frozen=True, slots=True)
class Leftover:
    """One snapshot that names this tool, or that the ledger names for want of a name.

    `run` is the run that took it, None if that is not known; `stays` says why it is left alone, "" if it is ours.
    """

    snapshot: str
    run: Run | None
    status: str
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger has of a snapshot: the run that took it, and whether its description must say so."""

    run: str
    marked: bool


def leftovers(
    listed: Iterable[Mapping[str, Any]],
    runs: Iterable[Run],
    records: Mapping[str, Record],
    is_alive: Callable[[Run], bool],
) -> Iterator[Leftover]:
    """Judge the snapshots of one cluster; those that nothing connects with this tool are not mentioned.

    Args:
        listed: the snapshots as the server tells of them.
        runs: the ledger's runs at this cluster.
        records: what the ledger has of snapshots, by their ids.
        is_alive: whether a run still runs.
    """
    known = {run.id: run for run in runs}
    alive = {run.id for run in known.values() if is_alive(run)}
    for document in listed:
        told, text = document.get("id"), document.get("description")
        snapshot = told if isinstance(told, str) else ""
        mark = text.removeprefix(MARK) if isinstance(text, str) and text.startswith(MARK) else ""
        record = records.get(snapshot)
        if mark or record:
            run = known.get(record.run if record else mark)
            stays = _objection(snapshot, run, alive) or _doubt(snapshot, run, text, record)
            yield Leftover(snapshot, run, str(document.get("status")), stays)


def _objection(snapshot: str, run: Run | None, alive: set[str]) -> str:
    if run is None:
        return "its run is not in this ledger: perhaps another machine's"
    if run.id in alive:
        return f"run {run.id} is still running"
    return "" if snapshot else "the server does not tell its id"


def _doubt(snapshot: str, run: Run | None, text: Any, record: Record | None) -> str:
    """Why it might not be ours after all."""
    began = run.began if run else 0.0
    if record is None and second_of(snapshot) < began - CLOCKS_DIFFER:
        return "it is older than the run whose mark it carries"
    if record is not None and record.marked and text and run and text != run.mark:
        return "its description is not the one that we asked for"
    return ""


def second_of(snapshot: str) -> float:
    """The second in which an ObjectId was made, 0.0 for what is none."""
    try:
        return float(int(snapshot[:8], 16))
    except ValueError:
        return 0.0
