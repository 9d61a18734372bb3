"""The embedded target: the mock in this process, in a world with one of everything, on a clock that we move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from atlas_contract.cases import Ground
from atlas_contract.contract import Contract
from atlas_contract.faults import with_fault
from atlas_contract.mock import Handler, ManualClock, Mock, Scenario, World, world_of
from atlas_contract.mock.scenario import Credential, cluster_of, default_projects, roles_of
from atlas_contract.model import Login, Reply, Request
from atlas_contract.redact import Secrets
from atlas_contract.runner.logins import Bearer, Expired, Signed
from atlas_contract.runner.target import Credentials, Target, callers

if TYPE_CHECKING:
    from atlas_contract.mock.world import Member

ODD_CLUSTERS: Mapping[str, tuple[str, Mapping[str, bool]]] = {
    "flex-cluster-refused": ("Flex0", {"flex": True}),
    "backup-disabled-refused": ("NoBackup0", {"backup": False}),
    "paused-cluster-refused": ("Paused0", {"paused": True}),
}
WATCHED = [15.0] * 40  # seconds between looks at the first snapshot of a cluster
UNWATCHED = [600.0] * 3  # longer than any life

Bend = Callable[[Contract, Callable[[Contract], Mock]], Handler]


def sound(contract: Contract, build: Callable[[Contract], Mock]) -> Handler:
    """The mock as it is."""
    return build(contract).handle


def embedded(contract: Contract, *, seed: int = 0, bend: Bend = sound, fault: str = "") -> Target:
    """The mock inside this process, bent or sound.

    Args:
        seed: of the mock's world.
        bend: makes the handler, out of a contract and a way to build a mock.
        fault: by which name the target calls what the handler does wrong.
    """
    clock = ManualClock()
    worlds: list[World] = []

    def build(its_contract: Contract) -> Mock:
        worlds.append(suite_world(its_contract, seed=seed, clock=clock))
        return Mock(its_contract, worlds[-1])

    handler = bend(contract, build)
    world = worlds[0]
    secrets = Secrets(*world.secrets())
    return Target(
        name=f"embedded mock, seed {seed}" + (f", fault {fault}" if fault else ""),
        base_url="http://127.0.0.1:8080",
        ground=_ground(world),
        wire=_wire(handler),
        callers=_callers(contract, world, clock, secrets),
        now=clock.now,
        wait=clock.advance,
        pauses=lambda lives: WATCHED if lives == 0 else UNWATCHED,
        drain=_drain(contract, worlds),
        is_mock=True,
        served_by=_served_by(seed, fault),
        secrets=secrets,
    )


def _served_by(seed: int, fault: str) -> str:
    flags = [f"--seed {seed}"] if seed else []
    return " ".join(["atlas-contract mock --clock fast", *flags, *([f"--fault {fault}"] if fault else [])])


@contextmanager
def embedded_target(contract: Contract, *, seed: int = 0, fault: str | None = None) -> Iterator[Target]:
    """The embedded target, with a fault of the catalogue if one is named.

    Raises:
        BadInput: there is no such fault.
    """
    if fault is None:
        yield embedded(contract, seed=seed)
        return
    yield embedded(contract, seed=seed, bend=lambda c, build: with_fault(fault, c, build), fault=fault)


def suite_world(contract: Contract, *, seed: int, clock: ManualClock) -> World:
    """The default world, and beside it a cluster and a caller of every kind that the contract refuses."""
    home, *others = default_projects(contract)
    odd = [cluster_of(contract, home.id, name, **facts) for name, facts in ODD_CLUSTERS.values()]
    projects = (replace(home, clusters=(*home.clusters, *odd)), *others)
    good = [Credential(frozenset({role}), frozenset({home.id})) for role in roles_of(contract)]
    barred = Credential(good[0].roles, good[0].projects, barred=True)
    scenario = Scenario(seed=seed, projects=projects, credentials=(*good, barred))
    return world_of(contract, scenario, clock=clock)


def _ground(world: World) -> Ground:
    home = world.home
    known = {cluster.name for cluster in home.clusters}
    return Ground(
        project=home.id,
        cluster=world.home_cluster.name,
        sharded=next(cluster.name for cluster in home.clusters if cluster.parts),
        foreign=next(project.id for project in world.projects if project is not home),
        refused=tuple((behaviour, name) for behaviour, (name, _) in ODD_CLUSTERS.items() if name in known),
        logins=frozenset(Login),
        roles=frozenset().union(*(member.roles for member in world.members if not member.barred)),
        drains=True,
    )


def _callers(
    contract: Contract, world: World, clock: ManualClock, secrets: Secrets
) -> dict[tuple[Login, str], Signed]:
    ground = _ground(world)

    def of(member: Member) -> dict[tuple[Login, str], Signed]:
        return callers(contract, ground, _credentials(member), clock.now, secrets)

    found = of(world.manager)
    for member in world.members:
        signed = of(member)[Login.BEARER, ""]
        if member.barred:
            found[Login.BARRED, ""] = signed
        else:
            found.update({(Login.BEARER, role): signed for role in member.roles})
    bearer = of(world.manager)[Login.BEARER, ""]
    if isinstance(bearer, Bearer):
        lifetime = float(contract.behaviour("access-token").values["lifetimeSeconds"])
        found[Login.EXPIRED_BEARER, ""] = Expired(bearer, clock.advance, lifetime)
    return found


def _credentials(member: Member) -> Credentials:
    return Credentials(member.account.id, member.account.secret, member.key.public, member.key.private)


def _wire(handler: Handler) -> Callable[[Request], Reply]:
    def send(request: Request) -> Reply:
        try:
            return handler(request)
        except (ConnectionError, TimeoutError) as error:
            return Reply(0, (), f"{type(error).__name__}: {error}".encode())

    return send


def _drain(contract: Contract, worlds: list[World]) -> Callable[[bool], None]:
    """Empty the buckets of the home project and of its manager's token requests, or fill them again."""
    minutes = int(contract.behaviour("token-rate-limited").values["minutes"])
    seconds = int(contract.behaviour("rate-limit").values["periodSeconds"])

    def drain(empty: bool) -> None:  # noqa: FBT001  the target's own signature
        for world in worlds:
            for key, period in ((world.home.id, seconds), (world.manager.account.id, minutes * 60)):
                with world.lock:
                    world.levels.pop(key, None)
                    if empty:
                        world.levels[key] = (0, int(world.clock.now()) // period)

    return drain
