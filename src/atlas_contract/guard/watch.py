"""The watch over one run: every request is paid for, paced and written down before it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.dates import http_second
from atlas_contract.guard.budget import Purse
from atlas_contract.guard.ledger import Ledger, Run
from atlas_contract.guard.leftovers import CLOCKS_DIFFER, second_of
from atlas_contract.guard.pacing import Pace
from atlas_contract.guard.policy import Leaving, Policy
from atlas_contract.model import Reply, Request

MOST_RETRIES = 3  # of a request that is refused because the token bucket is empty


@dataclass
class Watch:
    """What stands between a run and its wire.

    `created` has the snapshots that the run knows to have made and that are not removed yet, `foreign` those that it
    found where it came. `unseen` counts those that are paid for, and that no reply has shown; `asked_for` the requests
    that might have made one.
    """

    contract: Contract
    policy: Policy
    purse: Purse
    pace: Pace
    ledger: Ledger
    run: Run
    now: Callable[[], float]
    created: list[str] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    unseen: int = 0
    asked_for: int = 0

    def send(self, request: Request, wire: Callable[[Request], Reply]) -> Reply:
        """Send a request, if it may go; again, once there is room, if the server's token bucket was empty.

        Raises:
            GuardRefused: it may not, or cannot be written down.
            BudgetSpent: it would be one too many.
        """
        reply = self._send_once(request, wire)
        for _ in range(MOST_RETRIES):
            if not self.pace.is_limited(reply):
                break
            reply = self._send_once(request, wire)
        return reply

    def _send_once(self, request: Request, wire: Callable[[Request], Reply]) -> Reply:
        self.policy.check(Leaving(self.policy.origin, request))
        may_create = self.policy.may_create(request)
        self.purse.spend(may_create=may_create, pause=self.pace.pause(request))
        self.pace.before(request)
        self.asked_for += may_create
        number = self.ledger.intend(self.run, request, self.now(), creates=may_create)
        reply = wire(request)
        self.pace.after(request, reply)
        if may_create and reply.refused:
            self.purse.refund()
        elif may_create:
            self._claim(request, reply)
        elif reply.succeeded and self._removes(request):
            self.gone(request.target.partition("?")[0].rsplit("/", 1)[-1])
        elif reply.succeeded:
            self._see(reply)
        self.ledger.answered(number, reply.status, self.now(), creates=may_create)
        return reply

    def gone(self, snapshot: str) -> None:
        """A snapshot of ours no longer exists."""
        self.ledger.removed(snapshot, self.now())
        if snapshot in self.created:
            self.created.remove(snapshot)

    def _claim(self, request: Request, reply: Reply) -> None:
        """Take a new snapshot for ours if it can be: new at this moment, and marked if that was asked for.

        A server that failed, or whose reply was lost, may have made one all the same: it stays paid for.
        """
        document = self._document(reply)
        asked = self.run.mark.encode() in request.body
        if self._is_new(document, reply) and (not asked or self._is_marked(document)):
            self._own(str(document["id"]), marked=asked)
        else:
            self.unseen += 1

    def _see(self, reply: Reply) -> None:
        """Remember the snapshots of a list: what was there before cannot have been made by us later.

        One that is new and carries this run's mark was made for us, whatever the server has answered then.
        """
        results = self._document(reply).get(self._list_key)
        for each in results if isinstance(results, list) else ():
            if isinstance(each, dict) and self._is_new(each, reply) and self._is_marked(each):
                self._own(each["id"], marked=True)
                if self.unseen:
                    self.unseen -= 1
                else:
                    self.purse.overspend()
            elif isinstance(each, dict) and each.get("id") not in self.created:
                self.foreign.add(str(each.get("id")))

    def _own(self, snapshot: str, *, marked: bool) -> None:
        self.created.append(snapshot)
        self.ledger.created(self.run, snapshot, self.now(), marked=marked)

    def _is_new(self, document: Mapping[str, Any], reply: Reply) -> bool:
        """Whether a snapshot is made at about this moment, by the server's own clock, and was not known before."""
        snapshot = document.get("id")
        if not isinstance(snapshot, str) or not snapshot.isalnum() or snapshot in self.foreign:
            return False
        told = http_second(reply.header("Date") or "")
        now = self.now() if told is None else told
        return abs(second_of(snapshot) - now) < CLOCKS_DIFFER and not self.ledger.owns(snapshot)

    def _is_marked(self, document: Mapping[str, Any]) -> bool:
        return bool(document.get("description") == self.run.mark)

    def _removes(self, request: Request) -> bool:
        operation = self.policy.operation(request)
        return operation is not None and operation.id in self.contract.behaviour("deletion-reply").operations

    def _document(self, reply: Reply) -> Mapping[str, Any]:
        """The JSON object of a reply, taken out of its envelope; an empty one for what is none."""
        try:
            body = json.loads(reply.body)
        except (ValueError, RecursionError):
            return {}
        inner = body.get(self._content_key, body) if isinstance(body, dict) else None
        return inner if isinstance(inner, dict) else {}

    @property
    def _content_key(self) -> str:
        return str(self.contract.behaviour("envelope-layout").values["contentKey"])

    @property
    def _list_key(self) -> str:
        return str(self.contract.behaviour("envelope-layout").values["listKey"])
