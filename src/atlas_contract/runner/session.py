"""A session at one target: sets each case's scene, sends it, has every check judge every exchange on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import isnan

from atlas_contract.cases.arguments import near_miss_of
from atlas_contract.cases.ground import SNAPSHOT
from atlas_contract.cases.neighbours import neighbours_of
from atlas_contract.cases.wire import request_for
from atlas_contract.checks import Moment, judge_moment
from atlas_contract.checks.history import History
from atlas_contract.checks.reading import json_of, text_in
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Case, Exchange, Expectation, Finding, Reply, Request, Scene
from atlas_contract.runner.snapshots import Snapshots
from atlas_contract.runner.target import Target
from atlas_contract.runner.witness import Witness

MOST_RETRIES = 3  # of a case that the token bucket refuses
LONGEST_RETRY_AFTER = 60.0
BUSY_TURNS = 2  # times that a case is sent again because somebody else's snapshot was in its way
LATE_TURNS = 4  # times that a case is tried that comes too late for its scene
PAUSE_AFTER_DRAINING = 2.0  # seconds
A_MOMENT = 1.0  # seconds of silence that nobody minds


@dataclass(slots=True)
class Outcome:
    """What became of a case: what was found on the way, how many requests it took, why it was left out if it was."""

    case: Case
    findings: list[Finding] = field(default_factory=list)
    requests: int = 0
    left_out: str = ""
    exchange: Exchange | None = None


class Session:
    """Cases in order at one target, with everything seen there so far. Not safe for threads.

    Args:
        wait_at_most: seconds of the target's time to spend waiting for snapshots, all in all.
        seen: is told each exchange, those that only set a scene included.
        tell: is told what is waited for, and how long, where that is more than a moment.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        *,
        wait_at_most: float = float("inf"),
        seen: Callable[[Exchange], None] = lambda _: None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.contract = contract
        self.target = target
        self.judge = judge_of(contract)
        self.history = History(contract)
        self.requests = 0
        self.witness = Witness(contract, tried=True)
        self._seen = seen
        self._tell = tell
        self.neighbours = neighbours_of(contract, target.ground)
        self.snapshots = Snapshots(contract, target.mine)
        self._waiting_left = wait_at_most
        self._stuck = ""
        self._busy = contract.behaviour("unfinished-snapshot").reply or {}
        self._limited = int((contract.behaviour("rate-limited").reply or {})["status"])
        self._outcome = Outcome(self.neighbours.take)

    def perform(self, case: Case) -> Outcome:
        """Set a case's scene, send it, and judge all that came back.

        Raises:
            TargetUnreachable, LoginRefused: the target cannot be used.
        """
        self._outcome = outcome = Outcome(case)
        before = self.requests
        outcome.left_out = self._set(case)
        if not outcome.left_out:
            outcome.left_out = self._try(case)
        if case.scene is Scene.DRAINED:
            self.target.drain(False)  # noqa: FBT003
            self.target.wait(PAUSE_AFTER_DRAINING)
        outcome.requests = self.requests - before
        return outcome

    def look(self, case: Case) -> Outcome:
        """Read the unfinished snapshot of a case's cluster once, if there is one, and judge what comes back."""
        read = replace(self._at(self.neighbours.read, case), scene=Scene.UNFINISHED)
        self._outcome = outcome = Outcome(read)
        place = self.place(case)
        if snapshot := self.snapshots.at(place).unfinished:
            outcome.exchange = self._judged(self._send(read))
            outcome.requests = 1
            if not outcome.exchange.reply.succeeded:
                self.snapshots.forget(place, snapshot)
        return outcome

    def glance(self, case: Case) -> Reply:
        """Send a case and learn which snapshots there are; nothing is judged."""
        return self._send(case).reply

    def _try(self, case: Case) -> str:
        """Send a case in its scene; why that could not be, "" if it could.

        A snapshot that was unfinished when the scene was set may be finished when the case arrives. What is then found
        proves nothing, and the case is tried again.
        """
        for _ in range(LATE_TURNS):
            before, snapshot = len(self._outcome.findings), self._spoken_of(case)
            self._outcome.exchange = self._in_turn(case)
            found = len(self._outcome.findings) > before
            if not found or case.scene is not Scene.UNFINISHED or self._is_unfinished(case, snapshot):
                return ""
            del self._outcome.findings[before:]
            if left_out := self._set(case):
                return left_out
        return "snapshots of this target are finished too soon"

    def _is_unfinished(self, case: Case, snapshot: str) -> bool:
        """Whether a snapshot of the case's cluster is unfinished now."""
        read = self._at(self.neighbours.read, case)
        path = {name: snapshot if value == SNAPSHOT else value for name, value in read.path.items()}
        exchange = self._judged(self._send(replace(read, path=path, expectation=Expectation.ANSWERED)))
        return text_in(json_of(exchange.reply), "status") in self.history.facts.unfinished

    def _in_turn(self, case: Case) -> Exchange:
        """Send a case; again, if a snapshot that nobody here knew of made the target refuse it unread."""
        exchange = self._send(case)
        for _ in range(BUSY_TURNS):
            if case.scene is not Scene.IDLE or not self.is_busy(exchange.reply):
                break
            self._judged(self._send(self._at(self.neighbours.list, case)))
            if self._finish(case):
                break
            exchange = self._send(case)
        return self._judged(exchange)

    def _set(self, case: Case) -> str:
        """Bring a case's scene about; why it cannot be, "" if it can."""
        if case.scene is Scene.DRAINED:
            self.target.drain(True)  # noqa: FBT003
            return ""
        if case.scene is Scene.ANY:
            return ""
        if self._stuck:
            return self._stuck
        setters = {
            Scene.IDLE: self._finish,
            Scene.UNFINISHED: self._set_unfinished,
            Scene.COMPLETED: self._set_completed,
            Scene.REMOVED: self._set_removed,
        }
        return setters[case.scene](case)

    def _set_unfinished(self, case: Case) -> str:
        known = self.snapshots.at(self.place(case))
        if known.unfinished and self.target.now() - known.taken < self.target.shortest_life:
            return ""
        if left_out := self._finish(case):
            return left_out
        self._judged(self._send(self._at(self.neighbours.take, case)))
        return "" if known.unfinished else self._cannot("no snapshot could be taken")

    def _set_completed(self, case: Case) -> str:
        if left_out := self._finish(case):
            return left_out
        if not self._spoken_of(case):
            self._judged(self._send(self._at(self.neighbours.take, case)))
            if left_out := self._finish(case):
                return left_out
        return "" if self._spoken_of(case) else self._cannot("no snapshot could be completed")

    def _set_removed(self, case: Case) -> str:
        if self.snapshots.at(self.place(case)).removed:
            return ""
        if left_out := self._set_completed(replace(case, scene=Scene.COMPLETED)):
            return left_out
        self._judged(self._send(self._at(self.neighbours.remove, case)))
        return (
            ""
            if self.snapshots.at(self.place(case)).removed
            else self._cannot("no snapshot could be removed")
        )

    def _cannot(self, why: str) -> str:
        """Remember, for a sound target, that there is no use in trying again; a faulty one may fail only once."""
        if not self._outcome.findings:
            self._stuck = why
        return why

    def _finish(self, case: Case) -> str:
        """Wait until nothing of the case's cluster is unfinished; why that cannot be, "" if it can."""
        known = self.snapshots.at(self.place(case))
        if not known.unfinished:
            return ""
        read = replace(self._at(self.neighbours.read, case), scene=Scene.UNFINISHED)
        told = f"waiting at most {self._waiting_left:,.0f} s: snapshot {known.unfinished} is unfinished"
        for pause in self.target.pauses(known.lives):
            if not known.unfinished:
                return ""
            if pause > self._waiting_left:
                return "snapshots of this target take too long"
            if pause > A_MOMENT and told:
                self._tell(told)
                told = ""
            self._waiting_left -= pause
            self.target.wait(pause)
            exchange = self._judged(self._send(read))
            if not exchange.reply.succeeded:
                self.snapshots.forget(self.place(case), known.unfinished)
        if not known.unfinished:
            return ""
        self._never_finished(exchange, known.unfinished)
        return self._cannot("a snapshot was never finished")

    def _never_finished(self, exchange: Exchange, snapshot: str) -> None:
        message = f"snapshot {snapshot} was never finished"
        source = self.contract.source("snapshot-lifecycle")
        finding = Finding("snapshots_finish", "snapshot-lifecycle", source, message, exchange)
        self._outcome.findings.append(finding)
        self.snapshots.forget(self.place(exchange.case), snapshot)

    def _at(self, plain: Case, case: Case) -> Case:
        """A neighbour's plain case at the cluster of another case."""
        return replace(plain, path=dict(zip(plain.path, [*self.place(case), SNAPSHOT], strict=False)))

    def place(self, case: Case) -> tuple[str, ...]:
        """The project and cluster that a case is really about, even where it names them wrongly on purpose."""
        ground = self.target.ground
        named = [value for value in case.path.values() if value in (ground.cluster, ground.sharded)]
        operation = self.contract.operations[case.operation]
        usual = list(ground.arguments(self.contract, operation).values())[1:2]
        return (ground.project, *(named[:1] or usual))

    def _spoken_of(self, case: Case) -> str:
        return self.snapshots.spoken_of(case.scene, self.place(case), self.target.now())

    def _send(self, case: Case) -> Exchange:
        """Send a case as it stands, its snapshot filled in; wait while the bucket is empty, unless the wire does."""
        case = self.target.dress(self._concrete(case))
        request = request_for(self.contract.operations[case.operation], case)
        reply = self._sent(request, case)
        for _ in range(0 if self.target.is_paced else MOST_RETRIES):
            if reply.status != self._limited or case.scene is Scene.DRAINED:
                break
            seconds = _retry_after(reply)
            if seconds > A_MOMENT:
                self._tell(f"waiting {seconds:.0f} s: the server's rate limit ({reply.status})")
            self.target.wait(seconds)
            reply = self._sent(request, case)
        exchange = Exchange(case, request, reply)
        self.snapshots.learn(exchange, self.place(case), self.target.now())
        return exchange

    def _sent(self, request: Request, case: Case) -> Reply:
        self.requests += 1
        return self.target.send(request, case)

    def _concrete(self, case: Case) -> Case:
        templates = {name: value for name, value in case.path.items() if value.startswith(SNAPSHOT)}
        if not templates:
            return case
        snapshot = self._spoken_of(case)
        return replace(
            case,
            path={
                **case.path,
                **{name: near_miss_of(value, snapshot) for name, value in templates.items()},
            },
        )

    def _judged(self, exchange: Exchange) -> Exchange:
        self._seen(exchange)
        moment = Moment(exchange, self.judge, self.history.facts)
        self.witness.take(moment)
        found = judge_moment(moment, self.history)
        self.history.record(moment)
        self._outcome.findings += (each for each in found if self._asserts(each))
        return exchange

    def _asserts(self, finding: Finding) -> bool:
        return self.target.asserts(finding.source)

    def is_busy(self, reply: Reply) -> bool:
        """Whether a reply refuses a snapshot because another one is unfinished."""
        body = json_of(reply) if reply.status == self._busy["status"] else None
        return isinstance(body, dict) and body.get("errorCode") == self._busy["errorCode"]


def _retry_after(reply: Reply) -> float:
    try:
        seconds = float(reply.header("Retry-After") or "")
    except ValueError:
        return LONGEST_RETRY_AFTER
    return LONGEST_RETRY_AFTER if isnan(seconds) else min(max(seconds, 1.0), LONGEST_RETRY_AFTER)
