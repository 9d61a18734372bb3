"""Proposals: overlay actions in the form of spec/, after which what was seen is legal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recording import Tape, bare

from atlas_contract.contract import Contract, load
from atlas_contract.model import Gap, Reply
from atlas_contract.recordings import Recorded
from atlas_contract.reports.loosening import path_of, steps
from atlas_contract.reports.proposals import overlay_text, proposed
from atlas_contract.reports.verification import Verified
from atlas_contract.runner.verify import Layer, verify
from atlas_contract.spec import overlay
from atlas_contract.spec.documented import documented
from atlas_contract.spec.documents import load as load_document
from atlas_contract.spec.documents import parse
from atlas_contract.spec.effective import composed
from atlas_contract.spec.files import BEHAVIOURS, FRAGMENT, OVERLAY

SPEC = Path(__file__).parents[2] / "spec"
TODAY = date(2026, 1, 1)
CONTRACT = load()
DOCUMENTED = documented(CONTRACT)
LAYERS = {Layer.EFFECTIVE: CONTRACT, Layer.DOCUMENTED: DOCUMENTED}
MEMBERS = [
    "copyRegions", "createdAt", "description", "detail", "error", "errorCode", "expiresAt", "frequencyType", "id",
    "links", "mongodVersion", "parameters", "policyItems", "results", "snapshotType", "status", "storageSizeBytes",
    "totalCount", "type", "unheard",
]  # fmt: skip
VALUES = st.sampled_from(
    [
        "x",
        "",
        "it's",
        7,
        -7,
        1.5,
        2**40,
        True,
        None,
        [],
        [1],
        ["x"],
        [{"href": 1}],
        {},
        {"a": 1},
        "2026-01-01T00:00:00Z",
    ]
)
GONE = "(gone)"
CHANGES = st.dictionaries(st.sampled_from(MEMBERS), VALUES | st.just(GONE), max_size=4)


def life() -> list[Recorded]:
    """A life of a snapshot, and refusals of several kinds."""
    from atlas_contract.recordings import plain

    return [plain.recorded(bare(each), f"file {n}") for n, each in enumerate(Tape.of(CONTRACT).live().heard)]


LIFE = life()


def changed(recorded: Recorded, changes: dict[str, Any], status: int | None, header: Any) -> Recorded:
    """A reply with other members, another status, another header."""
    reply = recorded.reply
    try:
        document = {**json.loads(reply.body), **changes}
    except ValueError:
        document = {}
    kept = {name: value for name, value in document.items() if value != GONE}
    headers = [pair for pair in reply.headers if not header or pair[0].lower() != header[0].lower()]
    headers += [header] if header and header[1] != GONE else []
    body = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode() if document else reply.body
    fresh = Reply(status or reply.status, tuple(headers), body)
    return replace(recorded, reply=fresh, gaps=recorded.gaps | {Gap.LAYOUT})


REPLIES = st.builds(
    changed,
    st.sampled_from(LIFE),
    CHANGES,
    st.sampled_from([None, None, 201, 404, 418, 503]),
    st.sampled_from(
        [None, None, ("Server", "other"), ("X-Frame-Options", GONE), ("Content-Type", "application/json")]
    ),
)


def legalised(found: Verified, contract: Contract) -> Contract:
    """The contract after the proposal."""
    text = overlay_text(found, contract, TODAY)
    return Contract(overlay.apply(contract.document, parse(text, "proposal.yaml")).content)


@given(st.lists(REPLIES, min_size=1, max_size=4), st.sampled_from(list(LAYERS)))
def test_what_a_proposal_speaks_of_is_legal_after_it(recorded: list[Recorded], layer: Layer) -> None:
    """Whatever was seen, and in either layer: applied to the contract, the same traffic breaks none of it."""
    contract = LAYERS[layer]
    found = verify(recorded, contract, layer)
    spoken_of = {(each.clause, each.check) for each in found.deviations if steps(each, contract.document)}
    if spoken_of:
        again = verify(recorded, legalised(found, contract), layer)
        assert not spoken_of & {(each.clause, each.check) for each in again.deviations}


def test_the_real_differences_are_proposed_as_spec_has_them() -> None:
    """From a life alone comes the action by which the observed overlay begins."""
    found = verify(LIFE, DOCUMENTED, Layer.DOCUMENTED)
    action = proposed(found, DOCUMENTED.document, TODAY)[0]
    assert (action["target"], action["update"]) == (
        "$.components.schemas.FrequencyType",
        {"enum": ["ondemand"]},
    )
    assert action["x-source"] == "observed"
    assert "recorded replies of" in action["x-evidence"]
    assert action["x-date"] == "2026-01-01"
    assert list(action) == ["target", "description", "update", "x-reason", "x-evidence", "x-date", "x-source"]


def with_reply(changes: dict[str, Any], status: int | None = None, header: Any = None) -> Sequence[Recorded]:
    """One read of a snapshot, changed."""
    read = next(each for each in LIFE if each.request.method == "GET" and each.reply.status == 200)
    return [changed(read, changes, status, header)]


@pytest.mark.parametrize(
    ("recorded", "target", "change"),
    [
        (
            with_reply({"links": GONE}),
            "$.components.schemas.ReplicaSetSnapshot.required[?@ == 'links']",
            {"remove": True},
        ),
        (
            with_reply({"storageSizeBytes": -5}),
            "$.components.schemas.SnapshotBase.properties.storageSizeBytes",
            {"update": {"minimum": -5}},
        ),
        (
            with_reply({"createdAt": "now"}),
            "$.components.schemas.SnapshotBase.properties.createdAt['pattern']",
            {"remove": True},
        ),
        (
            with_reply({}, None, ("Server", GONE)),
            "$.components.headers.Server",
            {"update": {"required": False}},
        ),
        (
            with_reply({}, None, ("Server", "other")),
            "$.components.headers.Server.schema",
            {"update": {"enum": ["mdbws", "other"]}},
        ),
        (
            with_reply({}, None, ("Content-Type", "text/json")),
            "$.components.responses.SnapshotFound.content",
            {"update": {"text/json": {"schema": {"$ref": "#/components/schemas/Snapshot"}}}},
        ),
    ],
)  # fmt: skip
def test_each_kind_of_clause_has_its_edit(recorded: Sequence[Recorded], target: str, change: Any) -> None:
    """The smallest that will do."""
    actions = proposed(verify(recorded, CONTRACT), CONTRACT.document, TODAY)
    assert change in [
        {key: action[key] for key in ("update", "remove") if key in action}
        for action in actions
        if action["target"] == target
    ]


def test_another_type_becomes_a_list_of_types() -> None:
    """In two actions, since a list cannot be merged into a single type."""
    actions = proposed(verify(with_reply({"description": None}), CONTRACT), CONTRACT.document, TODAY)
    assert [(each["target"], each.get("update")) for each in actions] == [
        ("$.components.schemas.SnapshotBase.properties.description['type']", None),
        ("$.components.schemas.SnapshotBase.properties.description", {"type": ["string", "null"]}),
    ]


def test_an_error_of_a_new_status_gets_the_schema_that_it_fits() -> None:
    """That of the other errors, where it is one."""
    error = {"error": 409, "errorCode": "X", "detail": "x", "parameters": [], "reason": "Conflict"}
    gone = dict.fromkeys(json.loads(with_reply({})[0].reply.body), GONE)
    recorded = with_reply({**gone, **error}, 409, ("Content-Type", "application/json"))
    (action,) = proposed(verify(recorded, CONTRACT), CONTRACT.document, TODAY)
    assert action["update"]["409"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/ApiError"}}
    }
    assert action["x-reason"] == "The contract lists no reply with the status 409."


@pytest.mark.parametrize(
    "changes", [{"storageSizeBytes": -5}, {"frequencyType": "it's: a\nword"}, {"links": GONE}]
)
def test_actions_can_be_appended_to_the_overlay_as_they_stand(changes: dict[str, Any]) -> None:
    """What follows `actions:`, put at the end of the kept file, makes a contract that the traffic keeps."""
    recorded = with_reply(changes)
    found = verify(recorded, CONTRACT)
    assert found.deviations
    _, _, actions = overlay_text(found, CONTRACT, TODAY).partition("\nactions:\n")
    kept = parse((SPEC / OVERLAY).read_text(encoding="utf-8") + actions, OVERLAY)
    document = composed(load_document(SPEC / FRAGMENT), kept, load_document(SPEC / BEHAVIOURS))
    assert verify(recorded, Contract(document)).deviations == ()


def test_what_no_edit_can_make_legal_is_said_in_words() -> None:
    """Behaviours, and mistakes of a server, as comments below the actions."""
    recorded = with_reply({"status": "completed", "storageSizeBytes": 0})
    text = overlay_text(verify(recorded, CONTRACT), CONTRACT, TODAY)
    assert "behaviour snapshot-lifecycle" in text
    assert all(line.startswith("#") for line in text.splitlines())


def test_nothing_is_proposed_where_nothing_deviates() -> None:
    """And the text says so."""
    assert "Nothing to propose" in overlay_text(verify(LIFE, CONTRACT), CONTRACT, TODAY)


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("#/components/schemas/A/allOf/1/type", "$.components.schemas.A.allOf[1].type"),
        ("#/paths/~1a~1{b}/get", "$.paths['/a/{b}'].get"),
        ("#/components/it's", "$.components['it\\'s']"),
    ],
)
def test_a_pointer_becomes_a_path(pointer: str, path: str) -> None:
    """Names that are no words are quoted, and only list items are numbered."""
    document: dict[str, Any] = {"components": {"schemas": {"A": {"allOf": [{}, {}]}}}, "paths": {}}
    assert path_of(pointer, document) == path
