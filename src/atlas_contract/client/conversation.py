"""Conversations: what to send and how long to pause, written once as generators, led by two small drivers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

import httpx

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
"""Yields steps, receives the reply of each `Send` (or its httpx error, thrown), returns the result."""

Answer: TypeAlias = httpx.Response | httpx.HTTPError | httpx.InvalidURL | None


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


async def lead_async(
    conversation: Conversation[T], client: httpx.AsyncClient, sleep: Callable[[float], Any] = asyncio.sleep
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


def _resume(conversation: Conversation[Any], answer: Answer) -> Send | Pause:
    return conversation.throw(answer) if isinstance(answer, Exception) else conversation.send(answer)
