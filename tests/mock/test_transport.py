"""The mock inside the process, behind httpx."""

from __future__ import annotations

import asyncio

import httpx

from atlas_contract.mock import AsyncHandlerTransport, HandlerTransport
from atlas_contract.model import Reply, Request


def echo(request: Request) -> Reply:
    """Answer with what was asked."""
    return Reply(200, (("X-Target", request.target), ("X-Method", request.method)), request.body)


def test_a_request_comes_through_as_it_stands() -> None:
    """Method, path, query and body."""
    with httpx.Client(transport=HandlerTransport(echo)) as client:
        reply = client.put("http://mock.test/a%20b?c=%2F&d", content=b"\xff")
    assert (reply.headers["X-Method"], reply.headers["X-Target"], reply.content) == (
        "PUT",
        "/a%20b?c=%2F&d",
        b"\xff",
    )


def test_a_raw_target_is_sent_in_place_of_the_url() -> None:
    """Targets that no URL can hold, byte by byte."""
    with httpx.Client(transport=HandlerTransport(echo)) as client:
        reply = client.get("http://mock.test/x", extensions={"target": b"/../%zz?\xff"})
    assert reply.headers.raw[0] == (b"X-Target", b"/../%zz?\xff")


def test_asynchronous_clients_are_served_too() -> None:
    """By the same handler."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=AsyncHandlerTransport(echo)) as client:
            return await client.post("http://mock.test/x", content=b"abc")

    assert asyncio.run(ask()).content == b"abc"
