"""Worlds as scenario files describe them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock import (
    ManualClock,
    RealClock,
    Scenario,
    default_world,
    read_scenario,
    scenario_file,
    world_of,
)
from atlas_contract.mock.lifecycle import Wishes
from atlas_contract.mock.scenario_file import scenario_in
from atlas_contract.mock.world import MOST_SNAPSHOTS, MOST_TEXT, Snapshot, World
from atlas_contract.spec.documents import parse

if TYPE_CHECKING:
    from tests.mock.conftest import Caller, CallerIn

EXAMPLE = Path(__file__).parents[2] / "docs" / "scenario.yaml"
DEFAULT = """
seed: 0
projects:
  - id: 32b6e34b3d91647abb20e7b8
    name: staging
    clusters: [{name: Cluster0}, {name: Sharded0, kind: sharded, shards: 2, configServer: EMBEDDED}]
  - {id: 32b6e34b3d91647abb20e7b9, name: somebody else's, clusters: [{name: Cluster0, provider: AWS}]}
credentials:
  - roles: [Project Backup Manager]
  - roles: [Project Read Only]
  - {roles: [Project Backup Creator], projects: [32b6e34b3d91647abb20e7b8]}
"""
KINDS = """
projects:
  - clusters:
      - {name: Flex0, kind: flex}
      - {name: NoBackup0, backup: false, snapshots: [{description: old, age: 3600}]}
      - {name: Paused0, paused: true, snapshots: [{description: old, age: 3600}]}
      - {name: Sharded1, kind: sharded, shards: 3, configServer: DEDICATED, provider: GCP, mongodbVersion: 7.0.2}
"""


def world(contract: Contract, text: str) -> World:
    """The world of a scenario's text."""
    return world_of(contract, scenario_in(contract, parse(text, "world.yaml")), clock=ManualClock())


def facts(found: World) -> list[object]:
    """What a world consists of, as far as it can be compared."""
    return [found.projects, found.members, found.revoked, found.signing_key, found.snapshots, found.new_id(0)]


def on(caller: Caller, cluster: str) -> str:
    """The snapshots of another cluster of the first project."""
    return caller.snapshots.replace("Cluster0", cluster)


@pytest.mark.parametrize("text", [DEFAULT, "seed: 0", "lifecycle: {}"])
def test_the_default_world_can_be_written_out(contract: Contract, text: str) -> None:
    """Word for word, or by saying nothing."""
    assert facts(world(contract, text)) == facts(default_world(contract, clock=ManualClock()))


def test_the_annotated_example_can_be_served(contract: Contract, caller_in: CallerIn) -> None:
    """Its snapshots are there, its clock and its credentials are as it says."""
    caller = caller_in(read_scenario(contract, EXAMPLE))
    found = caller.content("GET", caller.snapshots)["results"]
    told = [(each.get("description"), each["status"]) for each in found]
    assert told == [("nightly", "completed"), ("did not work out", "failed"), ("being taken", "inProgress")]
    assert found[0]["expiresAt"] == "2026-03-30T09:02:51Z"
    assert (found[0]["cloudProvider"], found[0]["mongodVersion"]) == ("GCP", "7.0.24")
    assert caller.call("GET", caller.snapshots).header("RateLimit-Remaining") == "998"
    assert caller.mock.world.manager.account.id == "mdb_sa_id_0123456789abcdef01234567"
    assert len(caller.mock.world.revoked) == 1
    assert caller.refused("POST", caller.snapshots, {}) == "unfinished-snapshot"


def test_the_annotated_example_shows_every_key() -> None:
    """None is left to be found in the code."""
    text = EXAMPLE.read_text(encoding="utf-8")
    tables = (scenario_file.TOP, scenario_file.LIFECYCLE, scenario_file.PROJECT, scenario_file.CLUSTER)
    for key in (
        key for table in (*tables, scenario_file.SNAPSHOT, scenario_file.CREDENTIAL) for key in table
    ):
        assert f"{key}:" in text, key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sed: 1", "world.yaml, line 1, at /sed"),
        ("sed: 1", "did you mean 'seed'?"),
        ("seed: -1", "`seed` is -1"),
        ("seed: true", "a whole number from 0"),
        ("seed: 1.5", "a whole number from 0"),
        ("seed: 1\nseed: 2", "appears twice"),
        ("start: yesterday", "such as 2026-01-01T00:00:00Z"),
        ("start: 2026-02-30T00:00:00Z", "`start` is '2026-02-30T00:00:00Z'"),
        ("start: 2200-01-01T00:00:00Z", "from 1970 to 2106"),
        ("start: 2026", "`start` is 2026"),
        ("lifecycle: 1", "this is 1"),
        ("lifecycle: {duration: 0}", "a number from 1 to"),
        ("lifecycle: {failing: 2}", "a number from 0 to 1"),
        ("lifecycle: {failing: .nan}", "`failing` is '.nan'"),
        ("lifecycle: {stages: {begun: 1}}", "one of started, version-known, provider-known, taken"),
        ("lifecycle: {stages: {started: 9, version-known: 3}}", "a number from 9"),
        ("lifecycle: {stages: {started: 9}, duration: 3}", "`duration` is 3"),
        ("lifecycle: {createdAt: 9, duration: 3}", "`createdAt` is 9"),
        ("projects: []", "at least one project"),
        ("projects: 1", "`projects` is 1"),
        ("projects: [1]", "at /projects/0"),
        ("projects: [{id: 32B6}]", "a text that matches ^([a-f0-9]{24})$"),
        ("projects:\n- {}\n- {id: 32b6e34b3d91647abb20e7b8}", "first: world.yaml, line 2"),
        ("projects: [{name: 1}]", "a text"),
        ("projects: [{rateLimitLeft: 1201}]", "a whole number from 0 to 1200"),
        ("projects: [{clusters: [{}]}]", "`name` is missing"),
        ("projects: [{clusters: [{name: a_b}]}]", "`name` is 'a_b'"),
        ("projects: [{clusters: [{name: a}, {name: a}]}]", "each only once"),
        ("projects: [{clusters: [{name: a, kind: replicaset}]}]", "did you mean 'replicaSet'?"),
        ("projects: [{clusters: [{name: a, provider: aws}]}]", "did you mean 'AWS'?"),
        ("projects: [{clusters: [{name: a, provider: 1}]}]", "a value of type string"),
        ("projects: [{clusters: [{name: a, mongodbVersion: 8.0}]}]", "a value of type string"),
        ("projects: [{clusters: [{name: a, mongodbVersion: '8.0'}]}]", "a text that matches"),
        ("projects: [{clusters: [{name: a, paused: maybe}]}]", "true or false"),
        ("projects: [{clusters: [{name: a, shards: 2}]}]", "but where `kind` is sharded"),
        ("projects: [{clusters: [{name: a, kind: sharded, shards: 0}]}]", "a whole number from 1 to 50"),
        ("projects: [{clusters: [{name: a, kind: sharded, configServer: own}]}]", "EMBEDDED, DEDICATED"),
        ("projects: [{clusters: [{name: a, kind: flex, snapshots: [{}]}]}]", "where `kind` is flex"),
        ("projects: [{clusters: [{name: a, snapshots: [{id: x}]}]}]", "`id` is 'x'"),
        ("projects: [{clusters: [{name: a, snapshots: [{retentionInDays: 0}]}]}]", "a number of at least 1"),
        ("projects: [{clusters: [{name: a, snapshots: [{description: 1}]}]}]", "`description` is 1"),
        ("projects: [{clusters: [{name: a, snapshots: [{age: 1, status: queued}]}]}]", "either `age` or"),
        ("projects: [{clusters: [{name: a, snapshots: [{status: done}]}]}]", "queued, inProgress"),
        ("projects: [{clusters: [{name: a, snapshots: [{status: failed, fate: completed}]}]}]", "failed, as"),
        ("projects: [{clusters: [{name: a, snapshots: [{fate: lost}]}]}]", "one of completed, failed"),
        ("credentials: []", "at least one that isn't revoked"),
        ("credentials: [{revoked: true}]", "at least one that isn't revoked"),
        ("credentials: [{roles: Owner}]", "a list"),
        ("credentials: [{roles: [Project Read only]}]", "did you mean 'Project Read Only'?"),
        ("credentials: [{roles: [{}]}]", "there is no {}"),
        ("credentials: [{projects: []}]", "at least one project"),
        ("credentials: [{projects: ['" + "1" * 24 + "']}]", "there is no '1111"),
        ("credentials: [{serviceAccount: {id: me}}]", "mdb_sa_id_[0-9a-f]{24}"),
        ("credentials: [{serviceAccount: {secret: a b}}]", "printable ASCII"),
        ("credentials: [{apiKey: {publicKey: 'a:b'}}]", "blanks and colons"),
        ("credentials: [{apiKey: {publicKey: a}}, {apiKey: {publicKey: a}}]", "each only once"),
    ],
)
def test_a_mistake_in_a_scenario_is_named_with_its_place(contract: Contract, text: str, said: str) -> None:
    """File, line, place, value, what would do, and the nearest word; nothing is guessed."""
    with pytest.raises(BadInput) as caught:
        world(contract, text)
    assert said in str(caught.value)
    assert "world.yaml, line" in caught.value.where


