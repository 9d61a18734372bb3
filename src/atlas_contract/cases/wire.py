"""A case as it goes over the wire: raw path, query, headers and body; no argument can leave its path segment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from atlas_contract.model import Case, Headers, Operation, Request

_DOTS = {".": "%2E", "..": "%2E%2E"}
FORM = "application/x-www-form-urlencoded"


def request_for(operation: Operation, case: Case) -> Request:
    """The case as it goes over the wire, still without credentials."""
    target = operation.path
    for name, value in case.path.items():
        target = target.replace("{" + name + "}", _segment(value), 1)
    if case.query:
        target += "?" + urlencode(case.query, errors="surrogatepass")
    return Request(case.method or operation.method, target, case.headers, case.body)


def version_headers(operation: Operation) -> Headers:
    """Accept and Content-Type as the contract wants them."""
    accept = (("Accept", content.media_type) for content in operation.success.contents[:1])
    sends = (("Content-Type", content.media_type) for content in operation.body[:1])
    return (*accept, *sends)


def written(operation: Operation, body: Mapping[str, Any]) -> bytes:
    """A body in the operation's own media type: a form or JSON."""
    if operation.body and operation.body[0].media_type == FORM:
        return urlencode(body).encode()
    return json.dumps(body).encode()


def _segment(value: str) -> str:
    return _DOTS.get(value) or quote(value, safe="", errors="surrogatepass")
