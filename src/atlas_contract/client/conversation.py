"""Conversations: what to send and how long to pause, written once as generators, led by two small drivers."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

import httpx

from atlas_contract.errors import ClientClosed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request, given as keyword arguments of `httpx.Client.request`, and hand its reply back."""

    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pause:
    """Let some seconds pass."""

    seconds: float


Conversation: TypeAlias = Generator[Send | Pause, httpx.Response | None, T]
"""Yields steps, receives the reply of each `Send` (or its error, thrown), returns the result."""

Answer: TypeAlias = httpx.Response | httpx.HTTPError | httpx.InvalidURL | ClientClosed | None


async def async_sleep(seconds: float) -> None:
    """Let some seconds pass in whatever event loop is running; anyio comes with httpx, which knows the loops by it."""
    import anyio

    await anyio.sleep(seconds)


def lead(
    conversation: Conversation[T], client: httpx.Client, sleep: Callable[[float], None] = time.sleep
) -> T:
    """Lead a conversation to its end, blocking."""
    answer: Answer = None
    while True:
        try:
            step = _resume(conversation, answer)
        except StopIteration as end:
            return cast("T", end.value)
        if isinstance(step, Pause):
            sleep(step.seconds)
            answer = None
            continue
        try:
            answer = client.request(**step.request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer = error
        except RuntimeError:
            if not client.is_closed:
                raise
            answer = _closed()


async def lead_async(
    conversation: Conversation[T], client: httpx.AsyncClient, sleep: Callable[[float], Any] = async_sleep
) -> T:
    """Lead a conversation to its end without blocking the event loop."""
    answer: Answer = None
    while True:
        try:
            step = _resume(conversation, answer)
        except StopIteration as end:
            return cast("T", end.value)
        if isinstance(step, Pause):
            await sleep(step.seconds)
            answer = None
            continue
        try:
            answer = await client.request(**step.request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer = error
        except RuntimeError:
            if not client.is_closed:
                raise
            answer = _closed()


def _resume(conversation: Conversation[Any], answer: Answer) -> Send | Pause:
    return conversation.throw(answer) if isinstance(answer, Exception) else conversation.send(answer)


def _closed() -> ClientClosed:
    msg = "The client is closed; nothing was sent."
    return ClientClosed(msg, hint="make another client, or close this one after its last call")
