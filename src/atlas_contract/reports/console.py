"""The closing words of a run on a terminal: what was probed, what was found, how to see it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from atlas_contract import redact
from atlas_contract.contract import Contract
from atlas_contract.model import Exchange, Finding
from atlas_contract.reports import curl

BODY_SHOWN = 400  # characters of a reply body that a finding shows


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has to tell. `cases` counts, by clause id, the cases that probed it."""

    contract: Contract
    target: str
    base_url: str
    cases: Mapping[str, int]
    requests: int
    seconds: float
    findings: tuple[Finding, ...]
    troubles: tuple[str, ...] = ()
    """Why the suite itself could not go on, if it could not: then no verdict is worth anything."""
    notes: tuple[str, ...] = ()
    """What else there is to say: that a budget was spent, that something is left."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Cases that could not be sent, by the reason."""
    secrets: tuple[str, ...] = field(default=(), repr=False)


def summary(run: Summary) -> Iterator[str]:
    """The lines of the summary: findings first, the verdict last, where a terminal leaves the eye."""
    return (printable(redact.text(line, run.secrets)) for line in _lines(run))


def _lines(run: Summary) -> Iterator[str]:
    for number, finding in enumerate(run.findings, 1):
        yield from _finding(number, finding, run.base_url)
        yield ""
    operation = run.contract.main
    yield f"operation  {operation.method} {operation.path}"
    yield f"target     {run.target}"
    per_second = f", {run.requests / run.seconds:,.0f} a second" if run.seconds >= 1 else ""
    sent = f"{sum(run.cases.values()):,} cases, {run.requests:,} requests in {run.seconds:.1f} s{per_second}"
    yield f"sent       {sent}"
    for reason, count in run.left_out.items():
        yield f"left out   {count:,} cases: {reason}"
    for note in run.notes:
        yield f"note       {redact.text(note)}"
    for trouble in run.troubles:
        yield f"trouble    {redact.text(trouble)}"
    yield f"verdict    {_verdict(run)}"


def printable(line: str) -> str:
    """The line without anything that would move a terminal's cursor."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)


def _verdict(run: Summary) -> str:
    probed = f"{len(run.cases)} clauses probed"
    if run.troubles:
        return f"none: the suite could not finish ({probed}, {len(run.findings)} finding(s) so far)"
    if not run.findings:
        return f"the contract holds: {probed}, no finding"
    broken = len({finding.clause for finding in run.findings})
    return f"{len(run.findings)} finding(s): {broken} of the contract's clauses broken ({probed})"


def _finding(number: int, finding: Finding, base_url: str) -> Iterator[str]:
    yield f"finding {number}: {redact.text(finding.message)}"
    yield f"  check      {finding.check}"
    yield f"  clause     {finding.clause} ({finding.source})"
    yield f"  operation  {finding.exchange.case.operation}"
    yield f"  answer     {_answer(finding.exchange)}"
    yield f"  reproduce  {redact.text(curl.command(finding.exchange, base_url))}"


def _answer(exchange: Exchange) -> str:
    body = " ".join(exchange.reply.body.decode("utf-8", "replace").split())
    shown = body if len(body) <= BODY_SHOWN else f"{body[:BODY_SHOWN]}… ({len(exchange.reply.body):,} bytes)"
    return redact.text(f"{exchange.reply.status} {shown}".rstrip())
