"""What the checks need of the contract's behaviours, read once for each contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.model import Place

CONSTANT = (
    "description",
    "frequencyType",
    "links",
    "policyItems",
    "copyRegions",
    "snapshotType",
    "type",
    "replicaSetName",
)
"""Properties that a snapshot has from the beginning, and keeps as they are."""
REMEMBERED = 1024  # Accept headers whose version is known without looking again


class Facts:
    """Behaviours of one contract, as checks ask for them."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.take = contract.main.id
        self.depth = len(contract.main.parameters_in(Place.PATH))
        self._cache: dict[str, Mapping[str, Any]] = {}
        self._resolved: dict[str, str | None] = {}

    def values(self, behaviour_id: str) -> Mapping[str, Any]:
        """The values of a behaviour."""
        found = self._cache.get(behaviour_id)
        if found is None:
            found = self._cache[behaviour_id] = self.contract.behaviour(behaviour_id).values
        return found

    def speaks(self, behaviour_id: str, operation: str) -> bool:
        """Whether a behaviour is about an operation."""
        return self.contract.speaks(behaviour_id, operation)

    @cached_property
    def list_key(self) -> str:
        """The property of a list reply that holds its items."""
        return str(self.values("envelope-layout")["listKey"])

    @cached_property
    def follows(self) -> frozenset[str]:
        """The operations whose successes are snapshots, one or many of them."""
        contract = self.contract
        below = (each for each in contract.operations.values() if each.path.startswith(contract.main.path))
        return frozenset(each.id for each in below)

    @cached_property
    def removals(self) -> frozenset[str]:
        """The operations that remove a snapshot."""
        return frozenset(self.contract.behaviour("deletion-reply").operations)

    @cached_property
    def changes(self) -> frozenset[str]:
        """The operations that change a snapshot's retention."""
        return frozenset(self.contract.behaviour("retention-change").operations)

    @cached_property
    def sharded_reads(self) -> frozenset[str]:
        """The operations that show the parts of a sharded snapshot."""
        return frozenset(self.contract.behaviour("sharded-snapshot-parts").operations)

    @cached_property
    def unfinished(self) -> frozenset[str]:
        """The statuses of a snapshot that is not finished."""
        return frozenset(self.values("one-unfinished-at-a-time")["unfinished"])

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The statuses that a snapshot goes through, with their rank; any other final one ranks last."""
        values = self.values("status-only-moves-forward")
        ranks = {status: rank for rank, status in enumerate(values["order"])}
        return {**{status: len(ranks) for status in values["final"]}, **ranks}

    @cached_property
    def final(self) -> frozenset[str]:
        """The statuses that a snapshot keeps."""
        return frozenset(self.values("status-only-moves-forward")["final"])

    @cached_property
    def done(self) -> str:
        """The status of a snapshot that is there to be used."""
        return str(self.values("status-only-moves-forward")["order"][-1])

    @cached_property
    def stages(self) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
        """By status: the properties that every stage with it has gained, and those that some stage with it has."""
        least: dict[str, set[str]] = {}
        most: dict[str, set[str]] = {}
        gained: set[str] = set()
        for stage in self.values("snapshot-lifecycle")["stages"]:
            gained |= set(stage["adds"])
            least.setdefault(stage["status"], set(gained))
            most.setdefault(stage["status"], set()).update(gained)
        return {status: (frozenset(least[status]), frozenset(most[status])) for status in least}

    @cached_property
    def gained(self) -> frozenset[str]:
        """Every property that a snapshot gains in its life."""
        return frozenset().union(*(most for _, most in self.stages.values()))

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Every property that a snapshot keeps once it has it."""
        return (*CONSTANT, *sorted(self.gained))

    @cached_property
    def success_types(self) -> Mapping[str, str]:
        """By version date: the whole Content-Type of a success, oldest first."""
        template = self.values("reply-media-types")["success"]
        return {date: template.format(date=date) for date in self.published}

    @cached_property
    def day(self) -> int:
        """Seconds of a day."""
        return int(self.values("expiry-follows-retention")["secondsPerDay"])

    @cached_property
    def tolerance(self) -> float:
        """Seconds by which an expiry may be off."""
        return float(self.values("expiry-follows-retention")["toleranceSeconds"])

    @cached_property
    def published(self) -> list[str]:
        """The dates of the versions, oldest first."""
        return sorted(self.values("version-negotiation")["published"])

    @cached_property
    def version(self) -> re.Pattern[str]:
        """What a version looks like in an Accept header; its group is the date."""
        before, after = self.values("version-negotiation")["template"].split("{date}")
        return re.compile(re.escape(before) + r"(\d{4}-\d{2}-\d{2})" + re.escape(after))

    def resolved(self, accept: str) -> str | None:
        """The version that an Accept header asks for: the newest that isn't later; None where it names none."""
        if accept not in self._resolved:
            if len(self._resolved) >= REMEMBERED:
                self._resolved.clear()
            found = self.version.search(accept)
            older = [date for date in self.published if found and date <= found[1]]
            self._resolved[accept] = older[-1] if older else None
        return self._resolved[accept]
