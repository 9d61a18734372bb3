"""The history has bounds, and forgets without drawing conclusions from it."""

from __future__ import annotations

import json

from atlas_contract.checks import History, judge_exchange
from atlas_contract.checks.history import REMEMBERED
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Case, Exchange, Expectation, Reply, Request


def listing(contract: Contract, number: int, *, cluster: int) -> Exchange:
    """A whole list of one snapshot, each number another, at one of many clusters."""
    operation = contract.operations["listGroupClusterBackupSnapshots"]
    document = {"id": f"{number:024x}", "status": "completed", "type": "replicaSet"}
    body = {"results": [document], "totalCount": 1}
    path = {"groupId": f"{cluster:024x}", "clusterName": "Cluster0"}
    headers = (("RateLimit-Limit", "9"), ("RateLimit-Remaining", "8"))
    case = Case(operation.id, operation.pointer, "a test", Expectation.ANSWERED, path)
    return Exchange(case, Request("GET", "/"), Reply(200, headers, json.dumps(body).encode()))


def test_no_history_grows_without_end(contract: Contract) -> None:
    """Snapshots, clusters, their ids, and projects: of each only so many are remembered."""
    history, judge = History(contract), judge_of(contract)
    for number in range(REMEMBERED + 50):
        judge_exchange(listing(contract, number, cluster=number), judge, history)
    assert len(history.snapshots) == len(history.clusters) == len(history.levels) == REMEMBERED
    assert sum(len(cluster.ids) for cluster in history.clusters.values()) <= REMEMBERED


def test_a_cluster_of_which_something_is_forgotten_is_not_known_whole(contract: Contract) -> None:
    """Or else what was forgotten would seem to come from nowhere."""
    history, judge = History(contract), judge_of(contract)
    first = listing(contract, 0, cluster=0)
    judge_exchange(first, judge, history)
    assert history.clusters[tuple(first.case.path.values())].whole
    for number in range(1, REMEMBERED + 1):
        judge_exchange(listing(contract, number, cluster=1), judge, history)
    assert not history.clusters[tuple(first.case.path.values())].whole
    assert [
        each.check
        for each in judge_exchange(first, judge, history)
        if each.check == "nothing_appears_unasked"
    ] == []