def test_no_secret_is_shown_in_a_complaint(contract: Contract) -> None:
    """Not even one that can't be used."""
    with pytest.raises(BadInput) as caught:
        world(contract, "credentials: [{serviceAccount: {secret: my secret}}]")
    assert "my secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("snapshots", "said"),
    [
        ("[{status: queued}, {status: inProgress}]", "second unfinished snapshot"),
        ("[{age: 10}, {age: 20}]", "second unfinished snapshot"),
        ("[{age: 700000}]", "expired before the start"),
        ("[{age: 300000000, retentionInDays: 9999}]", "before 1970"),
    ],
)
def test_snapshots_that_can_not_be_at_the_start_are_refused(
    contract: Contract, snapshots: str, said: str
) -> None:
    """Each complaint names the one that is too many."""
    text = f"start: 1975-01-01T00:00:00Z\nprojects:\n- clusters:\n  - name: a\n    snapshots: {snapshots}"
    begin = scenario_in(contract, parse(text, "world.yaml"))
    with pytest.raises(BadInput, match=said) as caught:
        world_of(contract, begin, clock=ManualClock(begin.start or 0.0))
    assert "/projects/0/clusters/0/snapshots/" in caught.value.where


def test_a_flex_cluster_is_refused_by_every_snapshot_operation(caller_in: CallerIn) -> None:
    """Whatever the request is about."""
    caller = caller_in(KINDS)
    flex, some_id = on(caller, "Flex0"), "0" * 24
    for method, target in (
        ("POST", flex),
        ("GET", flex),
        ("GET", f"{flex}/{some_id}"),
        ("PATCH", f"{flex}/{some_id}"),
        ("DELETE", f"{flex}/{some_id}"),
        ("GET", f"{flex}/shardedClusters"),
        ("GET", f"{flex}/shardedCluster/{some_id}"),
        ("DELETE", f"{flex}/shardedCluster/{some_id}"),
    ):
        assert caller.refused(method, target, {}) == "flex-cluster-refused"


