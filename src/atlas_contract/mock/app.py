"""The mock: one function from request to reply over a world, judged by the contract alone."""

from __future__ import annotations

import logging

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.mock.call import Call, Refusal, Success
from atlas_contract.mock.documents import Documents
from atlas_contract.mock.lifecycle import Lifecycle
from atlas_contract.mock.login import Login
from atlas_contract.mock.operations import Operations
from atlas_contract.mock.replies import Replies
from atlas_contract.mock.steps import Steps
from atlas_contract.mock.targets import Targets
from atlas_contract.mock.world import ServiceAccount, World
from atlas_contract.model import Reply, Request

log = logging.getLogger("atlas_contract.mock")


class Mock:
    """An Atlas that answers as the contract says. Safe to call from several threads.

    Args:
        contract: the effective contract.
        world: what exists; the mock alone changes it from here on.
        pace: how long a snapshot takes, 1 as observed, 0.002 five hundred times as fast.

    Raises:
        BadInput: the contract lacks something the mock needs, or names a step that the mock doesn't know.
    """

    def __init__(self, contract: Contract, world: World, *, pace: float = 1.0) -> None:
        self.contract = contract
        self.world = world
        self._login = Login(contract, world)
        self._replies = Replies(contract)
        judge = judge_of(contract)
        self._targets = Targets(contract, judge)
        lifecycle = Lifecycle(contract, pace)
        self._documents = Documents(contract, judge, lifecycle, contract.document["servers"][0]["url"])
        operations = Operations(contract, world, lifecycle, self._documents, self._login.tokens)
        self._steps = Steps(contract, world, judge=judge, login=self._login, operations=operations)
        self.longest_body = self._steps.longest_body

    @property
    def public_url(self) -> str:
        """Scheme and host of the links in replies: those of the real service, unless set."""
        return self._documents.origin

    @public_url.setter
    def public_url(self, url: str) -> None:
        self._documents.origin = url

    def token_for(self, account: ServiceAccount) -> str:
        """An access token for a service account, good from now on."""
        return self._login.tokens.issue(account.id, self.world.clock.now())

    def handle(self, request: Request) -> Reply:
        """Answer a request, whatever it is. Never raises: what the mock cannot cope with is its own 5xx."""
        call = Call(request, self._targets.of(request), self.world.clock.now())
        try:
            return self._answer(call)
        except Exception:  # a server that fails says so and goes on
            log.exception("The mock failed at %s.", call.target.rules.id)
            return self._replies.refusal(call, Refusal("server-error"))

    def _answer(self, call: Call) -> Reply:
        for step in self._steps.of(call.target):
            outcome = step(call)
            if isinstance(outcome, Success):
                return self._replies.success(call, outcome)
            if outcome is not None:
                return self._replies.refusal(call, outcome)
        raise AssertionError  # the last step, `state`, always ends a call
