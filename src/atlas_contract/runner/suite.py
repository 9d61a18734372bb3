"""The suite at work: performs cases in a session, keeps the findings, and says what was done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.model import Case, Finding
from atlas_contract.reports.baseline import Baseline
from atlas_contract.reports.console import Summary
from atlas_contract.reports.document import document
from atlas_contract.reports.record import Seen
from atlas_contract.reports.verdict import Identity
from atlas_contract.runner.session import Outcome, Session
from atlas_contract.runner.standing import after_session
from atlas_contract.runner.target import Target


class ContractBroken(AssertionError):
    """The target broke at least one clause on the way through a case."""


@dataclass(slots=True, repr=False)
class Suite:
    """A session, and what it has found so far; what the baseline accepts is kept, and breaks nothing."""

    session: Session
    baseline: Baseline = field(default_factory=Baseline)
    cases: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    began: float = field(default_factory=time.time)
    _findings: dict[Identity, Finding] = field(default_factory=dict)
    _times: Counter[Identity] = field(default_factory=Counter)

    @property
    def contract(self) -> Contract:
        """The contract that the target is held against."""
        return self.session.contract

    @property
    def target(self) -> Target:
        """What the cases are sent to."""
        return self.session.target

    @property
    def findings(self) -> list[Finding]:
        """One finding for each check, clause and operation: the last seen, so the one Hypothesis shrank to."""
        return list(self._findings.values())

    def expect(self, case: Case) -> Outcome:
        """Perform a case and hold every exchange on the way against every check.

        Raises:
            ContractBroken: at least one check has a finding that is new; all are kept in `findings`.
            TargetUnreachable, LoginRefused: the case could not be sent.
        """
        outcome = self.session.perform(case)
        if outcome.left_out:
            self.left_out[outcome.left_out] += 1
        else:
            self.cases[case.clause] += 1
        self._findings.update((finding.identity, finding) for finding in outcome.findings)
        self._times.update(finding.identity for finding in outcome.findings)
        new = [finding for finding in outcome.findings if self.baseline.accepts(finding) is None]
        if new:
            raise ContractBroken("; ".join(f"{finding.message} [{finding.clause}]" for finding in new))
        return outcome

    def expect_all(self, cases: tuple[Case, ...]) -> None:
        """Perform each case, and only then say what was found.

        Raises:
            ContractBroken: in at least one of the cases a check had a finding.
            TargetUnreachable, LoginRefused: a case could not be sent.
        """
        broken = []
        for case in cases:
            try:
                self.expect(case)
            except ContractBroken as error:
                broken.append(str(error))
        if broken:
            raise ContractBroken("; ".join(broken))

    def summary(self) -> Summary:
        """What the run has to tell so far."""
        findings = self.findings
        return Summary(
            contract=self.contract,
            target=self.target.name,
            base_url=self.target.base_url,
            cases=dict(self.cases),
            requests=self.session.requests,
            seconds=time.monotonic() - self.started,
            findings=tuple(findings),
            notes=(*self.baseline.notes(findings), *self._next_step(findings)),
            troubles=tuple(dict.fromkeys(self.troubles)),
            left_out=dict(self.left_out),
            secrets=tuple(self.target.secrets),
            began=self.began,
            seen={identity: Seen(times) for identity, times in self._times.items()},
            accepted=self.baseline.accepted(findings),
        )

    def _next_step(self, findings: list[Finding]) -> Iterator[str]:
        if findings and self.target.served_by:
            yield f"for the curl lines serve the mock, and paste its `export` lines: {self.target.served_by}"

    def document(self, run: Summary) -> dict[str, Any]:
        """The JSON document of the run so far; `run` is its `summary()`, with whatever was added to that."""
        return document("test", run, after_session(self.session, run.findings))
