"""The suite at work: sends cases, has the checks judge the exchanges, keeps the findings."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from atlas_contract.cases.ground import request_for
from atlas_contract.checks import judge_exchange
from atlas_contract.checks.reading import json_of, unwrapped
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Case, Exchange, Finding, Login, Reply, Request
from atlas_contract.reports.console import Summary
from atlas_contract.runner.target import Target

LONGEST_WAIT = 3600.0  # seconds of the target's time until a snapshot that never finishes is given up
LONGEST_RETRY_AFTER = 60.0
LONGEST_PAUSE = 10.0


class ContractBroken(AssertionError):
    """The target broke at least one clause on this exchange."""


@dataclass(slots=True)
class Suite:
    """A contract, a target, and what has been seen so far."""

    contract: Contract
    target: Target
    judge: Judge = field(init=False)
    requests: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    _findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.judge = Judge(self.contract)

    @property
    def findings(self) -> list[Finding]:
        """One finding for each check, clause and operation: the last seen, so the one Hypothesis shrank to."""
        return list(self._findings.values())

    def summary(self) -> Summary:
        """What the run has to tell so far."""
        return Summary(
            contract=self.contract,
            target=self.target.name,
            base_url=self.target.base_url,
            cases=dict(self.cases),
            requests=self.requests,
            seconds=time.monotonic() - self.started,
            findings=tuple(self.findings),
            troubles=tuple(dict.fromkeys(self.troubles)),
        )

    def expect(self, case: Case) -> Exchange:
        """Send a case and hold the exchange against every check.

        Raises:
            ContractBroken: at least one check has a finding; all are kept in `findings`.
            TargetUnreachable, LoginRefused: the case could not be sent.
        """
        exchange = self.send(case)
        found = judge_exchange(exchange, self.judge)
        self._findings.update((finding.identity, finding) for finding in found)
        if found:
            raise ContractBroken("; ".join(f"{finding.message} [{finding.clause}]" for finding in found))
        return exchange

    def send(self, case: Case) -> Exchange:
        """Send a case and say what came back, once the target has come to judge the case itself.

        While another snapshot is unfinished a target refuses everything that it would take otherwise, an invalid
        case it would wrongly take included. So any case waits for its turn and is sent again.
        """
        request = request_for(self.contract.operations[case.operation], case)
        self.cases[case.clause] += 1
        exchange = Exchange(case, request, self._send(request, case.login))
        for pause in self._pauses():
            if not self._is_busy(exchange):
                break
            self.target.sleep(pause)
            exchange = Exchange(case, request, self._send(request, case.login))
        return exchange

    def _send(self, request: Request, login: Login) -> Reply:
        self.requests += 1
        reply = self.target.send(request, login)
        while reply.status == self._limited and (pause := _retry_after(reply)) is not None:
            self.target.sleep(pause)
            self.requests += 1
            reply = self.target.send(request, login)
        return reply

    def _pauses(self) -> Iterator[float]:
        pause, waited = self.target.patience, 0.0
        while waited < LONGEST_WAIT:
            yield pause
            waited += pause
            pause = max(min(pause * 1.5, LONGEST_PAUSE), self.target.patience)

    def _is_busy(self, exchange: Exchange) -> bool:
        refusal = self.contract.behaviour("unfinished-snapshot").reply or {}
        reply = unwrapped(exchange, self.contract).reply
        body = json_of(reply)
        code = body.get("errorCode") if isinstance(body, dict) else None
        return (reply.status, code) == (refusal["status"], refusal["errorCode"])

    @property
    def _limited(self) -> int:
        return int((self.contract.behaviour("rate-limited").reply or {})["status"])


def _retry_after(reply: Reply) -> float | None:
    try:
        return min(max(float(reply.header("Retry-After") or ""), 1.0), LONGEST_RETRY_AFTER)
    except ValueError:
        return None
