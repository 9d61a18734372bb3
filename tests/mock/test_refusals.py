"""Requests that are out of order, and the refusal that each one gets."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock import Mock, default_world
from atlas_contract.mock.world import Snapshot
from atlas_contract.model import Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller

HOME = "32b6e34b3d91647abb20e7b8"


@pytest.mark.parametrize(
    ("old", "new", "behaviour"),
    [
        (HOME, HOME.upper(), "project-id-malformed"),
        (HOME, HOME + "%0A", "project-id-malformed"),
        (HOME, "1" * 24, "project-unknown"),
        (HOME, "32b6e34b3d91647abb20e7b9", "project-forbidden"),
        ("Cluster0", "Cluster1", "cluster-unknown"),
        ("Cluster0", "cluster0", "cluster-unknown"),
        ("/snapshots", "/snapshots//", "path-unknown"),
        ("/snapshots", "/snapshot", "path-unknown"),
        ("/snapshots", "/snapshots?envelope=yes", "query-parameter-invalid"),
        ("/snapshots", "/snapshots?pretty=", "query-parameter-invalid"),
        ("/snapshots", "/snapshots?pretty=TRUE&pretty=true", "query-parameter-invalid"),
    ],
)
def test_a_bad_target_is_refused_for_its_first_mistake(
    caller: Caller, old: str, new: str, behaviour: str
) -> None:
    """Each part of the target has a refusal of its own."""
    assert caller.refused("POST", caller.snapshots.replace(old, new), {}) == behaviour


@pytest.mark.parametrize("name", ["-Cluster0", "Clu%20ster", "Cluster%00", "%ff", "x" * 3000 + "_"])
def test_a_cluster_name_with_other_characters_is_refused(caller: Caller, name: str) -> None:
    """The refusal names what was asked for."""
    reply = caller.call("POST", caller.snapshots.replace("Cluster0", name), {})
    expected = caller.mock.contract.behaviour("cluster-name-malformed").reply or {}
    assert reply.status == expected["status"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("itemsPerPage=0", "itemsPerPage"), ("itemsPerPage=501", "itemsPerPage"), ("pageNum=1.0", "pageNum")],
)
def test_a_page_that_can_not_be_is_refused(caller: Caller, query: str, parameter: str) -> None:
    """The refusal names the parameter."""
    reply = caller.call("GET", f"{caller.snapshots}?{query}")
    assert caller.refusal(reply, "GET", caller.snapshots) == "query-parameter-invalid"
    assert json.loads(reply.body)["parameters"] == [parameter]


def test_a_query_parameter_that_is_not_declared_is_ignored(caller: Caller) -> None:
    """Whatever it is called and says."""
    assert caller.call("POST", caller.snapshots + "?includeCount=7&x=%00&=&&%zz", {}).status == 200


@pytest.mark.parametrize(
    ("body", "behaviour"),
    [
        (b"", "json-malformed"),
        (b"{", "json-malformed"),
        (b"\xff", "json-malformed"),
        (b'{"description":"\\ud800"}', "json-malformed"),
        (b'{"retentionInDays":NaN}', "json-malformed"),
        (b'{"x":' + b"[" * 100_000, "json-malformed"),
        (b'{"retentionInDays":' + b"9" * 5000 + b"}", "json-malformed"),
        (b"[]", "json-not-object"),
        (b"null", "json-not-object"),
        (b'"a"', "json-not-object"),
        (b'{"Description":"a"}', "attribute-unknown"),
        (b'{"retentionInDays":"x","other":1}', "attribute-unknown"),
        (b'{"description":1}', "attribute-wrong-type"),
        (b'{"description":null}', "attribute-wrong-type"),
        (b'{"description":' + b"[" * 400 + b"]" * 400 + b"}", "attribute-wrong-type"),
        (b'{"retentionInDays":true}', "attribute-wrong-type"),
        (b'{"retentionInDays":1.5}', "attribute-wrong-type"),
        (b'{"retentionInDays":1e400}', "attribute-wrong-type"),
        (b'{"retentionInDays":2147483648}', "attribute-wrong-type"),
        (b'{"retentionInDays":1' + b"0" * 400 + b"}", "attribute-wrong-type"),
        (b'{"retentionInDays":0}', "attribute-out-of-range"),
        (b'{"retentionInDays":-1}', "attribute-out-of-range"),
        (b'{"description":"' + b"a" * 2**21 + b'"}', "body-too-large"),
    ],
    ids=lambda value: value[:40] if isinstance(value, bytes) else value,
)
def test_a_bad_body_is_refused_and_takes_no_snapshot(caller: Caller, body: bytes, behaviour: str) -> None:
    """Each mistake has a refusal of its own."""
    assert caller.refused("POST", caller.snapshots, body) == behaviour
    assert caller.content("GET", caller.snapshots)["results"] == []


@pytest.mark.parametrize(
    "body",
    [b'{"description":"a\\u0000b"}', b'{"description":"1","description":"2"}', b' {"retentionInDays":1.0}\n'],
)
def test_an_odd_but_valid_body_is_accepted(caller: Caller, body: bytes) -> None:
    """NUL characters, a name twice, an integer written as a fraction."""
    assert caller.call("POST", caller.snapshots, body).status == 200


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "application/vnd.atlas.x+json", "json"]
)
def test_a_body_of_another_media_type_is_refused(caller: Caller, media_type: str) -> None:
    """Only JSON will do."""
    assert (
        caller.refused("POST", caller.snapshots, {}, (("Content-Type", media_type),)) == "media-type-not-json"
    )


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", "Application/JSON", "application/vnd.atlas.2025-01-01+json", ""],
)
def test_json_is_known_by_either_name(caller: Caller, media_type: str) -> None:
    """Parameters, case and date don't matter; a body that is not announced is taken for JSON."""
    assert caller.call("POST", caller.snapshots, {}, (("Content-Type", media_type),)).status == 200


