"""What two clients do with the same replies and the same calls: value read, error raised, bytes sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from atlas_contract.callers import calls, judging, replies
from atlas_contract.callers.asking import OtherSurfaceError, Seam, asked, http_client
from atlas_contract.callers.calls import Call
from atlas_contract.callers.difference import Difference
from atlas_contract.callers.loading import Client, loaded
from atlas_contract.callers.outcomes import Outcome, of_reply
from atlas_contract.callers.replies import Answer
from atlas_contract.contract import Contract
from atlas_contract.recordings import Recorded

Judge = Callable[[Outcome, Outcome], Difference]
_OLD, _NEW = "_atlas_contract_old_client", "_atlas_contract_new_client"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay showed: the differences, and how many replies and calls went through both clients."""

    differences: tuple[Difference, ...]
    replies: int
    calls: int


def compare(
    old: tuple[Path, Contract], new: tuple[Path, Contract], recorded: Iterable[Recorded] = (), seed: int = 0
) -> Replayed:
    """Replay through two clients, each given with its contract: seeded replies and calls, and recorded replies.

    Both are imported into this process for the time it takes. Recorded replies are taken one by one, and those to
    requests that the old contract does not know are left out.

    Raises:
        BadInput: one of the folders holds no client that can be imported.
    """
    (old_folder, old_contract), (new_folder, new_contract) = old, new
    answers = chain(
        replies.seeded(old_contract, new_contract, seed), replies.recorded(old_contract, recorded)
    )
    found = _Findings()
    with loaded(old_folder, _OLD) as one, loaded(new_folder, _NEW) as other, http_client() as http:
        seams = dict(_seams(old_contract, one, other))
        for answer in answers:
            if seam := seams.get(answer.operation):
                found.replies += 1
                found.take(answer, judging.of_replies, of_reply(answer.reply, seam[0].read, seam[1].read))
        for call in calls.seeded(old_contract, new_contract):
            if seam := seams.get(call.operation):
                with suppress(OtherSurfaceError):
                    found.take(call, judging.of_calls, asked(call, *seam, http))
                    found.calls += 1
    return Replayed(found.differences(), found.replies, found.calls)


def _seams(contract: Contract, old: Client, new: Client) -> Iterator[tuple[str, tuple[Seam, Seam]]]:
    """The operations that both clients have, each with its seam in both."""
    for name in contract.operations:
        one, other = old.operation(name), new.operation(name)
        if one and other:
            yield name, (Seam(old, one), Seam(new, other))


@dataclass(slots=True)
class _Tally:
    """What is kept of the replies and calls that show one difference."""

    example: str
    seen: int = 0
    operations: dict[str, None] = field(default_factory=dict)


class _Findings:
    """Differences as they come up, like ones folded into one."""

    def __init__(self) -> None:
        self.replies = 0
        self.calls = 0
        self._tallies: dict[Difference, _Tally] = {}

    def take(self, given: Answer | Call, judge: Judge, outcomes: tuple[Outcome, ...]) -> None:
        """Keep what two outcomes of the same reply or call have to tell."""
        old, new = outcomes
        if old != new:
            example = f"{given.operation}: {given.about}"
            tally = self._tallies.setdefault(judge(old, new), _Tally(example))
            tally.seen += 1
            tally.operations[given.operation] = None

    def differences(self) -> tuple[Difference, ...]:
        """All that was kept, each with its operations, a count and an example."""
        return tuple(
            replace(each, name=", ".join(tally.operations), seen=tally.seen, example=tally.example)
            for each, tally in self._tallies.items()
        )
