"""Recorded traffic as a run that reports can tell of: its findings with their exchanges, and how each clause stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from atlas_contract import redact
from atlas_contract.checks import Moment
from atlas_contract.contract import Contract
from atlas_contract.model import Finding, Source
from atlas_contract.reports.baseline import Baseline
from atlas_contract.reports.console import Summary
from atlas_contract.reports.document import document
from atlas_contract.reports.record import Seen
from atlas_contract.reports.verdict import Identity
from atlas_contract.reports.verification import Verified, notes
from atlas_contract.runner.embedded import embedded
from atlas_contract.runner.standing import standings
from atlas_contract.runner.witness import Witness


@dataclass(slots=True)
class Traffic:
    """What is kept of judged traffic: one finding of each identity, how often and when it was seen.

    `binding` are the sources whose clauses count; `clauses` says whether the document will be asked for, which tells
    how each clause stands. What is kept is bounded by the contract, not by the traffic.
    """

    contract: Contract
    binding: Collection[Source]
    clauses: bool = True
    witness: Witness = field(init=False)
    findings: dict[Identity, Finding] = field(default_factory=dict)
    seen: dict[Identity, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is judged yet."""
        self.witness = Witness(self.contract)

    def take(self, moment: Moment, found: Iterable[Finding], at: float | None) -> None:
        """Take in one moment with what the checks said of it; `at` is when it took place, if that is known."""
        if self.clauses:
            self.witness.take(moment)
        for identity in dict.fromkeys(self._kept(found)):
            known = self.seen.get(identity)
            self.seen[identity] = Seen(1, at, at) if known is None else known.again(at)

    def _kept(self, found: Iterable[Finding]) -> Iterator[Identity]:
        """The identities of the findings that count, each as often as it comes; the first finding of each is kept."""
        for finding in found:
            if finding.source in self.binding:
                self.findings.setdefault(finding.identity, finding)
                yield finding.identity

    def summary(self, verified: Verified, baseline: Baseline, began: float) -> Summary:
        """What the traffic has to tell; `began` is when the judging did."""
        findings = tuple(self.findings.values())
        left_out: dict[str, int] = {}
        for each in verified.unjudged:
            left_out[each.reason] = left_out.get(each.reason, 0) + each.count
        if verified.unjudged_others:
            left_out["of further kinds, which are not told apart"] = verified.unjudged_others
        return Summary(
            contract=self.contract,
            target=f"recorded traffic, {verified.files:,} file(s), the {verified.layer} layer",
            base_url=self.contract.document["servers"][0]["url"],
            cases={self.contract.operations[name].pointer: count for name, count in verified.judged.items()},
            requests=sum(verified.judged.values()),
            seconds=verified.seconds,
            findings=findings,
            notes=tuple(baseline.notes(findings)),
            left_out=left_out,
            secrets=tuple(secret for each in findings for secret in redact.secrets_in(each.exchange)),
            began=began,
            seen=self.seen,
            accepted=baseline.accepted(findings),
        )

    def document(self, run: Summary, verified: Verified) -> dict[str, Any]:
        """The JSON document of the traffic; `run` is the `summary(…)` of what was verified."""
        run = replace(run, notes=(*run.notes, *notes(verified)))
        broken = frozenset(finding.clause for finding in run.findings)
        ground = embedded(self.contract).ground
        found = standings(self.contract, ground, self.witness, broken, asserts=self.binding.__contains__)
        return document("verify", run, found)