@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS", "DELETE", "post", "Ω", ""])
def test_a_method_that_the_path_lacks_is_refused_with_the_ones_it_takes(caller: Caller, method: str) -> None:
    """The reply is empty but for its headers."""
    reply = caller.call(method, caller.snapshots)
    assert (reply.status, reply.body) == (405, b"")
    assert set((reply.header("Allow") or "").split(",")) == {"GET", "POST", "OPTIONS"}
    assert reply.header("Content-Type") is None


def test_a_project_that_does_not_exist_costs_no_token_and_says_no_version(caller: Caller) -> None:
    """Those headers are missing from the reply."""
    reply = caller.call("GET", caller.snapshots.replace(HOME, "1" * 24))
    for name in caller.mock.contract.behaviour("project-unknown").values["omits"]:
        assert reply.header(name) is None
    assert reply.header("X-Error-Code") is not None


def test_every_request_of_a_project_takes_a_token_until_there_is_none(caller: Caller) -> None:
    """Refused requests count, too; the bucket is refilled by whole periods."""
    limit = caller.mock.contract.behaviour("rate-limit").values
    caller.clock.advance(10.5)
    left = [caller.call("POST", caller.snapshots, b"{").header("RateLimit-Remaining") for _ in range(3)]
    assert left == [str(limit["capacity"] - taken) for taken in (1, 2, 3)]
    for _ in range(limit["capacity"] - 3):
        caller.call("GET", caller.sharded)
    reply = caller.call("POST", caller.snapshots, {})
    assert caller.refusal(reply, "POST", caller.snapshots) == "rate-limited"
    assert reply.header("Retry-After") == "50"
    assert json.loads(reply.body)["parameters"] == [
        *(caller.snapshots[1:], 50, limit["capacity"], limit["refill"], limit["periodSeconds"])
    ]
    caller.clock.advance(50)
    assert caller.call("POST", caller.snapshots, {}).header("RateLimit-Remaining") == str(limit["refill"] - 1)


def test_a_failure_of_the_mock_is_answered_and_logged(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """It says no more than that it failed."""

    class Broken(dict[tuple[str, str], list[Snapshot]]):
        def setdefault(self, *_: object) -> list[Snapshot]:
            msg = "the disk is full"
            raise OSError(msg)

    caller.mock.world.snapshots = Broken()
    assert caller.refused("GET", caller.snapshots) == "server-error"
    assert "the disk is full" in caplog.text
    caller.mock.world.snapshots = {}
    assert caller.call("GET", caller.snapshots).status == 200


def test_an_order_of_checks_that_the_mock_can_not_keep_is_refused_at_once(
    caller: Caller, contract: Contract
) -> None:
    """Steps that are unknown, missing or twice."""
    known = contract.behaviour("check-order").values["order"]
    for order in ([*known, "luck"], known[:-2], [*known[1:], known[0]], [known[0], *known]):
        behaviours = [
            {**each, "values": {"order": order}} if each["id"] == "check-order" else each
            for each in contract.document["x-atlas-behaviours"]
        ]
        bent = Contract({**contract.document, "x-atlas-behaviours": behaviours})
        with pytest.raises(BadInput, match="check order"):
            Mock(bent, default_world(bent, clock=caller.clock))


def test_the_order_of_checks_is_the_contracts(caller: Caller, contract: Contract) -> None:
    """With two mistakes, the one that the contract names first is refused."""
    target = caller.snapshots.replace("Cluster0", "nope") + "?pretty=7"
    assert caller.refused("POST", target, b"{") == "cluster-unknown"
    order = list(contract.behaviour("check-order").values["order"])
    order.remove("body")
    order.insert(order.index("cluster"), "body")
    behaviours = [
        {**each, "values": {"order": order}} if each["id"] == "check-order" else each
        for each in contract.document["x-atlas-behaviours"]
    ]
    bent = Contract({**contract.document, "x-atlas-behaviours": behaviours})
    other = replace(caller, mock=Mock(bent, default_world(bent, clock=caller.clock)))
    assert other.refused("POST", target, b"{") == "json-malformed"


def test_an_operation_that_the_mock_does_not_serve_is_an_unknown_path(
    contract: Contract, caller: Caller
) -> None:
    """The contract may describe more than the mock has."""
    paths = {**contract.document["paths"]}
    path = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots"
    paths[path + "/new"] = {"get": {**paths[path]["get"], "operationId": "listNewSnapshots"}}
    larger = Contract({**contract.document, "paths": paths})
    other = Mock(larger, default_world(larger, clock=caller.clock))
    token = other.token_for(other.world.manager.account)
    headers = (("Authorization", f"Bearer {token}"), ("Accept", "application/vnd.atlas.2025-01-01+json"))
    reply = other.handle(Request("GET", caller.snapshots + "/new", headers))
    assert reply.status == (contract.behaviour("path-unknown").reply or {})["status"]


def test_the_order_of_checks_is_explained_as_it_is(contract: Contract) -> None:
    """Its table has the checks in their order, and every refusal of the mock once."""
    text = (Path(__file__).parents[2] / "spec" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (`[a-z].*) \|$", text.partition("## The order of checks")[2], re.MULTILINE
    )
    assert [name for name, _ in rows] == contract.behaviour("check-order").values["order"]
    named = [each for _, refusals in rows for each in re.findall(r"`([a-z-]+)`", refusals)]
    refusals = {each.id for each in contract.behaviours.values() if each.reply} - {"server-error"}
    assert sorted(named) == sorted(refusals)
