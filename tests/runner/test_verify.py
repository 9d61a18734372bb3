"""Recorded traffic: sound lives pass in every form, deviations are found, unknowns are held against nobody."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.recording import FORMS, Heard, Tape, har, har_entry, har_of, json_lines

from atlas_contract.contract import Contract
from atlas_contract.model import Gap, Reply, Request, Source
from atlas_contract.recordings import Recorded, read
from atlas_contract.reports.verification import Deviation, Verified
from atlas_contract.runner.matching import NO_OPERATION, NO_REPLY, PATH_UNKNOWN, TEMPLATE
from atlas_contract.runner.verify import MOST_NAMES, Layer, verify
from atlas_contract.spec.documented import documented

Form = Callable[[Sequence[Heard]], str]
SNAPSHOTS = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/snapshots"
BY_REPLIES = (
    "created-after-expiry", "deleted-listed", "deprecated", "expiry-not-moved", "id-repeated", "list-twins",
    "relapses", "self-link-of-another", "size-changes", "times-with-fractions", "undeleted", "version-forgotten",
)  # fmt: skip
"""Faults that replies and their order show, whatever is known of the requests."""
BY_REQUESTS = ("ignores-pageNum", "ignores-pretty", "list-uncounted")
"""Faults that show only to who knows what was asked for."""


@pytest.fixture(scope="module")
def life(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> list[Recorded]:
    """A life of a snapshot, recorded by a recorder that drops nearly all of the requests."""
    return list(Tape.of(contract).live(2).recorded(tmp_path_factory.mktemp("life"), json_lines))


@pytest.fixture(scope="module")
def explored(contract: Contract) -> Tape:
    """Every derived case of the suite."""
    return Tape.of(contract).explore()


def first(recorded: Sequence[Recorded], method: str, status: int = 200) -> int:
    """Where the first exchange of a method with a status is."""
    return next(
        number
        for number, each in enumerate(recorded)
        if each.request.method == method
        and each.reply.status == status
        and "snapshots" in each.request.target
    )


def changed(recorded: Recorded, **members: Any) -> Recorded:
    """An exchange whose reply has other members; None takes one out."""
    document = {**json.loads(recorded.reply.body), **members}
    kept = {name: value for name, value in document.items() if value is not None}
    body = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()
    headers = tuple(pair for pair in recorded.reply.headers if pair[0].lower() != "content-length")
    return replace(recorded, reply=replace(recorded.reply, body=body, headers=headers))


def with_change(recorded: Sequence[Recorded], at: int, **members: Any) -> list[Recorded]:
    """The exchanges, one of them changed."""
    return [*recorded[:at], changed(recorded[at], **members), *recorded[at + 1 :]]


def clauses(found: Verified) -> set[str]:
    """The clauses that the traffic deviates from."""
    return {each.clause for each in found.deviations}


def one(found: Verified) -> Deviation:
    """The only deviation."""
    (deviation,) = found.deviations
    return deviation


@pytest.mark.parametrize("form", FORMS)
def test_a_sound_servers_traffic_keeps_the_contract(
    contract: Contract, explored: Tape, tmp_path: Path, form: Form
) -> None:
    """Every exchange of every case of the suite, refusals included, with and without what is known of requests."""
    found = verify(explored.recorded(tmp_path, form), contract)
    assert (found.deviations, found.guesses, found.unjudged) == ((), (), ())
    assert sum(found.judged.values()) == found.read == len(explored.heard)


def test_gaps_of_any_kind_raise_no_alarm(contract: Contract, explored: Tape, tmp_path: Path) -> None:
    """Whatever else is left out: one thing after the other."""
    recorded = list(explored.recorded(tmp_path, har))
    for gap in Gap:
        bare = [_without(each, gap) for each in recorded]
        found = verify(bare, contract)
        assert (gap, found.deviations) == (gap, ())


def _without(recorded: Recorded, gap: Gap) -> Recorded:
    """An exchange of which one thing less is known."""
    request, reply, gaps = recorded.request, recorded.reply, recorded.gaps | {gap}
    if gap is Gap.QUERY:
        request = replace(request, target=request.target.partition("?")[0], headers=())
    if gap is Gap.REQUEST_BODY:
        request = replace(request, body=b"")
    if gap is Gap.REPLY_HEADERS:
        reply = replace(reply, headers=())
    if gap is Gap.REPLY_BODY:
        reply, gaps = replace(reply, body=b""), gaps | {Gap.LAYOUT}
    if gap is Gap.LAYOUT and reply.body:
        reply = replace(reply, body=json.dumps(json.loads(reply.body), indent=3).encode())
    return replace(recorded, request=request, reply=reply, gaps=gaps)


def test_the_documented_layer_reports_what_was_observed_to_differ(
    contract: Contract, life: list[Recorded]
) -> None:
    """Of a life only the frequency type, and headers of which no page says anything."""
    found = verify(life, documented(contract), Layer.DOCUMENTED)
    assert [(each.clause, each.source, each.traces[0].value) for each in found.deviations] == [
        ("#/components/schemas/ApiError/properties/parameters/items/type", Source.DOCUMENTED, "string"),
        ("#/components/schemas/FrequencyType/enum", Source.DOCUMENTED, "ondemand"),
    ][::-1]
    names = {each.name for each in found.undescribed}
    assert {"x-java-method", "x-envoy-upstream-service-time", "x-error-code"} <= names
    assert not names & {"date", "server", "content-type", "content-length"}
    assert verify(life, contract).undescribed == ()


@pytest.mark.parametrize(
    ("members", "clause", "value"),
    [
        ({"frequencyType": "never"}, "#/components/schemas/FrequencyType/enum", "never"),
        (
            {"storageSizeBytes": -1},
            "#/components/schemas/SnapshotBase/properties/storageSizeBytes/minimum",
            -1,
        ),
        ({"links": None}, "#/components/schemas/ReplicaSetSnapshot/required", ["links"]),
        ({"description": 7}, "#/components/schemas/SnapshotBase/properties/description/type", "integer"),
    ],
)
def test_each_broken_clause_is_told_with_what_was_seen(
    contract: Contract, life: list[Recorded], members: Any, clause: str, value: Any
) -> None:
    """By its pointer, once, with the value that broke it."""
    found = verify(with_change(life, first(life, "GET"), **members), contract)
    deviation = next(each for each in found.deviations if each.clause == clause)
    assert (deviation.count, deviation.traces[0].value) == (1, value)
    assert deviation.check == "body_conforms"


def test_how_often_and_when_is_counted_by_exchange(contract: Contract, life: list[Recorded]) -> None:
    """A clause broken in every reply of two lives is one deviation, from the first day to the last."""
    gets = [
        each
        for each in life
        if each.request.method == "GET" and '"mongodVersion"' in each.reply.body.decode()
    ]
    single = [changed(each, mongodVersion="x") for each in gets if "results" not in each.reply.body.decode()]
    deviation = one(verify(single, contract))
    assert (deviation.count, deviation.judged) == (len(single), len(single))
    assert deviation.first.place == single[0].place
    assert deviation.last.place == single[-1].place
    assert (deviation.first.at or 0) < (deviation.last.at or 0)


@pytest.mark.parametrize(
    ("said", "cut", "missing"), [(1, 0, {}), (0, 9, {Gap.REPLY_BODY: 1, Gap.CUT_OFF: 1})]
)
def test_a_body_is_judged_whatever_its_size_is_said_to_be(
    contract: Contract, tmp_path: Path, said: int, cut: int, missing: dict[Gap, int]
) -> None:
    """A HAR that counts a byte too many hides no deviation; of one that broke off it is told that it did."""
    entry = har_entry(Tape.of(contract).live().heard[1])
    content = entry["response"]["content"]
    content["text"] = content["text"].replace("ondemand", "sometime")
    content["size"] = len(content["text"]) + said
    content["text"] = content["text"][: len(content["text"]) - cut]
    path = tmp_path / "session.har"
    path.write_text(har_of([entry]), encoding="utf-8")
    found = verify(read(path), contract)
    assert found.missing == missing
    assert ("#/components/schemas/FrequencyType/enum" in clauses(found)) is (not missing)


def test_an_undocumented_status_is_a_deviation(contract: Contract, life: list[Recorded]) -> None:
    """With what a proposal needs of it."""
    at = first(life, "GET")
    reply = Reply(418, (("Content-Type", "application/json"),), b"{}")
    deviation = one(verify([replace(life[at], reply=reply)], contract))
    assert deviation.clause.endswith("/get/responses")
    assert deviation.traces[0].value == {
        "status": 418, "mediaType": "application/json", "empty": False, "schema": None,
    }  # fmt: skip


def test_a_missing_header_and_another_media_type_are_deviations(
    contract: Contract, life: list[Recorded]
) -> None:
    """Where the recording has headers at all."""
    at = first(life, "GET")
    bare = (("Content-Type", "text/html"), ("Date", "Mon, 01 Jan 2026 00:00:00 GMT"))
    found = clauses(verify([replace(life[at], reply=replace(life[at].reply, headers=bare))], contract))
    assert "reply-media-types" in found
    assert "#/components/headers/Server/required" in found
    assert any(each.endswith("/content") for each in found)


def test_histories_are_followed_over_the_files(contract: Contract, life: list[Recorded]) -> None:
    """A completed snapshot that is queued again, one that is there after its removal, one that changes."""
    removed = first(life, "DELETE", 204)
    last = next(
        n
        for n in range(removed, 0, -1)
        if life[n].request.method == "GET" and "results" not in str(life[n].reply.body)
    )
    again = clauses(verify(with_change(life[:removed], last, status="queued"), contract))
    assert "status-only-moves-forward" in again
    later = replace(life[removed].reply, headers=()).headers
    revived = replace(life[last], reply=replace(life[last].reply, headers=later))
    assert "deleted-stays-deleted" in clauses(verify([*life[: removed + 1], revived], contract))
    assert "snapshot-lifecycle" in clauses(
        verify(with_change(life[:removed], last, description="another"), contract)
    )


def at_cluster_1(recorded: Recorded) -> Recorded:
    """An exchange as it would be about another cluster."""
    target = recorded.request.target.replace("Cluster0", "Cluster1")
    body = recorded.reply.body.replace(b"Cluster0", b"Cluster1")
    request, reply = replace(recorded.request, target=target), replace(recorded.reply, body=body)
    return replace(recorded, request=request, reply=reply)


def test_interleaved_lives_are_told_apart(contract: Contract, tmp_path: Path) -> None:
    """Two recordings of two targets, read in turn."""
    one_life, other = (
        list(Tape.of(contract, seed=seed).live().recorded(tmp_path, json_lines)) for seed in range(2)
    )
    moved = [at_cluster_1(each) for each in other]
    both = [each for pair in zip(one_life, moved, strict=True) for each in pair]
    found = verify(both, contract)
    assert (found.late, found.deviations) == (0, ())


@pytest.mark.parametrize("order", ["backwards", "twice", "removal first"])
def test_traffic_out_of_order_raises_no_alarm(contract: Contract, life: list[Recorded], order: str) -> None:
    """Nothing is concluded from a past that came later; it is noted how often that was so."""
    mixed = {
        "backwards": life[::-1],
        "twice": [each for one in life for each in (one, one)],
        "removal first": sorted(life, key=lambda each: each.request.method),
    }[order]
    found = verify(mixed, contract)
    assert (found.deviations, found.late > 0) == ((), True)


def test_unjudged_exchanges_are_named_by_what_they_have_in_common(contract: Contract) -> None:
    """Ids and names collapse to the contract's own words for them, as far as it knows the path."""
    targets = [
        SNAPSHOTS.replace("/backup/snapshots", ""),
        SNAPSHOTS.replace("Cluster0/backup/snapshots", "Other?a=1"),
        SNAPSHOTS.replace("snapshots", "schedule"),
        "/api/atlas/v2/orgs/5f35185dc60016231597711d/users",
        "/api/atlas/v2/orgs/6f35185dc60016231597711d/users",
        "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots",
        "",
    ]
    recorded = [Recorded("file", Request("GET", target), Reply(200), host="h.example") for target in targets]
    aborted = Recorded("file", Request("GET", SNAPSHOTS), Reply(0))
    found = verify([*recorded, aborted], contract)
    assert {(each.reason, each.name, each.count) for each in found.unjudged} == {
        (NO_OPERATION, "GET h.example/api/atlas/v2/groups/{groupId}/clusters/{clusterName}", 2),
        (
            NO_OPERATION,
            "GET h.example/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule",
            1,
        ),
        (NO_OPERATION, "GET h.example/api/atlas/v2/orgs/{}/users", 2),
        (TEMPLATE, f"GET h.example{targets[5]}", 1),
        (PATH_UNKNOWN, "GET", 1),
        (NO_REPLY, "GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots", 1),
    }
    assert (found.read, sum(found.judged.values())) == (8, 0)


