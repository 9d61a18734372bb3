"""Fidelity: the same cases on the mock and on the target; where they differ, one of us has something to learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from atlas_contract.checks.reading import json_of, text_in
from atlas_contract.contract import Contract
from atlas_contract.model import Case, Exchange, Finding, Operation, Reply, Scene, Source
from atlas_contract.runner.embedded import embedded
from atlas_contract.runner.session import Session
from atlas_contract.runner.target import Target

SLOW = 60.0  # seconds that a snapshot lives at least, where it matters whether one is unfinished
CHECK = "mock_and_target_agree"


@dataclass(frozen=True, slots=True)
class Learned:
    """What a target showed of a behaviour that was only inferred: the status and code that it answers with."""

    behaviour: str
    status: int
    code: str
    instead_of: str
    case: str

    def proposal(self, target: str, now: float) -> str:
        """The edit of `spec/behaviours.yaml` that would make the mock answer like the target."""
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        lines = [
            f"# spec/behaviours.yaml: instead of {self.instead_of}, for {self.case}",
            f"- id: {self.behaviour}",
            "  source: observed",
            f"  evidence: [One reply of {target} ({day}).]",
            f"  reply: {{status: {self.status}{f', errorCode: {self.code}' if self.code else ''}, …}}",
        ]
        return "\n".join(lines)


def compare(
    contract: Contract, target: Target, performed: Iterable[tuple[Case, Exchange]]
) -> tuple[list[Finding], list[Learned]]:
    """Send cases that a target has answered to the embedded mock too, and compare status and error code.

    Returns:
        A finding for each documented or observed clause on which they differ, a learned fact for each inferred one.
    """
    mock = Session(contract, embedded(contract))
    findings: dict[tuple[str, str, str], Finding] = {}
    learned: dict[str, Learned] = {}
    for case, exchange in performed:
        if case.scene is Scene.UNFINISHED and target.shortest_life < SLOW:
            continue  # it may have been finished by then, and nobody can tell
        reply = _mock_reply(mock, target, case)
        if reply is None or not exchange.reply.status or _said(reply) == _said(exchange.reply):
            continue
        if case.scene is Scene.ANY and mock.is_busy(reply):
            continue  # the mock is still at a snapshot that the target had finished; the case is not about that
        clause = _clause(contract, contract.operations[case.operation], reply, exchange.reply, case)
        if _accepts(contract, clause, exchange.reply):
            continue
        if contract.source(clause) is Source.INFERRED:
            status, code = _said(exchange.reply)
            learned.setdefault(clause, Learned(clause, status, code, _told(reply), case.name or case.reason))
        else:
            message = f"the target answers {_told(exchange.reply)} where the mock answers {_told(reply)}"
            finding = Finding(CHECK, clause, contract.source(clause), message, exchange)
            findings.setdefault(finding.identity, finding)
    return list(findings.values()), list(learned.values())


def _mock_reply(mock: Session, target: Target, case: Case) -> Reply | None:
    ours, theirs = mock.target.ground, target.ground
    names = {theirs.project: ours.project, theirs.cluster: ours.cluster}
    path = {name: names.get(value, value) for name, value in case.path.items()}
    outcome = mock.perform(replace(case, path=path))
    return outcome.exchange.reply if outcome.exchange is not None and not outcome.left_out else None


def _clause(contract: Contract, operation: Operation, mock: Reply, target: Reply, case: Case) -> str:
    """The behaviour by which one of the two answered, else what the case probes."""
    for reply in (mock, target):
        for behaviour in _by_reply(contract, operation, reply):
            return behaviour
    return case.refusal or case.clause


def _by_reply(contract: Contract, operation: Operation, reply: Reply) -> Iterator[str]:
    for behaviour in contract.behaviours.values():
        stated = behaviour.reply or {}
        if (
            contract.speaks(behaviour.id, operation.id)
            and stated.get("errorCode")
            and (int(stated["status"]), stated["errorCode"]) == _said(reply)
        ):
            yield behaviour.id


def _accepts(contract: Contract, clause: str, reply: Reply) -> bool:
    """Whether the contract itself names this answer as another one that is fine."""
    behaviour = contract.behaviours.get(clause)
    others = behaviour.values.get("accepts", ()) if behaviour else ()
    return any((int(each["status"]), each.get("errorCode", "")) == _said(reply) for each in others)


def _said(reply: Reply) -> tuple[int, str]:
    return reply.status, text_in(json_of(reply), "errorCode") or ""


def _told(reply: Reply) -> str:
    return " ".join(str(each) for each in _said(reply) if each)
