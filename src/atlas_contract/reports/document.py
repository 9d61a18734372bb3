"""The JSON document of a run: what `--json`, the bundle and the report page are made of, described in `SCHEMA`.

Every text that came from outside goes through `redact` here, so whoever shows the document need not think of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import Any, TypeAlias

from atlas_contract import redact
from atlas_contract.contract import Contract
from atlas_contract.model import Accepted, Exchange, Finding, Headers
from atlas_contract.reports import curl, scenes
from atlas_contract.reports.console import Summary
from atlas_contract.reports.record import Life, Matrix, Seen, Sent, Standing, Timeline, Tried
from atlas_contract.reports.verdict import Verdict, matrix_verdict, verdict

Document: TypeAlias = Mapping[str, Any]
VERSION = 1
SCHEMA = "report.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of every document that this module makes."""
    found: dict[str, Any] = json.loads(resources.files(__package__).joinpath(SCHEMA).read_text("utf-8"))
    return found


def document(
    kind: str,
    run: Summary,
    standings: Iterable[Standing] = (),
    *,
    timeline: Timeline | None = None,
    learned: Sequence[str] = (),
) -> dict[str, Any]:
    """The document of a run that judged exchanges.

    Args:
        kind: the command: test, fuzz or verify.
        standings: how each clause of the contract stands after the run.
        timeline: what was done and when, where that matters.
        learned: edits of `spec/` that the run suggests.
    """
    ruling = verdict(run.findings, run.accepted, run.troubles, len(run.cases))
    target = run.redacted(run.target)
    return {
        **_head(kind, run.contract, target=target, began=run.began, seconds=run.seconds, ruling=ruling),
        "cases": sum(run.cases.values()),
        "requests": run.requests,
        "clauses": [_standing(each) for each in standings],
        "findings": [_finding(each, run) for each in run.findings],
        "leftOut": {run.redacted(reason): count for reason, count in run.left_out.items()},
        "learned": [run.redacted(each) for each in learned],
        "notes": [run.redacted(each) for each in run.notes],
        "troubles": [run.redacted(each) for each in run.troubles],
        "matrix": None,
        "timeline": _timeline(timeline) if timeline else None,
    }


def matrix_document(
    contract: Contract,
    matrix: Matrix,
    standings: Iterable[Standing] = (),
    *,
    target: str,
    began: float,
    seconds: float,
) -> dict[str, Any]:
    """The document of `faults run`, which judges the suite and not a server: it has rows, and no findings."""
    return {
        **_head(
            "faults", contract, target=target, began=began, seconds=seconds, ruling=matrix_verdict(matrix)
        ),
        "cases": 0,
        "requests": sum(row.requests for row in matrix.rows),
        "clauses": [_standing(each) for each in standings],
        "findings": [],
        "leftOut": {},
        "learned": [],
        "notes": [],
        "troubles": [],
        "matrix": {"full": matrix.full, "rows": [_row(row) for row in matrix.rows]},
        "timeline": None,
    }


def _head(
    kind: str, contract: Contract, *, target: str, began: float, seconds: float, ruling: Verdict
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "kind": kind,
        "target": target,
        "operation": f"{contract.main.method} {contract.main.path}",
        "started": _moment(began),
        "seconds": round(seconds, 3),
        "verdict": {"state": ruling.ruling.value, "text": ruling.text},
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "id": standing.clause,
        "side": standing.side,
        "source": standing.source.value,
        "title": standing.title,
        "state": standing.state.value,
        "cases": standing.cases,
        "checks": list(standing.checks),
        "faults": standing.faults,
        "operations": list(standing.operations),
    }


def _finding(finding: Finding, run: Summary) -> dict[str, Any]:
    seen = run.seen.get(finding.identity, Seen())
    return {
        "check": finding.check,
        "clause": finding.clause,
        "source": finding.source.value,
        "operation": finding.exchange.case.operation,
        "message": run.redacted(finding.message),
        "case": run.redacted(finding.exchange.case.reason),
        "when": scenes.told(finding.exchange.case.scene),
        "curl": curl.command(finding.exchange, run.base_url, run.secrets),
        **_exchange(finding.exchange, run),
        "times": seen.times,
        "firstSeen": None if seen.first is None else _moment(seen.first),
        "lastSeen": None if seen.last is None else _moment(seen.last),
        "accepted": _accepted(run.accepted.get(finding.identity)),
    }


def _accepted(entry: Accepted | None) -> dict[str, str] | None:
    if entry is None:
        return None
    return {"reason": entry.reason, "owner": entry.owner, "expires": entry.expires.isoformat()}


def _exchange(exchange: Exchange, run: Summary) -> dict[str, Any]:
    request, reply = exchange.request, exchange.reply
    return {
        "request": {
            "method": request.method,
            "target": run.redacted(request.target),
            "headers": _headers(request.headers, run),
            "body": _text(request.body, run),
        },
        "reply": {
            "status": reply.status,
            "headers": _headers(reply.headers, run),
            "body": _text(reply.body, run),
        },
    }


def _headers(headers: Headers, run: Summary) -> list[Mapping[str, str]]:
    shown = redact.headers(headers)
    return [{"name": run.redacted(name), "value": run.redacted(value)} for name, value in shown]


def _text(body: bytes, run: Summary) -> str:
    return run.redacted(body.decode("utf-8", "backslashreplace"))


def _row(row: Tried) -> dict[str, Any]:
    return {
        "fault": row.fault,
        "family": row.family,
        "harm": row.harm,
        "clause": row.clause,
        "state": row.fate.value,
        "checks": list(row.checks),
        "requests": row.requests,
        "why": row.why or None,
    }


def _timeline(timeline: Timeline) -> dict[str, Any]:
    return {
        "requests": [_sent(each) for each in timeline.sent],
        "snapshots": [_life(each) for each in timeline.lives],
    }


def _sent(sent: Sent) -> dict[str, Any]:
    return {
        "at": round(sent.at, 3),
        "method": sent.method,
        "operation": sent.operation,
        "status": sent.status or None,
    }


def _life(life: Life) -> dict[str, Any]:
    return {
        "id": life.snapshot,
        "from": round(life.taken, 3),
        "to": None if life.removed is None else round(life.removed, 3),
        "states": list(_states(life)),
    }


def _states(life: Life) -> Iterator[dict[str, Any]]:
    return ({"at": round(at, 3), "state": state} for at, state in life.states)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
