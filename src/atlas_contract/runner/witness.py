"""What a run has judged, as counts: enough to say afterwards which clauses it was about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from atlas_contract.model import Exchange

Answer: TypeAlias = tuple[str, int]
"""The id of an operation, and the status that it answered with."""


@dataclass(slots=True)
class Witness:
    """Counts of judged exchanges: by each clause that their cases probe, and by how they were answered."""

    _seen: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)

    @property
    def cases(self) -> Counter[str]:
        """By clause: how many exchanges were sent to probe it."""
        found = Counter[str]()
        for (clause, _, _, _), count in self._seen.items():
            found[clause] += count
        return found

    @property
    def probed(self) -> Counter[str]:
        """By clause: how many exchanges were sent to probe it, or were refused as it says."""
        found = Counter[str]()
        for (clause, refusal, _, _), count in self._seen.items():
            found.update({each: count for each in {clause, refusal} if each})
        return found

    @property
    def answered(self) -> Counter[Answer]:
        """By operation and status: how many exchanges were answered so."""
        found = Counter[Answer]()
        for (_, _, operation, status), count in self._seen.items():
            found[operation, status] += count
        return found

    def take(self, exchange: Exchange) -> None:
        """Count one exchange; of one without a whole reply there is nothing to say."""
        case, status = exchange.case, exchange.reply.status
        if not status:
            return
        self._seen[case.clause, case.refusal, case.operation, status] += 1