def test_kinds_of_unjudged_exchanges_are_bounded(contract: Contract) -> None:
    """Of endless kinds some are named and the rest is counted."""
    endless = (
        Recorded("file", Request("GET", "/" + "".join(chr(97 + int(digit)) for digit in str(n))), Reply(200))
        for n in range(MOST_NAMES + 50)
    )
    found = verify(endless, contract)
    assert (len(found.unjudged), found.unjudged_others) == (MOST_NAMES, 50)


@pytest.mark.parametrize("path", [SNAPSHOTS, "/api/atlas/v2/groups", "/api/atlas/v2/groups/"])
def test_a_refused_method_belongs_to_the_path_it_was_sent_to(contract: Contract, path: str) -> None:
    """405 is judged as such, in the documented layer as undocumented."""
    allow = "POST,GET,OPTIONS"
    reply = Reply(405, (("Allow", allow), ("Date", "Tue, 15 Apr 2025 10:15:22 GMT"), ("Content-Length", "0")))
    recorded = [Recorded("file", Request("DELETE", path), reply, gaps=frozenset({Gap.QUERY, Gap.MEANWHILE}))]
    assert verify(recorded, contract).deviations == ()
    assert one(verify(recorded, documented(contract), Layer.DOCUMENTED)).check == "status_is_documented"
    bodied = [replace(recorded[0], reply=replace(reply, body=b"{}", headers=(("Allow", "PUT"),)))]
    assert "method-not-allowed" in clauses(verify(bodied, contract))


