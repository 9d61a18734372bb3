"""The two clients: the same operations, one blocking, one asynchronous."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, get_args

import httpx

from atlas_contract import settings
from atlas_contract.bounded import ENCODINGS, bound
from atlas_contract.client import operations
from atlas_contract.client.conversation import Conversation, async_sleep, lead, lead_async
from atlas_contract.client.credentials import login
from atlas_contract.client.failures import LOCATION
from atlas_contract.client.network import base_url as chosen
from atlas_contract.client.network import proxies_explained, proxies_to, way_to
from atlas_contract.client.raw import send_raw
from atlas_contract.client.retry import RetryPolicy, is_number
from atlas_contract.client.session import Session, shared_contract
from atlas_contract.errors import ClientClosed, InvalidArgument
from atlas_contract.model import Operation

P = ParamSpec("P")
T = TypeVar("T")
TransportT = TypeVar("TransportT")


def _blocking(
    operation: Callable[Concatenate[Session, P], Conversation[T]],
) -> Callable[Concatenate[AtlasClient, P], T]:
    def method(self: AtlasClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return lead(operation(self.session, *args, **kwargs), self.http, self.sleep)

    return _shown_as(operation, method)


def _awaitable(
    operation: Callable[Concatenate[Session, P], Conversation[T]],
) -> Callable[Concatenate[AsyncAtlasClient, P], Coroutine[Any, Any, T]]:
    async def method(self: AsyncAtlasClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        self._stay()
        return await lead_async(operation(self.session, *args, **kwargs), self.http, self.sleep)

    return _shown_as(operation, method)


def _shown_as(operation: Callable[..., Conversation[Any]], method: Callable[P, T]) -> Callable[P, T]:
    """The method under the operation's name, with its documentation, and its signature as a caller sees it."""
    seen = inspect.signature(operation, eval_str=True)
    _, *parameters = seen.parameters.values()
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    shown: Any = update_wrapper(method, operation)
    shown.__signature__ = seen.replace(
        parameters=[itself, *parameters], return_annotation=get_args(seen.return_annotation)[-1]
    )
    shown.__annotations__ = {each.name: each.annotation for each in parameters}
    shown.__annotations__["return"] = shown.__signature__.return_annotation
    del shown.__wrapped__
    return method


class _Settled(Generic[TransportT]):
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
        transport: TransportT | None = None,
        sleep: Callable[[float], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        _check(timeout, retry)
        contract = shared_contract()
        given = settings.Settings(client_id, client_secret, public_key, private_key)
        environment = settings.read()
        self.base_url = chosen(base_url, environment.base_url, contract.document["servers"][0]["url"])
        auth = login(given, environment, contract, clock)
        self.session = Session(
            self.base_url,
            retry or RetryPolicy(),
            envelope,
            clock,
            contract,
            auth.secrets,
            () if transport else proxies_to(self.base_url),
        )
        with proxies_explained():
            way = {"transport": transport} if transport else way_to(self.base_url)
            self._open(
                {"auth": auth, "timeout": timeout, "headers": {"Accept-Encoding": ENCODINGS}, **way}, sleep
            )

    def _open(self, options: dict[str, Any], sleep: Callable[[float], Any] | None) -> None:
        raise NotImplementedError

    def read(self, operation: Operation, response: httpx.Response) -> Any:
        """The typed value in a reply that `send_raw` returned.

        Raises:
            AtlasError: the reply is an error, or breaks the contract.
        """
        return operations.read(self.session, operation, response)

    def __repr__(self) -> str:
        """The class and where it talks to; never a credential."""
        return f"{type(self).__name__}({self.base_url!r})"


class AtlasClient(_Settled[httpx.BaseTransport]):
    """Takes and follows snapshots of Atlas clusters, blocking.

    Credentials are a service account (`client_id`, `client_secret`) or an API key (`public_key`, `private_key`), from
    the arguments or else from the environment (MONGODB_ATLAS_CLIENT_ID and so on). Use it as a context manager, or call
    `close`.

    Args:
        base_url: where Atlas is; MONGODB_ATLAS_BASE_URL, then the contract's server, if left out.
        timeout: seconds without any progress until one try of a request counts as lost; a reply that goes on coming has
            no limit.
        envelope: ask for replies in an envelope, for proxies that hide status and headers.
        retry: how often and how long to repeat what is safe to repeat.
        transport: an httpx transport to use instead of the network, for tests.
        sleep: what to wait with, for tests.
        clock: seconds that only go forward, for tests.

    Raises:
        InvalidCredentials: no login, both kinds, half of one, or one that is no printable text.
        InvalidArgument: the base URL, the timeout or the retry policy is none that can be used.
    """

    def _open(self, options: dict[str, Any], sleep: Callable[[float], Any] | None) -> None:
        self.http = httpx.Client(**options, event_hooks={"response": [_keep_from_following, bound]})
        self.sleep = sleep or time.sleep

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


class AsyncAtlasClient(_Settled[httpx.AsyncBaseTransport]):
    """Takes and follows snapshots of Atlas clusters without blocking; made like `AtlasClient`, its methods awaited."""

    def _open(self, options: dict[str, Any], sleep: Callable[[float], Any] | None) -> None:
        async def look_at(response: httpx.Response) -> None:
            _keep_from_following(response)
            bound(response)

        self.http = httpx.AsyncClient(**options, event_hooks={"response": [look_at]})
        self.sleep = sleep or async_sleep
        self._loop: object = None

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

    def _stay(self) -> None:
        """Refuse another event loop than that of the first call, whose connections are of no use there."""
        self._loop = self._loop or _running_loop()
        if self._loop is not _running_loop():
            msg = "The client belongs to the event loop of its first call, and this is another one; nothing was sent."
            raise ClientClosed(
                msg, hint="make a client for each event loop, as each `asyncio.run` begins one"
            )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _check(timeout: float, retry: RetryPolicy | None) -> None:
    if not is_number(timeout) or not 0 < timeout <= threading.TIMEOUT_MAX:
        msg = f"Nothing can be waited for {timeout!r:.80} seconds long."
        raise InvalidArgument(msg, where="timeout", expected="seconds, more than 0")
    if retry is not None and not isinstance(retry, RetryPolicy):
        msg = f"{retry!r:.80} is no policy of repetition."
        raise InvalidArgument(msg, where="retry", expected="a RetryPolicy, such as RetryPolicy(attempts=2)")


def _running_loop() -> object:
    """The event loop of asyncio that runs here; None in one of another library."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _keep_from_following(response: httpx.Response) -> None:
    """Move a redirect's Location out of httpx's sight: it would fail on one that is no URL, followed or not."""
    location = response.headers.pop("Location", None)
    if location is not None:
        response.extensions[LOCATION] = location
