"""The closing words of a run on a terminal: what was probed, what was found, how to see it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from atlas_contract import redact
from atlas_contract.contract import Contract
from atlas_contract.model import Accepted, Exchange, Finding
from atlas_contract.quoting import printable
from atlas_contract.reports import curl, scenes
from atlas_contract.reports.record import Seen
from atlas_contract.reports.verdict import Identity, verdict

BODY_SHOWN = 400  # characters of a reply body that a finding shows


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has to tell. `cases` counts, by clause id, the cases that probed it; `began` counts from 1970."""

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
    began: float = 0.0
    seen: Mapping[Identity, Seen] = field(default_factory=dict)
    """How often each finding was seen, by its identity."""
    accepted: Mapping[Identity, Accepted] = field(default_factory=dict)
    """The findings that somebody has answered for, by their identity."""

    @property
    def new(self) -> tuple[Finding, ...]:
        """The findings that nobody has answered for."""
        return tuple(each for each in self.findings if each.identity not in self.accepted)

    def redacted(self, text: str) -> str:
        """The same text, without secrets."""
        return redact.text(text, self.secrets)


def summary(run: Summary) -> Iterator[str]:
    """The lines of the summary: findings first, the verdict last, where a terminal leaves the eye."""
    return map(printable, _lines(run))


def accepted_lines(run: Summary) -> Iterator[str]:
    """What somebody has answered for, by whom and until when, and what there is to note."""
    for (check, clause, asked), entry in run.accepted.items():
        told = f"{check} of {clause} at {asked}, until {entry.expires} by {entry.owner}: {entry.reason}"
        yield printable(f"accepted   {run.redacted(told)}")
    for note in run.notes:
        yield printable(f"note       {run.redacted(note)}")


def _lines(run: Summary) -> Iterator[str]:
    for number, finding in enumerate(run.new, 1):
        yield from _finding(number, finding, run)
        yield ""
    operation = run.contract.main
    yield f"operation  {operation.method} {operation.path}"
    yield f"target     {run.redacted(run.target)}"
    per_second = f", {run.requests / run.seconds:,.0f} a second" if run.seconds >= 1 else ""
    sent = f"{sum(run.cases.values()):,} cases, {run.requests:,} requests in {run.seconds:.1f} s{per_second}"
    yield f"sent       {sent}"
    for reason, count in run.left_out.items():
        yield f"left out   {count:,} cases: {run.redacted(reason)}"
    yield from accepted_lines(run)
    for trouble in run.troubles:
        first, *rest = run.redacted(trouble).split("\n")
        yield f"trouble    {first}"
        yield from (f"           {line}" for line in rest)
    yield f"verdict    {verdict(run.findings, run.accepted, run.troubles, len(run.cases)).text}"


def _finding(number: int, finding: Finding, run: Summary) -> Iterator[str]:
    yield f"finding {number}: {run.redacted(finding.message)}"
    yield f"  check      {finding.check}"
    yield f"  clause     {finding.clause} ({finding.source})"
    yield f"  operation  {finding.exchange.case.operation}"
    yield f"  answer     {_answer(finding.exchange, run)}"
    if scene := scenes.told(finding.exchange.case.scene):
        yield f"  when       {scene}"
    yield f"  reproduce  {curl.command(finding.exchange, run.base_url, run.secrets)}"


def _answer(exchange: Exchange, run: Summary) -> str:
    """Status and body on one line; secrets go first, since what has been cut or joined is no longer found."""
    reply = exchange.reply
    body = " ".join(run.redacted(reply.body.decode("utf-8", "replace")).split())
    shown = body if len(body) <= BODY_SHOWN else f"{body[:BODY_SHOWN]}… ({len(reply.body):,} bytes)"
    return f"{reply.status} {shown}".rstrip()