@pytest.mark.parametrize(
    ("cluster", "behaviour"),
    [("NoBackup0", "backup-disabled-refused"), ("Paused0", "paused-cluster-refused")],
)
def test_a_cluster_without_backup_keeps_its_old_snapshots(
    caller_in: CallerIn, cluster: str, behaviour: str
) -> None:
    """No new one can be taken; the old ones can be read, changed and removed."""
    caller = caller_in(KINDS)
    target = on(caller, cluster)
    assert caller.refused("POST", target, {}) == behaviour
    old = caller.content("GET", target)["results"][0]
    changed = caller.content(
        "PATCH", f"{target}/{old['id']}", {"retentionUnit": "DAYS", "retentionValue": 30}
    )
    assert changed["expiresAt"] > old["expiresAt"]
    assert caller.call("DELETE", f"{target}/{old['id']}").status == 204


def test_a_refusal_for_want_of_backup_names_the_clusters_id(caller_in: CallerIn) -> None:
    """Not its name."""
    caller = caller_in(KINDS)
    body = json.loads(caller.call("POST", on(caller, "NoBackup0"), {}).body)
    assert body["parameters"] == [caller.mock.world.home.clusters[1].id, caller.mock.world.home.id]


def test_a_sharded_snapshot_has_a_part_for_each_shard_and_config_host(caller_in: CallerIn) -> None:
    """From the start, each part with the provider of the cluster; every path tells the kind of config server."""
    caller = caller_in(KINDS)
    target = on(caller, "Sharded1")
    taken = caller.take(target)
    assert taken["configServerType"] == "DEDICATED"
    whole = caller.read(taken["id"], f"{target}/shardedCluster")
    names = [f"Sharded1-shard-{n}" for n in range(3)] + ["Sharded1-config-0"]
    assert [each["replicaSetName"] for each in whole["members"]] == names
    assert {each["cloudProvider"] for each in whole["members"]} == {"GCP"}
    assert len({taken["id"], *whole["snapshotIds"]}) == 5


