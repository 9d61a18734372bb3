"""What outlives a client or a process: errors that travel, clients that were closed, pauses in any event loop."""

from __future__ import annotations

import asyncio
import copy
import inspect
import multiprocessing
import pickle
import time as clocks
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import httpx
import pytest
from tests.client.conftest import ACCOUNT, PROJECT, Script, Talk, Time, refusal, reply, snapshot, take

from atlas_contract import errors
from atlas_contract.client import AsyncAtlasClient, AtlasClient
from atlas_contract.client.retry import RetryPolicy
from atlas_contract.errors import AtlasContractError, AtlasError, ClientClosed, RateLimited

KINDS = [
    each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, AtlasContractError)
]
MORE: dict[str, dict[str, Any]] = {
    "TransportFailed": {"where": "w", "operation": "o", "may_have_arrived": True},
    "ContractViolation": {"where": "w", "operation": "o", "status": 200, "content": b"x", "pointer": "/id"},
    "ApiFailure": {"where": "w", "operation": "o", "status": 400, "error_code": "X", "parameters": ["a", 1]},
}


def made(kind: type[AtlasContractError]) -> AtlasContractError:
    """An error of this kind with all that it can say."""
    wanted = next((MORE[each.__name__] for each in kind.__mro__ if each.__name__ in MORE), {"where": "w"})
    return kind("what", **wanted)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_every_error_can_be_pickled_and_copied(
    kind: type[AtlasContractError], way: Callable[[Any], Any]
) -> None:
    """With its kind, its words and every attribute."""
    error = made(kind)
    error.add_note("seen on a Monday")
    again = way(error)
    assert (type(again), str(again), again.args) == (type(error), str(error), error.args)
    assert vars(again) == vars(error)
    assert again is not error


def refused() -> None:
    """A call that Atlas refuses, in another process."""
    limited = reply(429, refusal("rate-limited"), headers=(("Retry-After", "7"),))
    with AtlasClient(**ACCOUNT, transport=Script(limited), retry=RetryPolicy(attempts=1)) as client:
        take(client)


def test_an_error_reaches_the_process_that_asked_for_the_call() -> None:
    """As itself, not as a pool that broke down."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        error = pool.submit(refused).exception(timeout=60)
    assert isinstance(error, RateLimited)
    assert (error.status, error.retry_after) == (429, 7.0)


def test_a_closed_client_says_so(talk: Talk) -> None:
    """With an error of the client's own tree that names the operation, and without sending anything."""
    script = Script(reply(200, snapshot()))

    def close_first(client: Any) -> Any:
        async def closed() -> Any:
            await client.close()
            return await take(client)

        return closed() if talk.asynchronous else (client.close(), take(client))

    error = talk.outcome(close_first, transport=script).error
    assert isinstance(error, ClientClosed)
    assert error.operation == "takeGroupClusterBackupSnapshots"
    assert error.exit_code == 2
    assert script.requests == script.token_requests == []


def test_a_client_that_is_closed_while_it_waits_says_so(time: Time) -> None:
    """Between two looks at a snapshot, for instance by another thread."""
    script = Script(reply(200, snapshot()))
    client = AtlasClient(**ACCOUNT, transport=script, clock=time)
    taken = take(client)
    client.sleep = lambda _: client.close()
    with pytest.raises(ClientClosed):
        client.wait(taken)


def test_another_runtime_error_is_not_mistaken_for_a_closed_client() -> None:
    """A transport's own breakdown is no matter of the client's."""

    class Broken(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            msg = f"broken at {request.url.path}"
            raise RuntimeError(msg)

    with AtlasClient(**ACCOUNT, transport=Broken()) as client, pytest.raises(RuntimeError, match="broken at"):
        client.list_projects()


def trio_run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Runs in trio's event loop, where trio is installed."""
    return pytest.importorskip("trio").run(main)


def asyncio_run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Runs in Python's own event loop."""
    return asyncio.run(main())


@pytest.mark.parametrize("run", [asyncio_run, trio_run])
def test_an_asynchronous_client_pauses_in_any_event_loop(run: Callable[[Any], Any]) -> None:
    """Retries and waits let other tasks run, in trio as in asyncio."""
    queued, done = reply(200, snapshot(status="inProgress")), reply(200, snapshot(status="completed"))
    script = Script(reply(503, headers=(("Retry-After", "0"),)), reply(200, snapshot()), queued, done)

    async def main() -> Any:
        retry = RetryPolicy(pause=0.01)
        async with AsyncAtlasClient(**ACCOUNT, transport=script, retry=retry) as client:
            taken = await client.take_snapshot(PROJECT, "Cluster0")
            return await client.wait(taken, poll=0.01)

    started = clocks.monotonic()
    assert run(main).status == "completed"
    assert clocks.monotonic() - started >= 0.02


def test_an_asynchronous_client_is_of_one_event_loop() -> None:
    """In another one its connections are of no use, and it says so before anything is sent."""
    script = Script(reply(200, snapshot()))
    client = AsyncAtlasClient(**ACCOUNT, transport=script)
    asyncio.run(take(client))
    with pytest.raises(ClientClosed, match="another one; nothing was sent") as caught:
        asyncio.run(take(client))
    assert "asyncio.run" in caught.value.hint
    assert len(script.requests) == 1


def test_an_asynchronous_client_is_made_outside_of_any_event_loop() -> None:
    """Only its first call says which one is its own; any number of calls follow there."""
    client = AsyncAtlasClient(**ACCOUNT, transport=Script(reply(200, snapshot())))

    async def twice() -> Any:
        return await take(client), await take(client)

    first, second = asyncio.run(twice())
    assert first == second


def test_every_error_of_a_call_is_of_one_tree() -> None:
    """The closed client's included, so that one `except` is enough."""
    assert issubclass(ClientClosed, AtlasError)
    assert "ClientClosed" in str(inspect.getdoc(errors))
