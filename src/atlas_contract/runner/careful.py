"""A server where everything counts, as a target: each request goes through the guard, each snapshot is marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from atlas_contract.cases import Ground
from atlas_contract.cases.marking import Marking
from atlas_contract.contract import Contract
from atlas_contract.errors import GuardRefused
from atlas_contract.guard.budget import Budget, Purse
from atlas_contract.guard.ledger import Ledger, Run, alive, is_alive
from atlas_contract.guard.pacing import Pace
from atlas_contract.guard.policy import Origin, Policy
from atlas_contract.guard.transport import GuardedTransport
from atlas_contract.guard.watch import Watch
from atlas_contract.model import Request
from atlas_contract.redact import Secrets
from atlas_contract.runner.clock import Time
from atlas_contract.runner.first_look import require_arguments
from atlas_contract.runner.plan import Plan, plan_for
from atlas_contract.runner.target import Credentials, Target, callers
from atlas_contract.runner.url import pauses, wire_over

UNHURRIED = [15.0] * 120  # seconds between looks at a snapshot that takes minutes
LONGEST_PERIOD = 3600.0  # seconds in which any token bucket is refilled
AT_ONCE = 1.0  # seconds that a snapshot of a fast mock lives at least


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run goes: the server, the project, the cluster, and how to log in there."""

    base_url: str
    origin: Origin
    project: str
    cluster: str
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Opened:
    """A target that is watched over."""

    target: Target
    watch: Watch
    marking: Marking

    def others_alive(self, run: Run) -> bool:
        """Whether a run is another one than this, and still running."""
        return run.id != self.watch.run.id and is_alive(self.watch.ledger.path, run)

    def require_solitude(self) -> None:
        """Two runs at one cluster take each other's snapshots for faults of the server.

        Raises:
            GuardRefused: another one, of the same ledger, is under way there.
        """
        own, ledger = self.watch.run, self.watch.ledger
        here = (each for each in ledger.runs() if not each.ended and each.place == own.place)
        if other := next(filter(self.others_alive, here), None):
            msg = f"Another run is under way at the cluster {own.cluster}: {other.id}."
            expected = "one at a time: each would take the other's snapshots for faults of the server"
            raise GuardRefused(
                msg, where=str(ledger.path), expected=expected, hint="wait for it, or name another cluster"
            )


def ground_of(contract: Contract, place: Place) -> Ground:
    """What is known of the place."""
    bare = Ground(place.project, place.cluster)
    found = callers(contract, bare, place.credentials, lambda: 0.0, Secrets())
    logins = frozenset(login for login, _ in found)
    return Ground(place.project, place.cluster, logins=logins)


def careful_plan(
    contract: Contract, place: Place, budget: Budget, marking: Marking, *, chance: tuple[int, int]
) -> Plan:
    """The plan of a run at the place; `chance` is the seed of its random cases and how many there are.

    Raises:
        BadInput: no server of this contract can have such a project or cluster.
    """
    seed, extra = chance
    policy = Policy(place.origin, place.project, frozenset({place.cluster}), contract)
    ground = ground_of(contract, place)
    require_arguments(contract, ground)
    return plan_for(contract, ground, marking, policy, budget, seed=seed, extra=extra)


@contextmanager
def careful_target(
    contract: Contract,
    place: Place,
    budget: Budget,
    ledger_path: Path,
    *,
    time: Time | None = None,
    shortest_life: float | None = None,
) -> Iterator[Opened]:
    """Open the place for one run, which is written into the ledger and seen as running while the block runs.

    Args:
        time: the run's clock, the machine's own unless given.
        shortest_life: for how many seconds a snapshot is surely unfinished; as observed on Atlas, unless given, and
            next to nothing on this machine.

    Raises:
        LedgerUnusable: the ledger cannot be used.
    """
    time = time or Time()
    run = Run.new(target=place.base_url, project=place.project, cluster=place.cluster, now=time.now())
    with Ledger.open(ledger_path) as ledger, alive(ledger_path, run):
        ledger.begin(run)
        policy = Policy(place.origin, place.project, frozenset({place.cluster}), contract, ledger.owns)
        purse, pace = Purse(budget, time.now), Pace(contract, time.now, time.wait)
        for path, at in ledger.sent_since(place.base_url, time.now() - LONGEST_PERIOD):
            pace.remember(path, at)
        watch = Watch(contract, policy, purse, pace, ledger, run, time.now)
        inner = httpx.HTTPTransport(trust_env=False, limits=httpx.Limits(max_connections=4))
        with GuardedTransport(policy, inner) as transport:
            marking = Marking(contract, run.mark, budget.days)
            target = _target(place, watch, marking, transport, time)
            if shortest_life is not None:
                target = replace(target, shortest_life=shortest_life, pauses=lambda _: UNHURRIED)
            yield Opened(target, watch, marking)


def _target(
    place: Place, watch: Watch, marking: Marking, transport: httpx.BaseTransport, time: Time
) -> Target:
    contract = watch.contract
    ground, wire = ground_of(contract, place), wire_over(transport, place.base_url)

    def mine(document: Mapping[str, Any]) -> bool:
        return document.get("description") == watch.run.mark and watch.ledger.owns(str(document.get("id")))

    def send(request: Request) -> Any:
        return watch.send(request, wire)

    credentials = place.credentials
    secrets = credentials.secrets()
    found = callers(contract, ground, credentials, time.now, secrets)
    return Target(
        name=f"{place.base_url}, project {place.project}, cluster {place.cluster}",
        base_url=place.base_url,
        ground=ground,
        wire=send,
        callers=found,
        now=time.now,
        wait=time.wait,
        pauses=lambda _: list(pauses()) if place.origin.is_loopback else UNHURRIED,
        dress=marking.marked,
        mine=mine,
        is_paced=True,
        shortest_life=shortest_life(contract) if not place.origin.is_loopback else AT_ONCE,
        secrets=secrets,
    )


def shortest_life(contract: Contract) -> float:
    """For how many seconds a snapshot was never seen finished."""
    return float(contract.behaviour("snapshot-lifecycle").values["stages"][-1]["seconds"]["minimum"])
