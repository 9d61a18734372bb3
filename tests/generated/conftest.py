"""A generated client wired to replies that tests make up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from atlas_snapshots import Client

VERSION = "application/vnd.atlas.2023-01-01+json"
Answer = Callable[..., Client]


@pytest.fixture
def answer() -> Answer:
    """Makes a client whose every request gets this reply."""

    def make(status: int, body: Any = b"", media_type: str | None = VERSION + ";charset=utf-8") -> Client:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if media_type is None else {"Content-Type": media_type}

        def handle(_: httpx.Request) -> httpx.Response:
            return httpx.Response(status, headers=headers, content=content)

        return Client("https://atlas.test", httpx_args={"transport": httpx.MockTransport(handle)})

    return make
