"""Documents of made-up runs, in the shape that every report reads."""

from __future__ import annotations

from typing import Any


def clause(name: str = "#/a", *, cases: int = 1, state: str = "proved") -> dict[str, Any]:
    """A clause of a document."""
    return {
        "id": name,
        "side": "reply",
        "source": "observed",
        "title": "a clause",
        "state": state,
        "cases": cases,
    }


def finding(name: str = "#/a", message: str = "broken", *, accepted: bool = False) -> dict[str, Any]:
    """A finding of a document."""
    entry = {"reason": "known", "owner": "kites", "expires": "2026-12-31"}
    return {
        "check": "body_conforms",
        "clause": name,
        "source": "observed",
        "operation": "getKite",
        "message": message,
        "curl": "curl http://127.0.0.1/",
        "accepted": entry if accepted else None,
    }


def row(fault: str, state: str) -> dict[str, Any]:
    """A fault of a document."""
    return {"fault": fault, "family": "state", "harm": "forgets", "state": state, "checks": []}


def document(**changes: Any) -> dict[str, Any]:
    """A document of a run without findings, with some members changed."""
    plain = {
        "version": 1,
        "kind": "test",
        "target": "mock",
        "started": "2026-06-01T00:00:00Z",
        "seconds": 1.5,
        "cases": 3,
        "requests": 4,
        "verdict": {"state": "holds", "text": "the contract holds"},
        "clauses": [],
        "findings": [],
        "notes": [],
        "troubles": [],
        "matrix": None,
    }
    return {**plain, **changes}
