"""Documents of runs that never were, for tests of what is made of them."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from atlas_contract.reports.document import schema

STATES = ("proved", "exercised", "unjudged", "violated")
VALIDATOR = jsonschema_rs.validator_for(schema(), validate_formats=True)


def clause(number: int, state: str = "proved", **changes: Any) -> dict[str, Any]:
    """One clause of a made-up contract."""
    return {
        "id": f"#/components/schemas/Thing{number % 7}/properties/part{number}/type",
        "side": "reply",
        "source": "documented",
        "title": f"Thing{number % 7}.part{number}: type",
        "state": state,
        "cases": number,
        "checks": ["body_conforms"],
        "faults": 2,
        "operations": ["getThing" if number % 2 else "listThings"],
        **changes,
    }


def finding(number: int = 0, **changes: Any) -> dict[str, Any]:
    """One finding of a made-up run."""
    return {
        "check": "body_conforms",
        "clause": f"#/components/schemas/Thing{number % 7}/properties/part{number}/type",
        "source": "observed",
        "operation": "getThing",
        "message": f"{number} is not a text",
        "case": "an ordinary request",
        "curl": f"curl --include 'http://127.0.0.1:1/things/{number}'",
        "request": {"method": "GET", "target": f"/things/{number}", "headers": [], "body": ""},
        "reply": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "body": f'{{"part": {number}}}',
        },
        "times": 1,
        "firstSeen": None,
        "lastSeen": None,
        "accepted": None,
        **changes,
    }


def with_body(number: int, body: str) -> dict[str, Any]:
    """One finding whose reply has a body."""
    return finding(number, reply={"status": 200, "headers": [], "body": body})


def row(number: int, state: str = "killed", **changes: Any) -> dict[str, Any]:
    """One fault of a made-up matrix."""
    return {
        "fault": f"fault.{number}",
        "family": ("reply", "state", "wire")[number % 3],
        "harm": f"forgets part {number}",
        "clause": f"#/components/schemas/Thing{number % 7}/properties/part{number}/type",
        "state": state,
        "checks": [f"some_check_with_a_long_name_{number % 5}"] if state == "killed" else [],
        "requests": 12,
        "why": None,
        **changes,
    }


TIMELINE = {
    "requests": [
        {"at": 0.5, "method": "POST", "operation": "takeThing", "status": 200},
        {"at": 1.5, "method": "POST", "operation": "takeThing", "status": 400},
        {"at": 300.0, "method": "GET", "operation": "getThing", "status": None},
    ],
    "snapshots": [
        {
            "id": "a" * 24,
            "from": 0.5,
            "to": 290.0,
            "states": [{"at": 0.5, "state": "queued"}, {"at": 200.0, "state": "completed"}],
        },
        {"id": "b" * 24, "from": 295.0, "to": None, "states": []},
    ],
}


def report(**changes: Any) -> dict[str, Any]:
    """The document of a run of `test` that found nothing; checked against the schema, changes included."""
    document: dict[str, Any] = {
        "version": 1,
        "kind": "test",
        "target": "embedded mock, seed 0",
        "operation": "POST /things",
        "started": "2026-01-02T03:04:05Z",
        "seconds": 12.3,
        "verdict": {"state": "holds", "text": "the contract holds"},
        "cases": 1200,
        "requests": 1300,
        "clauses": [clause(number) for number in range(40)],
        "findings": [],
        "leftOut": {},
        "learned": [],
        "notes": [],
        "troubles": [],
        "matrix": None,
        "timeline": None,
        **changes,
    }
    if document["findings"] and "verdict" not in changes:
        document["verdict"] = {"state": "broken", "text": "some findings"}
    VALIDATOR.validate(document)
    return document
