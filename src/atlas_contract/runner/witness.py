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

    probed: Counter[str] = field(default_factory=Counter)
    answered: Counter[Answer] = field(default_factory=Counter)

    def take(self, exchange: Exchange) -> None:
        """Count one exchange; of one without a whole reply there is nothing to say."""
        case, status = exchange.case, exchange.reply.status
        if not status:
            return
        self.probed.update(filter(None, {case.clause, case.refusal}))
        self.answered[case.operation, status] += 1
