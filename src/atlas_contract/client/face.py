"""The two clients: the same operations, one blocking, one asynchronous."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from atlas_contract import settings
from atlas_contract.client import operations
from atlas_contract.client.conversation import Conversation, lead, lead_async
from atlas_contract.client.credentials import login
from atlas_contract.client.operations import Session
from atlas_contract.client.raw import send_raw
from atlas_contract.client.retry import RetryPolicy
from atlas_contract.contract import load
from atlas_contract.errors import InvalidArgument
from atlas_contract.model import Operation

P = ParamSpec("P")
T = TypeVar("T")


def _blocking(
    operation: Callable[Concatenate[Session, P], Conversation[T]],
) -> Callable[Concatenate[AtlasClient, P], T]:
    @wraps(operation)
    def method(self: AtlasClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return lead(operation(self.session, *args, **kwargs), self.http, self.sleep)

    return method


def _awaitable(
    operation: Callable[Concatenate[Session, P], Conversation[T]],
) -> Callable[Concatenate[AsyncAtlasClient, P], Coroutine[Any, Any, T]]:
    @wraps(operation)
    async def method(self: AsyncAtlasClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await lead_async(operation(self.session, *args, **kwargs), self.http, self.sleep)

    return method


class _Settled:
    """What both clients are told when they are made."""

    def __init__(
        self,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        public_key: str | None = None,
        private_key: str | None = None,
        base_url: str | None = None,
        timeout: float = 30.0,
        envelope: bool = False,
        retry: RetryPolicy | None = None,
        transport: Any = None,
        sleep: Callable[[float], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        contract = load()
        given = settings.Settings(client_id, client_secret, public_key, private_key)
        environment = settings.read()
        self.session = Session(retry or RetryPolicy(), envelope, clock)
        self.base_url = _base_url(base_url or environment.base_url or contract.document["servers"][0]["url"])
        self._options: dict[str, Any] = {
            "base_url": self.base_url,
            "auth": login(given, environment, contract),
            "timeout": timeout,
            "transport": transport,
        }
        self._sleep = sleep

    def read(self, operation: Operation, response: httpx.Response) -> Any:
        """The typed value in a reply that `send_raw` returned.

        Raises:
            AtlasError: the reply is an error, or breaks the contract.
        """
        return operations.read(self.session, operation, response)

    def __repr__(self) -> str:
        """The class and where it talks to; never a credential."""
        return f"{type(self).__name__}({self.base_url!r})"


class AtlasClient(_Settled):
    """Takes and follows snapshots of Atlas clusters, blocking.

    Credentials are a service account (`client_id`, `client_secret`) or an API key (`public_key`, `private_key`), from
    the arguments or else from the environment (MONGODB_ATLAS_CLIENT_ID and so on). Use it as a context manager, or call
    `close`.

    Args:
        base_url: where Atlas is; MONGODB_ATLAS_BASE_URL, then the contract's server, if left out.
        timeout: seconds until a request without progress counts as lost.
        envelope: ask for replies in an envelope, for proxies that hide status and headers.
        retry: how often and how long to repeat what is safe to repeat.
        transport: an httpx transport to use instead of the network, for tests.
        sleep: what to wait with, for tests.
        clock: seconds that only go forward, for tests.

    Raises:
        InvalidCredentials: no login, both kinds, or half of one.
        InvalidArgument: the base URL is none.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.http = httpx.Client(**self._options)
        self.sleep = self._sleep or time.sleep

    take_snapshot = _blocking(operations.take_snapshot)
    wait = _blocking(operations.wait)
    get_snapshot = _blocking(operations.get_snapshot)
    get_sharded_snapshot = _blocking(operations.get_sharded_snapshot)
    list_snapshots = _blocking(operations.list_snapshots)
    delete_snapshot = _blocking(operations.delete_snapshot)
    change_retention = _blocking(operations.change_retention)
    list_projects = _blocking(operations.list_projects)
    send_raw = _blocking(send_raw)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncAtlasClient(_Settled):
    """Takes and follows snapshots of Atlas clusters without blocking; made like `AtlasClient`, its methods awaited."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.http = httpx.AsyncClient(**self._options)
        self.sleep = self._sleep or asyncio.sleep

    take_snapshot = _awaitable(operations.take_snapshot)
    wait = _awaitable(operations.wait)
    get_snapshot = _awaitable(operations.get_snapshot)
    get_sharded_snapshot = _awaitable(operations.get_sharded_snapshot)
    list_snapshots = _awaitable(operations.list_snapshots)
    delete_snapshot = _awaitable(operations.delete_snapshot)
    change_retention = _awaitable(operations.change_retention)
    list_projects = _awaitable(operations.list_projects)
    send_raw = _awaitable(send_raw)

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _base_url(text: str) -> str:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError) as error:
        msg = f"The base URL is none: {error}."
        raise InvalidArgument(
            msg, where="base_url", expected="scheme and host, as in https://cloud.mongodb.com"
        ) from None
    if url.scheme not in ("https", "http") or not url.host:
        msg = f"The base URL {text!r} is none."
        raise InvalidArgument(
            msg, where="base_url", expected="scheme and host, as in https://cloud.mongodb.com"
        )
    return text.rstrip("/")
