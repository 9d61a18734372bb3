"""The plain form of a recorded exchange: one JSON object with a `request` and a `response`.

`request` has `method`, `path` and perhaps `query`, `headers`, `body` or `rawBody`; `response` has `status`, `headers`
and `rawBody`, the exact text, or `body`, the JSON value where only that is known. `at` is when. Anything but method,
path and status may be missing, and is then not known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from atlas_contract.model import Gap, Reply, Request
from atlas_contract.recordings import fields
from atlas_contract.recordings.recorded import Recorded


def recorded(entry: Mapping[str, Any], place: str) -> Recorded:
    """One exchange; BadInput, naming place and field, where it cannot be used."""
    asked, answered = fields.mapping(entry, "request", place), fields.mapping(entry, "response", place)
    headers = fields.headers(answered, place)
    body = _body(answered, place)
    target, sent = _target(asked, place), _body(asked, place)
    request = Request(
        fields.method(asked, place),
        target,
        fields.headers(asked, place) if "headers" in asked else (),
        sent or b"",
    )
    return Recorded(
        place,
        request,
        Reply(fields.status(answered, place), headers, body or b""),
        fields.second(entry, "at", place),
        gaps=_gaps(
            query="?" in target or "query" in asked,
            sent=sent is not None,
            headers=bool(headers),
            body=body is not None,
            layout=isinstance(answered.get("rawBody"), str),
        ),
    )


@lru_cache(maxsize=16)
def _gaps(*, query: bool, sent: bool, headers: bool, body: bool, layout: bool) -> frozenset[Gap]:
    known = {
        Gap.QUERY: query,
        Gap.REQUEST_BODY: sent,
        Gap.REPLY_HEADERS: headers,
        Gap.REPLY_BODY: body,
        Gap.LAYOUT: body and layout,
        Gap.MEANWHILE: False,
    }
    return frozenset(gap for gap, is_known in known.items() if not is_known)


def _target(asked: Mapping[str, Any], place: str) -> str:
    """The raw path with its query; "" where the path is known to be unknown."""
    if "path" in asked and asked["path"] is None:
        return ""
    path = fields.text(asked, "path", place)
    query = asked.get("query")
    if not query or not isinstance(query, str):
        return path
    fields.check_characters(query, "query", place)
    return f"{path}?{query}"


def _body(holder: Mapping[str, Any], place: str) -> bytes | None:
    """The body's bytes, or those of some way to write its value; None where it is not known."""
    if holder.get("rawBody") is not None:
        return fields.octets(holder, "rawBody", place)
    if "body" not in holder:
        return None
    return json.dumps(holder["body"], separators=(",", ":")).encode()
