"""A kill matrix as a report tells it: what became of each fault, and what that proves of the clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.faults import Fault
from atlas_contract.reports.document import matrix_document
from atlas_contract.reports.record import Fate, Matrix, Standing, State, Tried
from atlas_contract.runner.coverage import Covered, coverage
from atlas_contract.runner.embedded import embedded
from atlas_contract.runner.matrix import Row
from atlas_contract.runner.standing import standing_of


def matrix_of(faults: Mapping[str, Fault], rows: Iterable[Row], *, full: bool) -> Matrix:
    """The matrix as reports tell it; `full` says that each fault met every case, not only until it was found."""
    return Matrix(tuple(tried(faults[row.fault], row) for row in rows), full)


def faults_document(contract: Contract, matrix: Matrix, *, began: float, seconds: float) -> dict[str, Any]:
    """The JSON document of `faults run`; `began` counts from 1970."""
    target = embedded(contract)
    return matrix_document(
        contract,
        matrix,
        after_trials(contract, matrix),
        target=target.name,
        began=began,
        seconds=seconds,
    )


def tried(fault: Fault, row: Row) -> Tried:
    """What became of one fault."""
    unfound = Fate.EQUIVALENT if fault.equivalent else Fate.SURVIVED
    return Tried(
        fault=fault.id,
        family=fault.family,
        harm=fault.harm,
        clause=fault.clause,
        fate=Fate.KILLED if row.killed(fault) else unfound,
        checks=tuple(sorted(row.checks)),
        requests=row.requests,
        why=row.ended or fault.equivalent,
    )


def after_trials(contract: Contract, matrix: Matrix) -> tuple[Standing, ...]:
    """Every clause after a trial of faults: proved if some were tried that break it, and all of them were found."""
    fates: dict[str, list[Fate]] = {}
    for row in matrix.rows:
        if row.fate is not Fate.EQUIVALENT:
            fates.setdefault(row.clause, []).append(row.fate)

    def state(covered: Covered) -> State:
        found = fates.get(covered.clause, [])
        if found and Fate.SURVIVED not in found:
            return State.PROVED
        return State.EXERCISED if covered.cases else State.UNJUDGED

    known = coverage(contract, embedded(contract).ground)
    return tuple(standing_of(contract, each, state(each), len(each.cases)) for each in known)
