"""The kill matrix: which cases find which fault, by which checks; worked out on as many cores as there are."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from threading import Thread

from atlas_contract.cases import derived_cases
from atlas_contract.contract import Contract, load
from atlas_contract.errors import LoginRefused
from atlas_contract.faults import Fault, catalogue
from atlas_contract.model import Case
from atlas_contract.runner.embedded import embedded
from atlas_contract.runner.gate import Gate, helpers, read_gate, smallest
from atlas_contract.runner.session import Session

CHUNK = 8  # faults that one process takes at a time


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: the checks that found it, by the case; the requests it took; why the run ended early, if it did."""

    fault: str
    found: Mapping[str, frozenset[str]]
    requests: int
    ended: str = ""

    @property
    def checks(self) -> frozenset[str]:
        """Every check that found the fault."""
        return frozenset().union(*self.found.values())

    def killed(self, fault: Fault) -> bool:
        """Whether a check found the fault of which the catalogue says that it would."""
        return not fault.caught_by.isdisjoint(self.checks)


def row(contract: Contract, fault: Fault, cases: Iterable[Case], *, full: bool) -> Row:
    """Run cases against the mock with one fault: all of them if `full`, else until the fault is found."""
    logging.getLogger("atlas_contract.mock").setLevel(
        logging.CRITICAL + 1
    )  # a bent mock may well fail, and say so
    session = Session(contract, embedded(contract, bend=fault.bend))
    found: dict[str, frozenset[str]] = {}
    for case in cases:
        try:
            outcome = session.perform(case)
        except LoginRefused as error:
            return Row(fault.id, found, session.requests, str(error))
        if outcome.findings:
            found[case.name] = frozenset(finding.check for finding in outcome.findings)
            if not full and not fault.caught_by.isdisjoint(found[case.name]):
                break
    return Row(fault.id, found, session.requests)


def honest(contract: Contract, *, seed: int = 0) -> Row:
    """The same for the mock without a fault: whatever is found is a false alarm."""
    session = Session(contract, embedded(contract, seed=seed))
    found = {
        case.name: frozenset(finding.check for finding in session.perform(case).findings)
        for case in derived_cases(contract, session.target.ground)
    }
    return Row("", {name: checks for name, checks in found.items() if checks}, session.requests)


def matrix(
    contract_path: Path, faults: Iterable[str], *, full: bool = False, gate: bool = False, jobs: int = 0
) -> Iterator[Row]:
    """A row for each fault, as they are done.

    Args:
        full: run every case against every fault, not only until it is found.
        gate: run the cases of the gate only.
        jobs: processes; 0 for as many as there are cores.

    Raises:
        FileNotFoundError: the current folder is gone, and several processes are wanted.
    """
    work = partial(_work, contract_path, full, gate)
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1:
        yield from map(work, faults)
        return
    Path.cwd()  # where workers begin: if it is gone, that is told before any of them can complain
    with (
        ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_obey_parent) as pool,
        _ended_at_once(),
    ):
        yield from pool.map(work, faults, chunksize=CHUNK)


def derive_gate(
    contract: Contract, faults: Mapping[str, Fault], rows: Iterable[Row], say: Callable[[str], None]
) -> tuple[Gate, int]:
    """The gate that follows from a full matrix, and how many cases there are in all.

    A fault that the smallest set misses, because it shows only after something else, gets the cases that it needs.
    """
    cases = derived_cases(contract, embedded(contract).ground)
    kills = {row.fault: _killers(row, faults[row.fault]) for row in rows}
    gate = smallest(kills, [case.name for case in cases])
    names = frozenset(gate.cases)
    for number, (name, killers) in enumerate(kills.items()):
        fault = faults[name]
        if killers and not _finds(contract, fault, cases, names):
            say(f"a context for {name} ({number:,} of {len(kills):,})")
            before = [each.name for each in cases[: _last(cases, killers) + 1] if each.name not in names]
            names |= helpers(names, before, partial(_finds, contract, fault, cases))
    return Gate(tuple(case.name for case in cases if case.name in names), gate.at_least), len(cases)


def _killers(of: Row, fault: Fault) -> list[str]:
    return [name for name, checks in of.found.items() if checks & fault.caught_by]


def _last(cases: tuple[Case, ...], killers: list[str]) -> int:
    return max(index for index, case in enumerate(cases) if case.name in killers)


def _finds(contract: Contract, fault: Fault, cases: tuple[Case, ...], names: frozenset[str]) -> bool:
    """Whether some cases, in the order of all, find a fault."""
    chosen = [case for case in cases if case.name in names]
    return row(contract, fault, chosen, full=False).killed(fault)


@contextmanager
def _ended_at_once() -> Iterator[None]:
    """Should the block be left before its end, the processes begun in it are not waited for."""
    before = set(active_children())
    try:
        yield
    except BaseException:
        for child in set(active_children()) - before:
            child.terminate()
        raise


def _obey_parent() -> None:
    """In a worker: leave Ctrl-C to the parent, and end with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _work(contract_path: Path, full: bool, gate: bool, fault_id: str) -> Row:  # noqa: FBT001  picklable and flat
    contract = _contract(contract_path)
    fault = catalogue(contract)[fault_id]
    tried = None
    if not full and not gate:
        near = [case for case in _cases(contract, True) if _is_near(case, fault)]  # noqa: FBT003
        tried = row(contract, fault, near, full=False)
        if tried.killed(fault):
            return tried
    found = row(contract, fault, _cases(contract, gate), full=full)
    return replace(found, requests=tried.requests + found.requests) if tried else found


def _is_near(case: Case, fault: Fault) -> bool:
    """Whether a case is likely to find a fault: it is about the same clause, or the operation that the fault names."""
    return case.clause == fault.clause or case.operation in fault.id.split(".")


@lru_cache(maxsize=1)
def _contract(path: Path) -> Contract:
    return load(path)


@lru_cache(maxsize=4)
def _cases(contract: Contract, gate: bool) -> tuple[Case, ...]:  # noqa: FBT001
    """The cases of the gate before the others: they find most, and soon."""
    cases = derived_cases(contract, embedded(contract).ground)
    first = read_gate()
    chosen = tuple(case for case in cases if case.name in first)
    return chosen if gate else (*chosen, *(case for case in cases if case.name not in first))
