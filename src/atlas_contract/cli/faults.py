"""`atlas-contract faults`: the catalogue of faults, and the proof that the suite finds each of them."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.delivery import report_options
from atlas_contract.cli.progress import Progress
from atlas_contract.cli.signals import signals_as_interrupts
from atlas_contract.cli.usage import refuse_beside
from atlas_contract.errors import BadInput

if TYPE_CHECKING:
    from atlas_contract.faults import Fault
    from atlas_contract.reports.record import Matrix
    from atlas_contract.reports.verdict import Verdict
    from atlas_contract.runner.matrix import Row


@click.group(name="faults", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """The faults that a server of this contract could have, and whether the suite finds them.

    \b
    Examples:
      atlas-contract faults list --family state
      atlas-contract faults run
      atlas-contract faults run two-unfinished drops-id
      atlas-contract faults coverage                   what is proved, and what nobody judges
      atlas-contract mock --fault two-unfinished       serve one of them
    """


@command.command(name="list")
@click.option("--family", metavar="NAME", help="Only the faults of one family.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_command(family: str | None, as_json: bool) -> int:
    """List the faults: id, family, what the server does wrong, the clause it breaks."""
    faults = _chosen((), family)
    if as_json:
        click.echo(json.dumps([_described(fault) for fault in faults.values()], indent=2))
        return 0
    for fault in faults.values():
        click.echo(f"{fault.id}\n    a server that {fault.harm}" + _note(fault))
    families = Counter(fault.family for fault in faults.values())
    told = ", ".join(f"{count} {name}" for name, count in families.items())
    click.echo(f"{len(faults):,} faults ({told}); `atlas-contract mock --fault ID` serves one", err=True)
    return 0


@command.command(name="run")
@click.argument("ids", nargs=-1)
@click.option("--family", metavar="NAME", help="Only the faults of one family.")
@click.option("--gate", is_flag=True, help="Only the cases of the gate.")
@click.option("--full", is_flag=True, help="Every case against every fault, not only until it is found.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Processes.  [default: one a core]")
@click.option("--json", "as_json", is_flag=True, help="Every row of the matrix, for programs.")
@click.option("--write-gate", type=click.Path(path_type=Path), help="With --full: work the gate out anew.")
@report_options
def run_command(
    *,
    ids: tuple[str, ...],
    family: str | None,
    gate: bool,
    full: bool,
    jobs: int,
    as_json: bool,
    write_gate: Path | None,
    report: Path | None,
    former: Path | None,
) -> int:
    """Give the mock one fault after the other, and see that the suite finds it.

    Exits with 1 if a fault survives that is not declared to be beyond anybody's sight.
    """
    from atlas_contract.contract import load
    from atlas_contract.reports.delivery import Wanted, deliver, wanted
    from atlas_contract.reports.verdict import Ruling
    from atlas_contract.runner.trials import faults_document, matrix_of

    if write_gate is not None and (not full or gate or ids or family):
        msg = "The gate can only be worked out from the full matrix of all faults."
        raise BadInput(
            msg, where="--write-gate", hint="faults run --full --write-gate contract_tests/gate.json"
        )
    if ids:
        refuse_beside("NAME", {"--family": family}, why="a fault that is named is run, whatever its family")
    if full:
        refuse_beside("--full", {"--gate": gate}, why="one runs every case, the other those of the gate only")
    delivery, began = wanted(report, former), time.time()
    faults = _chosen(ids, family)
    rows = _run(faults, full=full, gate=gate, jobs=jobs)
    if as_json:
        click.echo(json.dumps([_told(row) for row in rows], indent=2))
    if write_gate is not None:
        _write_gate(write_gate, faults, rows)
    matrix = matrix_of(faults, rows, full=full)
    verdict = _verdict(matrix)
    if delivery != Wanted():
        document = faults_document(load(), matrix, began=began, seconds=time.time() - began)
        deliver(document, delivery, partial(click.echo, err=as_json))
    return 0 if verdict.ruling is Ruling.HOLDS else 1


@command.command(name="coverage")
@click.option("--all", "everything", is_flag=True, help="The proved clauses, too.")
@click.option(
    "--json", "as_json", is_flag=True, help="Every clause with its cases, checks and faults, for programs."
)
def coverage_command(*, everything: bool, as_json: bool) -> int:
    """Tell which clauses of the contract are proved, which only exercised, and which nobody judges.

    A clause is proved when a fault that breaks it is in the catalogue, where the suite is seen to find it.
    """
    from atlas_contract.contract import load
    from atlas_contract.contract.vacuity import vacuous
    from atlas_contract.runner import embedded
    from atlas_contract.runner.coverage import coverage

    contract = load()
    clauses = coverage(contract, embedded(contract).ground)
    empty = [f"{each.operation} {each.status}" for each in vacuous(contract)]
    if as_json:
        keys = ("clause", "side", "state", "cases", "checks", "faults")
        rows = [{key: getattr(each, key) for key in keys} for each in clauses]
        click.echo(json.dumps({"clauses": rows, "provesNothing": empty}, indent=2))
        return 0
    for each in clauses:
        if everything or each.state != "proved":
            click.echo(f"{each.state:<10} {each.clause} ({len(each.cases)} cases, {len(each.faults)} faults)")
    for reply in empty:
        click.echo(f"proves nothing: the schema of {reply} allows an empty object")
    states = Counter(each.state for each in clauses)
    told = ", ".join(f"{states[state]:,} {state}" for state in ("proved", "exercised", "unjudged"))
    click.echo(f"verdict    {len(clauses):,} clauses: {told}; {len(empty)} replies prove nothing")
    return 0


def _run(faults: dict[str, Fault], *, full: bool, gate: bool, jobs: int) -> list[Row]:
    from atlas_contract.contract.document import packaged_path
    from atlas_contract.runner.matrix import matrix

    rows, started = [], time.monotonic()
    with Progress(sys.stderr) as progress, signals_as_interrupts():
        for row in matrix(packaged_path(), list(faults), full=full, gate=gate, jobs=jobs):
            rows.append(row)
            if len(rows) % 100 == 0 or len(rows) == len(faults):
                progress.say(f"{len(rows):,} of {len(faults):,} faults")
    click.echo(
        f"{sum(row.requests for row in rows):,} requests in {time.monotonic() - started:.1f} s", err=True
    )
    return rows


def _verdict(matrix: Matrix) -> Verdict:
    """Say what became of the faults that nobody found, and the verdict."""
    from atlas_contract.reports.record import Fate
    from atlas_contract.reports.verdict import matrix_verdict

    for row in matrix.rows:
        if row.fate is Fate.SURVIVED:
            found = f"; found by {', '.join(row.checks)} only" if row.checks else ""
            click.echo(
                f"survived   {row.fault}: a server that {row.harm}{found}{row.why and f' ({row.why})'}"
            )
    for row in matrix.rows:
        if row.fate is Fate.EQUIVALENT:
            click.echo(f"equivalent {row.fault}: {row.why}")
    verdict = matrix_verdict(matrix)
    click.echo(f"verdict    {verdict.text}")
    return verdict


def _write_gate(path: Path, faults: dict[str, Fault], rows: list[Row]) -> None:
    from atlas_contract.contract import load
    from atlas_contract.reports.output import write_whole
    from atlas_contract.runner.matrix import derive_gate

    with Progress(sys.stderr) as progress:
        gate, cases = derive_gate(load(), faults, rows, progress.say)
    content = {"faults": len(rows), "atLeast": gate.at_least, "cases": list(gate.cases)}
    write_whole(path, json.dumps(content, indent=2) + "\n")
    click.echo(f"gate       {len(gate.cases)} of {cases:,} cases; no set can have fewer than {gate.at_least}")


def _chosen(ids: tuple[str, ...], family: str | None) -> dict[str, Fault]:
    """The faults that are meant, in the catalogue's order."""
    from atlas_contract.contract import load
    from atlas_contract.faults import catalogue, find

    contract = load()
    every = catalogue(contract)
    families = dict.fromkeys(fault.family for fault in every.values())
    if family is not None and family not in families:
        msg = f"There is no family {family!r}."
        raise BadInput(msg, where="--family", expected=", ".join(families))
    wanted = {find(name, contract, where=f"faults run {name}").id for name in ids}
    return {
        name: fault
        for name, fault in every.items()
        if (not wanted or name in wanted) and family in (None, fault.family)
    }


def _described(fault: Fault) -> dict[str, object]:
    return {
        "id": fault.id,
        "family": fault.family,
        "harm": fault.harm,
        "clause": fault.clause,
        "caughtBy": sorted(fault.caught_by),
        "derived": fault.derived,
        "equivalent": fault.equivalent or None,
    }


def _told(row: Row) -> dict[str, object]:
    found = {case: sorted(checks) for case, checks in row.found.items()}
    return {"fault": row.fault, "found": found, "requests": row.requests, "ended": row.ended or None}


def _note(fault: Fault) -> str:
    return f"\n    cannot be seen: {fault.equivalent}" if fault.equivalent else ""
