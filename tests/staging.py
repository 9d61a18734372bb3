"""A stand-in for a staging project: the mock over a real socket, on a clock that the run moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.faults import with_fault
from atlas_contract.guard import origin_of
from atlas_contract.guard.budget import Budget
from atlas_contract.mock import ManualClock, Mock, default_world, running
from atlas_contract.model import Reply, Request
from atlas_contract.runner.campaign import Campaign, Result
from atlas_contract.runner.careful import Opened, Place, careful_plan, careful_target, shortest_life
from atlas_contract.runner.cleanup import Cleaner
from atlas_contract.runner.clock import Time
from atlas_contract.runner.session import Session
from atlas_contract.runner.target import Credentials

LATENCY = 0.15  # seconds of Atlas's time that a request takes


@dataclass
class Staging:
    """A mock that is served, what it was asked, and where it is."""

    contract: Contract
    mock: Mock
    clock: ManualClock
    url: str = ""
    asked: list[tuple[Request, Reply]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where it is, with the credentials of its manager's service account."""
        account = self.mock.world.manager.account
        credentials = Credentials(account.id, account.secret)
        home = self.mock.world.home
        return Place(self.url, origin_of(self.url), home.id, self.mock.world.home_cluster.name, credentials)

    @property
    def time(self) -> Time:
        """Its clock, which waiting moves."""
        return Time(self.clock.now, self.clock.advance)

    @property
    def descriptions(self) -> list[str | None]:
        """Of the snapshots that its cluster has now."""
        kept = self.mock.world.snapshots_of((self.place.project, self.place.cluster))
        return [each.description for each in kept]

    def statuses(self) -> list[int]:
        """Of all its replies."""
        return [reply.status for _, reply in self.asked]

    @contextmanager
    def opened(self, ledger: Path, budget: Budget | None = None) -> Iterator[Opened]:
        """The place, opened for a careful run at Atlas's usual speed."""
        with careful_target(
            self.contract,
            self.place,
            budget or Budget(),
            ledger,
            time=self.time,
            shortest_life=shortest_life(self.contract),
        ) as opened:
            yield opened

    def campaign(self, opened: Opened, *, extra: int = 0) -> Campaign:
        """A campaign that is ready to run."""
        budget = opened.watch.purse.budget
        plan = careful_plan(self.contract, self.place, budget, opened.marking, chance=(0, extra))
        return Campaign(Session(self.contract, opened.target), opened.watch, plan)

    def run(self, ledger: Path, budget: Budget | None = None, *, extra: int = 0) -> tuple[Result, Opened]:
        """A whole careful run: the campaign, then the cleaning up."""
        with self.opened(ledger, budget) as opened:
            result = self.campaign(opened, extra=extra).run()
            Cleaner(opened.target, opened.watch, is_alive=opened.others_alive, only=opened.watch.run).clean(
                apply=True
            )
        return result, opened


def unchanged(_: Request, reply: Reply) -> Reply:
    """What the server answers."""
    return reply


@contextmanager
def staging(
    contract: Contract,
    *,
    fault: str = "",
    served: Contract | None = None,
    spoiled: Callable[[Request, Reply], Reply] = unchanged,
) -> Iterator[Staging]:
    """A staging project.

    Args:
        served: the contract that the mock itself follows, if it is another one.
        spoiled: what becomes of a reply on its way.
    """
    clock = ManualClock()
    built: list[Mock] = []

    def build(its_contract: Contract) -> Mock:
        built.append(Mock(its_contract, default_world(its_contract, clock=clock)))
        return built[-1]

    handle = with_fault(fault, served or contract, build) if fault else build(served or contract).handle
    found = Staging(contract, built[-1], clock)

    def answer(request: Request) -> Reply:
        clock.advance(LATENCY)
        reply = spoiled(request, handle(request))
        found.asked.append((request, reply))
        return reply

    with running(built[-1], handler=answer) as url:
        found.url = url
        yield found


def with_bucket(contract: Contract, capacity: int) -> Contract:
    """The contract with a smaller token bucket."""
    behaviours: list[dict[str, Any]] = [
        {**each, "values": {**each["values"], "capacity": capacity}} if each["id"] == "rate-limit" else each
        for each in contract.document["x-atlas-behaviours"]
    ]
    return Contract({**contract.document, "x-atlas-behaviours": behaviours})
