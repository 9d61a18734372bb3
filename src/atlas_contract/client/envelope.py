"""Replies that come in an envelope, as clients behind a proxy that hides status and headers may ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from atlas_contract.contract import Contract


def unwrapped(response: httpx.Response, contract: Contract) -> httpx.Response:
    """The reply that the envelope carries, under the status it names; a reply that is no envelope as it is."""
    try:
        found = _opened(json.loads(response.content), contract.behaviour("envelope-layout").values)
    except (ValueError, RecursionError):
        return response
    if found is None:
        return response
    status, content = found
    headers = [(name, value) for name, value in response.headers.items() if name != "content-length"]
    plain = [
        (name, value) for name, value in headers if name not in ("content-encoding", "transfer-encoding")
    ]
    return httpx.Response(status, headers=plain, content=content, request=response.request)


def _opened(body: Any, keys: Mapping[str, Any]) -> tuple[int, bytes] | None:
    """Status and content of an envelope; None where the body is none."""
    status = body.get(keys["statusKey"]) if isinstance(body, dict) else None
    if type(status) is not int or not (keys["contentKey"] in body or keys["listKey"] in body):
        return None
    rest = {key: body[key] for key in body if key != keys["statusKey"]}
    return status, json.dumps(body.get(keys["contentKey"], rest)).encode()
