"""The watch over one run: every request is paid for, paced and written down before it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from atlas_contract.contract import Contract
from atlas_contract.guard.budget import Purse
from atlas_contract.guard.ledger import Ledger, Run
from atlas_contract.guard.pacing import Pace
from atlas_contract.guard.policy import Leaving, Policy
from atlas_contract.model import Reply, Request


@dataclass
class Watch:
    """What stands between a run and its wire.

    `created` has the snapshots that the run knows to have made and that are not removed yet.
    """

    contract: Contract
    policy: Policy
    purse: Purse
    pace: Pace
    ledger: Ledger
    run: Run
    now: Callable[[], float]
    created: list[str] = field(default_factory=list)

    def send(self, request: Request, wire: Callable[[Request], Reply]) -> Reply:
        """Send a request, if it may go.

        Raises:
            GuardRefused: it may not, or cannot be written down.
            BudgetSpent: it would be one too many.
        """
        self.policy.check(Leaving(self.policy.origin, request))
        may_create = self.policy.may_create(request)
        self.purse.spend(may_create=may_create)
        self.pace.before(request)
        number = self.ledger.intend(self.run, request, self.now(), creates=may_create)
        reply = wire(request)
        self.pace.after(request, reply)
        if may_create and (reply.succeeded or not reply.status):
            self._count(reply)
        elif reply.succeeded and self._removes(request):
            self.gone(request.target.partition("?")[0].rsplit("/", 1)[-1])
        self.ledger.answered(number, reply.status, self.now())
        return reply

    def gone(self, snapshot: str) -> None:
        """A snapshot of ours no longer exists."""
        self.ledger.removed(snapshot, self.now())
        if snapshot in self.created:
            self.created.remove(snapshot)

    def _count(self, reply: Reply) -> None:
        self.purse.created += 1
        snapshot = self._id_in(reply)
        if snapshot:
            self.created.append(snapshot)
            self.ledger.created(self.run, snapshot, self.now())

    def _removes(self, request: Request) -> bool:
        operation = self.policy.operation(request)
        return operation is not None and operation.id in self.contract.behaviour("deletion-reply").operations

    def _id_in(self, reply: Reply) -> str:
        """The id of the snapshot that a reply tells of, also inside an envelope; "" if it tells of none."""
        try:
            body = json.loads(reply.body)
        except (ValueError, RecursionError):
            return ""
        key = self.contract.behaviour("envelope-layout").values["contentKey"]
        inner = body.get(key, body) if isinstance(body, dict) else None
        found = inner.get("id") if isinstance(inner, dict) else None
        return found if isinstance(found, str) and found.isalnum() and found.isascii() else ""
