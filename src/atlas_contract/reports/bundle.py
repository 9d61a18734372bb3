"""The bundle of a run: its findings with their exchanges, as one file to attach to a ticket. No secret is in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from atlas_contract import redact
from atlas_contract.errors import BadInput
from atlas_contract.model import Exchange, Finding, Headers
from atlas_contract.reports import curl
from atlas_contract.reports.console import Summary, summary


def document(run: Summary) -> dict[str, Any]:
    """What a program wants to know of a run: target, counts, findings with clause, exchange and curl line."""
    return {
        "target": run.target,
        "operation": f"{run.contract.main.method} {run.contract.main.path}",
        "cases": sum(run.cases.values()),
        "requests": run.requests,
        "seconds": round(run.seconds, 3),
        "clauses": dict(sorted(run.cases.items())),
        "leftOut": dict(run.left_out),
        "findings": [_finding(each, run) for each in run.findings],
        "notes": [redact.text(each, run.secrets) for each in run.notes],
        "troubles": [redact.text(each, run.secrets) for each in run.troubles],
    }


def write(path: Path, run: Summary) -> None:
    """Write the bundle, whole or not at all.

    Raises:
        BadInput: it cannot be written there.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with ZipFile(partial, "w", ZIP_DEFLATED) as archive:
            for name, text in _files(run):
                archive.writestr(name, text)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        msg = f"The bundle cannot be written: {error.strerror}."
        raise BadInput(msg, where=str(path), hint="name another file with --bundle") from None


def _files(run: Summary) -> Iterator[tuple[str, str]]:
    yield "summary.txt", "\n".join(summary(run)) + "\n"
    yield "findings.json", json.dumps(document(run), indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding, run: Summary) -> dict[str, Any]:
    return {
        "check": finding.check,
        "clause": finding.clause,
        "source": finding.source,
        "message": redact.text(finding.message, run.secrets),
        "case": finding.exchange.case.reason,
        "curl": redact.text(curl.command(finding.exchange, run.base_url), run.secrets),
        **_exchange(finding.exchange, run.secrets),
    }


def _exchange(exchange: Exchange, secrets: Iterable[str]) -> dict[str, Any]:
    request, reply = exchange.request, exchange.reply
    return {
        "request": {
            "method": request.method,
            "target": redact.text(request.target, secrets),
            "headers": _headers(request.headers, secrets),
            "body": _text(request.body, secrets),
        },
        "reply": {
            "status": reply.status,
            "headers": _headers(reply.headers, secrets),
            "body": _text(reply.body, secrets),
        },
    }


def _headers(headers: Headers, secrets: Iterable[str]) -> list[Mapping[str, str]]:
    return [{"name": name, "value": redact.text(value, secrets)} for name, value in redact.headers(headers)]


def _text(body: bytes, secrets: Iterable[str]) -> str:
    return redact.text(body.decode("utf-8", "backslashreplace"), secrets)
