"""A careful run: one snapshot at a time, and while it is made, whatever cannot make another."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from atlas_contract.errors import BudgetSpent, GuardRefused, LedgerUnusable
from atlas_contract.guard.watch import Watch
from atlas_contract.model import Case, Exchange, Expectation, Finding, Scene
from atlas_contract.reports.verdict import Identity
from atlas_contract.runner.plan import Plan
from atlas_contract.runner.session import Outcome, Session
from atlas_contract.runner.snapshots import Known

LOOK_EVERY = 30.0  # seconds between looks at the unfinished snapshot


@dataclass
class Result:
    """What a run has to tell. `probes` are the cases that were sent and judged; `ended` says why it stopped early."""

    probes: int = 0
    by_clause: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    times: Counter[Identity] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    performed: list[tuple[Case, Exchange]] = field(default_factory=list)
    ended: str = ""
    phase: str = ""


class Campaign:
    """Sends the cases of a plan in the order in which they cost least.

    Args:
        tell: is told after each case how things stand.
    """

    def __init__(
        self, session: Session, watch: Watch, plan: Plan, tell: Callable[[Result], None] = lambda _: None
    ) -> None:
        self._session = session
        self._watch = watch
        self._tell = tell
        self._main = session.contract.main.id
        self._place = session.place(session.neighbours.take)
        self._usual_life = _usual_life(session)
        self._looked = float("-inf")
        self._refused = 0
        self._queues: dict[Scene, deque[Case]] = {scene: deque() for scene in Scene}
        self._risky: deque[Case] = deque()
        self._blocked: deque[Case] = deque()
        for case in plan.cases:
            self._queue_of(case).append(case)
        self.result = Result()

    def run(self) -> Result:
        """Send what there is to send, until there is no more or the budget is spent.

        Raises:
            TargetUnreachable, LoginRefused: the target cannot be used.
            LedgerUnusable: the ledger cannot be written.
        """
        try:
            self._perform(self._session.neighbours.list)
            while (case := self._next()) is not None:
                self._perform(case)
        except BudgetSpent as spent:
            self.result.ended = spent.what
        rest = sum(map(len, self._queues.values())) + len(self._risky) + len(self._blocked)
        if rest:
            self.result.left_out["the budget did not allow it"] += rest
        return self.result

    def _queue_of(self, case: Case) -> deque[Case]:
        is_risky = case.operation == self._main and case.scene is Scene.ANY
        return self._risky if is_risky else self._queues[case.scene]

    @property
    def _known(self) -> Known:
        return self._session.snapshots.at(self._place)

    def _next(self) -> Case | None:
        """The next case, once the moment for it has come; None when there is no more."""
        while True:
            case = self._during() if self._known.unfinished else self._between()
            if case is not None or not self._known.unfinished:
                return case
            self._wait()

    def _during(self) -> Case | None:
        """While a snapshot is unfinished."""
        now = self._session.target.now()
        waiting = self._queues[Scene.UNFINISHED]
        if waiting and now - self._known.taken < self._session.target.shortest_life:
            self.result.phase = "while a snapshot is unfinished"
            return waiting.popleft()
        if now - self._looked >= LOOK_EVERY:
            self._look()
            if not self._known.unfinished:
                return self._between()
        self.result.phase = "while a snapshot is being made"
        return self._harmless()

    def _between(self) -> Case | None:
        """While nothing is unfinished."""
        self.result.phase = "while the cluster is idle"
        spoken_of = self._session.snapshots.spoken_of(
            Scene.COMPLETED, self._place, self._session.target.now()
        )
        if spoken_of and self._queues[Scene.COMPLETED]:
            return self._queues[Scene.COMPLETED].popleft()
        if (spoken_of or self._known.removed) and self._queues[Scene.REMOVED]:
            return self._queues[Scene.REMOVED].popleft()
        if self._blocked and self._watch.purse.snapshots_left:
            return self._blocked.popleft()
        return self._take() or self._harmless()

    def _take(self) -> Case | None:
        """A case that takes a snapshot, if it is time for one: the last one waits for all that might take one too."""
        left = self._watch.purse.snapshots_left
        if (
            not left
            or (left == 1 and (self._risky or self._blocked))
            or self._watch.purse.seconds_left < self._usual_life
        ):
            return None
        if self._queues[Scene.IDLE]:
            return self._queues[Scene.IDLE].popleft()
        needed = any(self._queues[scene] for scene in (Scene.UNFINISHED, Scene.COMPLETED, Scene.REMOVED))
        return self._session.neighbours.take if needed else None

    def _harmless(self) -> Case | None:
        """A case that takes nothing from a server that is sound; nor from any other, once there is no budget for it."""
        if self._risky and self._watch.purse.snapshots_left:
            return self._risky.popleft()
        return self._queues[Scene.ANY].popleft() if self._queues[Scene.ANY] else None

    def _wait(self) -> None:
        target = self._session.target
        self.result.phase = "waiting for a snapshot"
        self._tell(self.result)
        target.wait(min(LOOK_EVERY, *target.pauses(self._known.lives)[-1:]))
        self._look()

    def _look(self) -> None:
        self._looked = self._session.target.now()
        self._take_in(self._session.look(self._session.neighbours.take))

    def _perform(self, case: Case) -> None:
        if case.operation == self._main and case.scene is Scene.IDLE:
            self._looked = self._session.target.now()
        try:
            outcome = self._session.perform(case)
        except (BudgetSpent, LedgerUnusable):
            raise
        except GuardRefused as refused:
            self.result.left_out[refused.what] += 1
            return
        if self._is_blocked(outcome):
            self._blocked.append(case)
            outcome.findings.clear()
        elif outcome.left_out:
            self.result.left_out[outcome.left_out] += 1
        else:
            self.result.probes += 1
            self.result.by_clause[case.clause] += 1
            if outcome.exchange is not None:
                self.result.performed.append((case, outcome.exchange))
        self._take_in(outcome)
        self._check_word(outcome)

    def _check_word(self, outcome: Outcome) -> None:
        """Look at the list whether a server that refuses snapshots makes none: the first time, and ever rarer."""
        exchange = outcome.exchange
        if exchange is not None and outcome.case.operation == self._main and exchange.reply.refused:
            self._refused += 1
            if self._refused.bit_count() == 1:
                self._perform(self._session.neighbours.list)

    def _is_blocked(self, outcome: Outcome) -> bool:
        """Whether a request that is wrong in itself was refused because of a snapshot that is unfinished."""
        case, exchange = outcome.case, outcome.exchange
        if not self._known.unfinished:
            return False
        wrong = case.operation == self._main and case.expectation is Expectation.REFUSED
        return (
            wrong
            and case.scene is Scene.ANY
            and exchange is not None
            and self._session.is_busy(exchange.reply)
        )

    def _take_in(self, outcome: Outcome) -> None:
        known = {each.identity for each in self.result.findings}
        self.result.times.update(each.identity for each in outcome.findings)
        self.result.findings += [each for each in outcome.findings if each.identity not in known]
        self._tell(self.result)


def _usual_life(session: Session) -> float:
    """How long most snapshots take at the target, in seconds: as observed, or next to nothing on a fast mock."""
    seconds = session.contract.behaviour("snapshot-lifecycle").values["stages"][-1]["seconds"]
    return float(seconds["upperQuartile"]) if session.target.shortest_life >= seconds["minimum"] else 0.0