def test_revoked_credentials_are_worth_nothing(caller_in: CallerIn) -> None:
    """A token of theirs is refused, and so is the account that asks for a new one."""
    caller = caller_in("credentials: [{}, {revoked: true}]")
    revoked = replace(caller, member=caller.mock.world.revoked[0])
    assert revoked.refused("GET", caller.snapshots) == "credentials-missing"
    assert set(caller.mock.world.secrets()) > {caller.mock.world.revoked[0].account.secret}


def test_a_credential_may_have_several_roles_or_none(caller_in: CallerIn) -> None:
    """Each role permits what it permits alone."""
    caller = caller_in("credentials: [{roles: [Project Read Only, Project Backup Creator]}, {roles: []}]")
    caller.take()
    assert caller.content("GET", caller.snapshots)["totalCount"] == 1
    nobody = replace(caller, member=caller.mock.world.members[1])
    assert nobody.refused("GET", caller.snapshots) == "role-missing"


def test_a_caller_who_is_not_on_the_access_list_is_refused(caller_in: CallerIn) -> None:
    """By every operation of the API, before anything else is looked at."""
    caller = caller_in("credentials: [{onAccessList: false}]")
    assert caller.refused("GET", "/api/atlas/v2/groups", headers=(("Accept", "*/*"),)) == "ip-not-allowed"
    assert caller.refused("POST", caller.snapshots, b"{") == "ip-not-allowed"


def test_a_bucket_may_begin_nearly_empty(caller_in: CallerIn) -> None:
    """It is refilled as usual."""
    caller = caller_in("projects: [{rateLimitLeft: 1, clusters: [{name: Cluster0}]}]")
    assert caller.call("GET", caller.snapshots).header("RateLimit-Remaining") == "0"
    assert caller.refused("GET", caller.snapshots) == "rate-limited"
    caller.clock.advance(60)
    assert caller.call("GET", caller.snapshots).header("RateLimit-Remaining") == "499"


@pytest.mark.parametrize("status", ["queued", "inProgress", "completed", "failed"])
def test_a_snapshot_can_have_come_to_any_status(caller_in: CallerIn, status: str) -> None:
    """It stays there as long as the clock stands still."""
    caller = caller_in(f"projects: [{{clusters: [{{name: Cluster0, snapshots: [{{status: {status}}}]}}]}}]")
    assert [each["status"] for each in caller.content("GET", caller.snapshots)["results"]] == [status]


def test_a_status_is_as_young_as_the_pace_of_the_mock(contract: Contract) -> None:
    """A snapshot in progress is so on a fast mock, too."""
    text = "projects: [{clusters: [{name: a, snapshots: [{status: inProgress}]}]}]"
    begin = scenario_in(contract, parse(text, "world.yaml"))
    found = world_of(contract, begin, clock=ManualClock(), pace=0.001)
    (snapshot,) = found.snapshots_of((found.home.id, "a"))
    assert 0 < found.clock.now() - snapshot.requested < 0.1


def test_a_life_that_never_has_a_status_is_refused(contract: Contract) -> None:
    """Whoever makes scenarios by hand is told, too."""
    begin = scenario_in(contract, parse("projects: [{clusters: [{name: a, snapshots: [{}]}]}]", "world.yaml"))
    wrong = replace(begin.snapshots[0], status="failed", fails=False)
    with pytest.raises(BadInput, match="never has the status"):
        world_of(contract, replace(begin, snapshots=(wrong,)), clock=ManualClock())
    with pytest.raises(BadInput, match="no cluster"):
        world_of(contract, replace(begin, snapshots=(replace(wrong, place=("x", "a")),)), clock=ManualClock())


def test_a_real_clock_can_begin_at_another_time() -> None:
    """It runs on from there."""
    assert 1000.0 <= RealClock(1000.0).now() < 1060.0
    assert RealClock().now() > 1.7e9


def test_the_oldest_snapshots_make_room(contract: Contract) -> None:
    """A cluster keeps so many of them, and so much of what is said of them."""
    found = world_of(contract, Scenario(wishes=Wishes(length=1)), clock=ManualClock())
    place = (found.home.id, "Cluster0")
    text = "projects: [{clusters: [{name: Cluster0, snapshots: [{}]}]}]"
    (one,) = world(contract, text).snapshots_of(place)

    def added(count: int, description: str) -> list[Snapshot]:
        for number in range(count):
            found.add(place, replace(one, id=str(number), description=description))
        return found.snapshots_of(place)

    assert [each.id for each in added(MOST_SNAPSHOTS + 2, "")][:2] == ["2", "3"]
    assert len(added(10, "a" * (MOST_TEXT // 4))) == 4
