"""What a call of our client costs, as a ratio to the same call by bare httpx and `json`.

Both talk to one mock in a process of its own on loopback, over one kept connection each, with a Bearer token each. The
two calls of a pair are made one after the other, and each of the two comes first in every other pair; the ratio is the
median over the pairs, so whatever slows the machine down slows both.
"""

from __future__ import annotations

import argparse
import copy
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import httpx

from atlas_contract.client import AtlasClient
from atlas_contract.contract import Contract, load
from atlas_contract.mock import Mock, RealClock, default_world, running
from benchmarks import Benchmark

PROMISED = 1.25
WARM_UP = 30  # pairs
AT_ONCE = 1e-9  # pace at which a snapshot is completed before anybody looks
LISTED = 3  # snapshots that there are to list

Call = Callable[[], object]


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--pairs", type=int, default=1000, help="pairs of calls for each operation (1000)")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure each operation."""
    with served() as mock, clients(mock) as (ours, bare):
        calls = pairs_of_calls(ours, bare, mock["project"], mock["cluster"])
        found = {name: measured(*pair, pairs=options.pairs) for name, pair in calls.items()}
    worst = max(each["ratio"] for each in found.values())
    return {"operations": found, "worst": worst, "promised": PROMISED, "good": worst <= PROMISED}


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The result for people."""
    yield f"{'':6}{'ours':>10}{'httpx':>10}{'ratio':>8}   {'middle half of the pairs'}"
    for name, each in result["operations"].items():
        low, high = each["quartiles"]
        yield (
            f"{name:6}{each['ours_ms']:8.3f}ms{each['bare_ms']:8.3f}ms{each['ratio']:8.3f}"
            f"   {low:.3f} to {high:.3f}, {each['pairs']} pairs"
        )
    verdict = "within" if result["good"] else "above"
    yield f"worst ratio {result['worst']:.3f}, {verdict} the promised {result['promised']}"


BENCHMARK = Benchmark(
    "client", "What does a call cost, compared with bare httpx and json?", add_flags, run, lines
)


# --- The two clients ------------------------------------------------------------------------------------------------


@contextmanager
def clients(mock: Mapping[str, str]) -> Iterator[tuple[AtlasClient, httpx.Client]]:
    """Ours, and a bare one that was given a token."""
    login = (mock["client_id"], mock["client_secret"])
    form = {"grant_type": "client_credentials"}
    granted = httpx.post(mock["url"] + load().token.path, auth=login, data=form).raise_for_status().json()
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    with (
        AtlasClient(client_id=login[0], client_secret=login[1], base_url=mock["url"]) as ours,
        httpx.Client(base_url=mock["url"], headers=headers) as bare,
    ):
        yield ours, bare


def pairs_of_calls(
    ours: AtlasClient, bare: httpx.Client, project: str, cluster: str
) -> dict[str, tuple[Call, Call]]:
    """The same call twice, by the name of what it does; those that leave snapshots behind come last."""
    version = load().main.success.contents[0].media_type
    accept = {"Accept": version}
    path = load().main.path.format(groupId=project, clusterName=cluster)
    body = {"description": "benchmark", "retentionInDays": 1}
    taken = [ours.take_snapshot(project, cluster).id for _ in range(LISTED)]

    def read(response: httpx.Response) -> object:
        return json.loads(response.raise_for_status().content)

    return {
        "list": (
            lambda: ours.list_snapshots(project, cluster),
            lambda: read(bare.get(path, params={"pageNum": 1, "itemsPerPage": 500}, headers=accept)),
        ),
        "get": (
            lambda: ours.get_snapshot(project, cluster, taken[0]),
            lambda: read(bare.get(f"{path}/{taken[0]}", headers=accept)),
        ),
        "take": (
            lambda: ours.take_snapshot(project, cluster, description="benchmark", retention_in_days=1),
            lambda: read(bare.post(path, json=body, headers={**accept, "Content-Type": version})),
        ),
    }


def measured(ours: Call, bare: Call, *, pairs: int) -> dict[str, Any]:
    """The median ratio of the two, its quartiles, and the median of each in milliseconds."""
    for _ in range(WARM_UP):
        ours()
        bare()
    times = [_pair(ours, bare) if number % 2 else _pair(bare, ours)[::-1] for number in range(pairs)]
    ratios = [one / other for one, other in times]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "ratio": middle,
        "quartiles": [low, high],
        "pairs": pairs,
        "ours_ms": 1000 * statistics.median(one for one, _ in times),
        "bare_ms": 1000 * statistics.median(other for _, other in times),
    }


def _pair(first: Call, second: Call) -> tuple[float, float]:
    start = time.perf_counter()
    first()
    between = time.perf_counter()
    second()
    return between - start, time.perf_counter() - between


# --- The mock between them ------------------------------------------------------------------------------------------


@contextmanager
def served() -> Iterator[dict[str, str]]:
    """A mock in a process of its own: its URL, a login, a project and a cluster."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send(None)
        process.join(timeout=10)


def _serve(connection: Connection) -> None:
    contract = without_rate_limit(load())
    mock = Mock(contract, default_world(contract, clock=RealClock()), pace=AT_ONCE)
    account, world = mock.world.manager.account, mock.world
    with running(mock) as url:
        connection.send(
            {
                "url": url,
                "client_id": account.id,
                "client_secret": account.secret,
                "project": world.home.id,
                "cluster": world.home_cluster.name,
            }
        )
        connection.recv()


def without_rate_limit(contract: Contract) -> Contract:
    """The contract with a bucket that no benchmark empties."""
    document = copy.deepcopy(dict(contract.document))
    for each in document["x-atlas-behaviours"]:
        if each["id"] == "rate-limit":
            each["values"]["capacity"] = 10**9
    return Contract(document)
