"""Entries of HTTP Archives (HAR 1.1 and 1.2), as browsers and proxies write them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from atlas_contract.contract.judge import read_json
from atlas_contract.model import Gap, Reply, Request
from atlas_contract.recordings import fields
from atlas_contract.recordings.recorded import Recorded

_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*))?([^#]*)", re.DOTALL)
WHOLE, ELSEWISE = frozenset[Gap](), frozenset({Gap.LAYOUT})
LEFT_OUT = frozenset({Gap.REPLY_BODY, Gap.LAYOUT})
CUT_OFF = LEFT_OUT | {Gap.CUT_OFF}


def is_entry(value: Any) -> bool:
    """Whether a value is of this form."""
    request = value.get("request") if isinstance(value, dict) else None
    return isinstance(request, dict) and "url" in request


def recorded(entry: Mapping[str, Any], place: str) -> Recorded:
    """One entry; BadInput, naming place and field, where it cannot be used."""
    asked, answered = fields.mapping(entry, "request", place), _response(entry, place)
    host, target = _target(asked, place)
    headers, status = fields.headers(answered, place), fields.status(answered, place)
    (body, gaps), sent = _content(answered, place), _sent(asked, place)
    request = Request(fields.method(asked, place), target, fields.headers(asked, place), sent or b"")
    return Recorded(
        place,
        request,
        Reply(status, headers, body),
        fields.second(entry, "startedDateTime", place),
        host,
        _gaps(gaps, headers=bool(headers), sent=sent is not None),
    )


@lru_cache(maxsize=16)
def _gaps(of_body: frozenset[Gap], *, headers: bool, sent: bool) -> frozenset[Gap]:
    known = {Gap.MEANWHILE: False, Gap.REPLY_HEADERS: headers, Gap.REQUEST_BODY: sent}
    return of_body | {gap for gap, is_known in known.items() if not is_known}


def _response(entry: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The reply; an empty one where a browser gave up waiting, or never asked but went to HTTPS by itself."""
    if entry.get("response") is None:
        return {}
    found = fields.mapping(entry, "response", place)
    return {} if found.get("statusText") == "Internal Redirect" else found


def _target(asked: Mapping[str, Any], place: str) -> tuple[str, str]:
    """Host and raw path with query; a query that only the list of its items has is put together from that."""
    found = _URL.match(fields.text(asked, "url", place))
    host, target = ((found[1] or "").rpartition("@")[2], found[2]) if found else ("", "")
    if not target.startswith("/"):
        target = "/" + target
    items = asked.get("queryString")
    if "?" not in target and isinstance(items, list) and items:
        pairs = [(str(each["name"]), each.get("value", "")) for each in items if _is_named(each)]
        query = "".join(str(each) for pair in pairs for each in pair)
        fields.check_characters(query, "queryString", place)
        target = f"{target}?{urlencode(pairs)}"
    return host, target


def _is_named(item: Any) -> bool:
    return isinstance(item, dict) and "name" in item


def _sent(asked: Mapping[str, Any], place: str) -> bytes | None:
    """The body of the request; None where it was left out."""
    if asked.get("postData") is None:
        return b"" if asked.get("bodySize", 0) == 0 else None
    posted = fields.mapping(asked, "postData", place)
    return None if posted.get("text") is None else fields.octets(posted, "text", place)


def _content(answered: Mapping[str, Any], place: str) -> tuple[bytes, frozenset[Gap]]:
    """The body, empty where it was left out or cut off, and what is not known of it."""
    if answered.get("content") is None:
        return b"", WHOLE if answered.get("bodySize") == 0 else LEFT_OUT
    content = fields.mapping(answered, "content", place)
    size, text = content.get("size"), content.get("text")
    size = size if type(size) is int and size >= 0 else None
    if text is None or (text == "" and size):
        return b"", WHOLE if size == 0 else LEFT_OUT
    body = _decoded(fields.octets(content, "text", place), content.get("encoding"), place)
    saved = content.get("compression")
    sizes = (size, size + saved) if size is not None and type(saved) is int else (size,)
    if size is None or len(body) in sizes:
        return body, WHOLE
    shorter = len(body) < min(each for each in sizes if each is not None)
    return (b"", CUT_OFF) if shorter and not _is_json(body) else (body, ELSEWISE)


def _is_json(body: bytes) -> bool:
    try:
        read_json(body)
    except ValueError:
        return False
    return True


def _decoded(text: bytes, encoding: Any, place: str) -> bytes:
    if not encoding:
        return text
    if encoding != "base64":
        raise fields.complaint(place, "encoding", f"{str(encoding)[:40]!r}", "base64, or no `encoding`")
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise fields.complaint(place, "text", "no base64", "base64, as `encoding` says") from None
