"""Replies that come in an envelope, as clients behind a proxy that hides status and headers may ask for."""

from __future__ import annotations

import json

import httpx

from atlas_contract.contract import Contract


def unwrapped(response: httpx.Response, contract: Contract) -> httpx.Response:
    """The reply that the envelope carries, under the status it names; a reply that is no envelope as it is."""
    keys = contract.behaviour("envelope-layout").values
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return response
    status = body.get(keys["statusKey"]) if isinstance(body, dict) else None
    if type(status) is not int or not (keys["contentKey"] in body or keys["listKey"] in body):
        return response
    inner = body.get(keys["contentKey"], {key: body[key] for key in body if key != keys["statusKey"]})
    headers = [(name, value) for name, value in response.headers.items() if name != "content-length"]
    plain = [
        (name, value) for name, value in headers if name not in ("content-encoding", "transfer-encoding")
    ]
    return httpx.Response(status, headers=plain, content=json.dumps(inner).encode(), request=response.request)