@pytest.mark.parametrize("code", [None, "UNEXPECTED_ERROR"])
@pytest.mark.parametrize("empty", [False, True])
def test_refusals_of_the_authentication_filter_pass_as_they_were_seen(
    contract: Contract, code: str | None, *, empty: bool
) -> None:
    """Laid out for people, with its code or, as once, without, or without a body; with a proxy's headers beside."""
    lines = [
        '  "error" : 401',
        '  "reason" : "Unauthorized"',
        '  "detail" : "You are not authorized for this resource."',
    ]
    lines += [f'  "errorCode" : "{code}"'] if code else []
    body = b"" if empty else ("{\n" + ",\n".join(lines) + "\n}").encode()
    fields = 'nonce="9wyDfv2rs3G53l8X9uIKJgqKirI5Q1YK", algorithm=MD5, qop="auth", stale=false'
    challenge = f'Digest realm="MMS Public API", domain="", {fields}'
    headers = (
        *(() if empty else (("Content-Type", "application/json"),)),
        ("Content-Length", str(len(body))),
        ("Www-Authenticate", challenge),
        ("Server", "mdbws"),
        ("Date", "Mon, 20 Jul 2026 03:25:15 GMT"),
        ("Vary", "Accept-Encoding"),
        ("X-Envoy-Upstream-Service-Time", "6"),
    )
    for gaps in (frozenset({Gap.MEANWHILE}), frozenset({Gap.MEANWHILE, Gap.QUERY})):
        recorded = [Recorded("file", Request("GET", SNAPSHOTS), Reply(401, headers, body), gaps=gaps)]
        assert verify(recorded, contract).deviations == ()
        if empty or not code:
            assert verify(recorded, documented(contract), Layer.DOCUMENTED).deviations != ()


