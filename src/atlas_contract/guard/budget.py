"""How much a run may do: snapshots, days they are kept, requests, seconds. Spent before each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from atlas_contract.errors import BadInput, BudgetSpent


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a run does. `days` is the retention of each snapshot, `seconds` the wall time."""

    snapshots: int = 3
    days: int = 1
    requests: int = 600
    seconds: float = 900.0

    def __post_init__(self) -> None:
        """Refuse a budget that nothing can be done with."""
        for name in ("snapshots", "days", "requests", "seconds"):
            if not isfinite(getattr(self, name)):
                msg = f"A budget has an end, and {getattr(self, name):g} {name} have none."
                raise BadInput(msg, where=f"--{name}", expected="a finite number")
            if getattr(self, name) <= 0:
                msg = f"A budget of {getattr(self, name):g} {name} allows nothing."
                raise BudgetSpent(msg, where=f"--{name}", expected="more than 0", hint="nothing was sent")
        if self.days != int(self.days):
            msg = "Days are whole."
            raise BadInput(msg, where="--days")


class Purse:
    """What is left of a budget. Once it is only for `cleaning`, nothing else may go on.

    `created` counts the snapshots that the server has made, or may have made: each is paid for before it is asked for.

    Args:
        now: the run's clock, in seconds.
    """

    def __init__(self, budget: Budget, now: Callable[[], float]) -> None:
        self.budget = budget
        self.created = 0
        self.requests = 0
        self.cleaning = False
        self._now = now
        self._began = now()

    @property
    def seconds_left(self) -> float:
        """Wall time left, by the run's clock."""
        return self._began + self.budget.seconds - self._now()

    @property
    def requests_left(self) -> int:
        """Requests left."""
        return max(0, self.budget.requests - self.requests)

    @property
    def snapshots_left(self) -> int:
        """Snapshots that may still be created."""
        return max(0, self.budget.snapshots - self.created)

    def spend(self, *, may_create: bool, pause: float = 0.0) -> None:
        """Account for one request before it leaves, `pause` seconds from now.

        Raises:
            BudgetSpent: it would be one too many, or too late; nothing was sent.
        """
        if may_create and (self.cleaning or not self.snapshots_left):
            self._spent("snapshots", self.budget.snapshots)
        if not self.cleaning:
            if not self.requests_left:
                self._spent("requests", self.budget.requests)
            if self.seconds_left <= pause:
                self._spent("seconds", self.budget.seconds)
        self.requests += 1
        self.created += may_create

    def refund(self) -> None:
        """Take back the price of a snapshot that the server has refused to make."""
        self.created -= 1

    def overspend(self) -> None:
        """Pay for a snapshot that the server made although it had refused to."""
        self.created += 1

    def _spent(self, name: str, amount: float) -> None:
        msg = f"The budget of {amount:g} {name} is spent."
        raise BudgetSpent(msg, where=f"--{name}", hint="allow more, or be content with what was done")
