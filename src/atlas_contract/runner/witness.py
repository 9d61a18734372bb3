"""What a run has judged, as counts: enough to say afterwards of which clauses a breach would have been noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from atlas_contract.checks import Moment, held
from atlas_contract.checks.moment import Topic
from atlas_contract.contract import Contract
from atlas_contract.model import Behaviour, Expectation, Gap
from atlas_contract.runner.shown import Showing, Shown

MOST_KINDS = 4096  # kinds of replies that are told apart before they are added up
REFUSING = frozenset({"outcome_is_expected", "refusal_is_as_stated"})
"""The checks of which one must know enough before a refusal shows anything of the behaviour that states it."""
READING = frozenset({"body_conforms"})
"""The check that stands for those of a behaviour that has none of its own: it says whether there is anything to see."""


class _Kind(NamedTuple):
    """What exchanges have in common: their case, how they were answered, and what the checks had to go by."""

    clause: str
    refusal: str
    operation: str
    succeeded: bool
    gaps: frozenset[Gap]
    topics: frozenset[Topic]
    unasked: bool
    empty: bool

    @property
    def held(self) -> frozenset[str]:
        """The names of the checks that would have told of a breach."""
        return held(self.gaps, self.topics, unasked=self.unasked, empty=self.empty)


class Witness:
    """Counts of judged exchanges: by what their cases probe, how they were answered, and what the replies show.

    Args:
        tried: whether the cases are those with which the catalogue of faults was tried. They are known to find a
            breach wherever it is in a body; of any other exchange only what is really there counts.
    """

    def __init__(self, contract: Contract, *, tried: bool = False) -> None:
        self._showing = Showing(contract, absent=tried)
        self._seen = Counter[tuple[Any, ...]]()
        self._replies = Counter[Shown]()
        self._shown = Counter[str]()

    def take(self, moment: Moment) -> None:
        """Count one exchange; of one without a whole reply there is nothing to say."""
        if not moment.reply.status:
            return
        case = moment.case
        kind = (
            case.clause,
            case.refusal,
            case.operation,
            moment.succeeded,
            moment.exchange.gaps,
            moment.topics,
            case.expectation is Expectation.ANSWERED,
            moment.parsed is None,
        )
        self._seen[kind] += 1
        self._replies[self._showing.of(moment)] += 1
        if len(self._replies) >= MOST_KINDS:
            self._add_up()

    @property
    def _kinds(self) -> Iterator[tuple[_Kind, int]]:
        return ((_Kind(*kind), count) for kind, count in self._seen.items())

    @property
    def cases(self) -> Counter[str]:
        """By clause: how many exchanges were sent to probe it."""
        found = Counter[str]()
        for kind, count in self._kinds:
            found[kind.clause] += count
        return found

    @property
    def probed(self) -> Counter[str]:
        """By clause: how many exchanges were sent to probe it, or were refused as it says."""
        found = self.cases
        for kind, count in self._kinds:
            if kind.refusal and kind.refusal != kind.clause and kind.held & REFUSING:
                found[kind.refusal] += count
        return found

    @property
    def shown(self) -> Counter[str]:
        """By clause of a reply: how many replies had the header or the value that it is about."""
        self._add_up()
        return Counter(self._shown)

    def spoken_of(self, behaviour: Behaviour, checks: Collection[str]) -> int:
        """How many answers were about what a behaviour says, and known well enough for one of its checks.

        Such are the successes of the operations that it speaks of, all answers if it speaks of all operations.
        """
        return sum(
            count
            for kind, count in self._kinds
            if not kind.held.isdisjoint(checks or READING)
            and (not behaviour.operations or (kind.operation in behaviour.operations and kind.succeeded))
        )

    def _add_up(self) -> None:
        for shown, count in self._replies.items():
            for clause in frozenset().union(*shown):
                self._shown[clause] += count
        self._replies.clear()