def test_a_refusal_in_other_words_is_a_deviation(contract: Contract, explored: Tape, tmp_path: Path) -> None:
    """Which refusal it is, its status and code tell."""
    recorded = list(explored.recorded(tmp_path, json_lines))
    missing = next(each for each in recorded if b"CLUSTER_NOT_FOUND" in each.reply.body)
    assert clauses(verify([changed(missing, detail="No.")], contract)) == {"cluster-unknown"}
    assert clauses(verify([changed(missing, parameters=["a", "b"])], contract)) == {"cluster-unknown"}


def test_what_is_only_inferred_is_a_guess_and_no_deviation(contract: Contract, life: list[Recorded]) -> None:
    """It is reported for whoever keeps the contract, and fails nobody."""
    at = first(life, "GET")
    sharded = changed(life[at], expiresAt="2031-01-01T00:00:00Z")
    found = verify(
        [*life[: at + 1], sharded, replace(sharded, reply=changed(life[at], id=None).reply)], contract
    )
    assert all(each.source is not Source.INFERRED for each in found.deviations)
    assert all(each.source is Source.INFERRED for each in found.guesses)


def test_no_secret_of_the_traffic_reaches_the_result(
    contract: Contract, explored: Tape, tmp_path: Path
) -> None:
    """Not of headers and not of bodies, in messages or among the values that were seen."""
    recorded = list(explored.recorded(tmp_path, har))
    at = next(n for n, each in enumerate(recorded) if b"access_token" in each.reply.body)
    token = json.loads(recorded[at].reply.body)["access_token"]
    login = recorded[at].request.header("Authorization") or ""
    recorded[at] = changed(recorded[at], token_type=token, expires_in=login)
    found = verify(recorded[at : at + 1], contract)
    assert found.deviations
    told = repr(found)
    assert token not in told
    assert login.split()[1] not in told


@pytest.mark.parametrize("form", [json_lines, har])
@pytest.mark.parametrize("fault", BY_REPLIES)
def test_faults_that_replies_show_are_found_in_recordings(
    contract: Contract, tmp_path: Path, fault: str, form: Form
) -> None:
    """Traffic of a faulty server, recorded with and without its requests."""
    assert verify(Tape.of(contract, fault).explore().recorded(tmp_path, form), contract).deviations


@pytest.mark.parametrize("fault", BY_REQUESTS)
def test_faults_that_requests_show_are_found_where_these_are_recorded(
    contract: Contract, tmp_path: Path, fault: str
) -> None:
    """And raise no alarm where they are not, since the reply may be what was asked for."""
    tape = Tape.of(contract, fault).explore()
    assert verify(tape.recorded(tmp_path, har), contract).deviations
    assert not verify(tape.recorded(tmp_path, json_lines), contract).deviations
