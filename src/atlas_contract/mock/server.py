"""The mock on a port: an asyncio server over a handler, loopback unless told otherwise."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

from atlas_contract.errors import BadInput, MissingExtra

if TYPE_CHECKING:
    from atlas_contract.mock.app import Mock
    from atlas_contract.mock.handler import Handler
    from atlas_contract.mock.wire import Connection, Limits

LOOPBACK = "127.0.0.1"
THIS_MACHINE = f"name an address of this machine, such as {LOOPBACK}"
LOOPBACKS = {socket.AF_INET: LOOPBACK, socket.AF_INET6: "::1"}


def serve(mock: Mock, host: str = LOOPBACK, port: int = 0, *, handler: Handler | None = None) -> None:
    """Serve the mock until SIGTERM or Ctrl-C, then return; `handler` answers in the mock's place if given.

    Raises:
        BadInput: the port is taken, or the host is none of this machine's.
        MissingExtra: the `mock` extra is not installed.
    """
    with listening(mock, host, port) as listener:
        serve_on(listener, mock, handler=handler)


def serve_on(listener: socket.socket, mock: Mock, *, handler: Handler | None = None) -> None:
    """Serve the mock on a socket that listens already, until SIGTERM or Ctrl-C."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        await _serve(listener, mock, handler, stop)

    _run(until_signal())


@contextmanager
def running(
    mock: Mock,
    host: str = LOOPBACK,
    port: int = 0,
    *,
    handler: Handler | None = None,
    limits: Limits | None = None,
) -> Iterator[str]:
    """Serve the mock in a thread while the block runs; the value is its base URL.

    Raises:
        BadInput: the port is taken, or the host is none of this machine's.
        MissingExtra: the `mock` extra is not installed.
    """
    with listening(mock, host, port) as listener:
        ready = Event()
        stopping: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

        async def until_stopped() -> None:
            stop = asyncio.Event()
            stopping.append((asyncio.get_running_loop(), stop))
            await _serve(listener, mock, handler, stop, ready=ready, limits=limits)

        thread = Thread(target=_run, args=(until_stopped(),), name="mock server", daemon=True)
        thread.start()
        ready.wait(timeout=10)
        try:
            yield mock.public_url
        finally:
            for loop, stop in stopping:
                loop.call_soon_threadsafe(stop.set)
            thread.join(timeout=10)


@contextmanager
def listening(mock: Mock, host: str = LOOPBACK, port: int = 0) -> Iterator[socket.socket]:
    """A listening socket, whose address the mock uses in its links from here on.

    Raises:
        BadInput: the port is taken, or the host is none of this machine's.
    """
    _import_wire()  # a socket that cannot be served is not worth opening
    if not host:  # the socket would take it for every address there is
        msg = "The mock cannot listen on an address without a name."
        raise BadInput(msg, where="--host", hint=THIS_MACHINE)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        raise _cannot_listen(host, port, error) from error
    with listener:
        reached = LOOPBACKS[family] if is_everywhere(listener) else host
        shown = f"[{reached}]" if ":" in reached else reached
        mock.public_url = f"http://{shown}:{listener.getsockname()[1]}"
        yield listener


def is_everywhere(listener: socket.socket) -> bool:
    """Whether a socket listens on every address that this machine has, and so for other machines."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_unspecified


def _cannot_listen(host: str, port: int, error: OSError | OverflowError) -> BadInput:
    """What is wrong, with the flag to change."""
    msg = f"The mock cannot listen on {host} port {port}: {error}"
    if isinstance(error, OverflowError) or error.errno in (errno.EADDRINUSE, errno.EACCES):
        return BadInput(msg, where="--port", hint="name another port, or 0 for any free one")
    return BadInput(msg, where="--host", hint=THIS_MACHINE)


async def _serve(
    listener: socket.socket,
    mock: Mock,
    handler: Handler | None,
    stop: asyncio.Event,
    *,
    ready: Event | None = None,
    limits: Limits | None = None,
) -> None:
    wire = _import_wire()
    open_ones: set[Connection] = set()
    loop = asyncio.get_running_loop()
    log = wire.RequestLog(loop.call_later)
    factory = wire.protocol_factory(
        handler or mock.handle, limits or wire.Limits(mock.longest_body), open_ones, log
    )
    server = await loop.create_server(factory, sock=listener)
    sweeper = asyncio.create_task(wire.sweep_for_ever(open_ones))
    if ready is not None:
        ready.set()
    await stop.wait()
    sweeper.cancel()
    with suppress(asyncio.CancelledError):
        await sweeper
    server.close()
    for each in tuple(open_ones):
        each.finish()
    await asyncio.sleep(0)
    log.flush()


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Run to the end, on uvloop where it is to be had (not on Windows), which costs less a request."""
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with suppress(ImportError):
        from uvloop import new_event_loop as new_loop
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serving)


def _import_wire() -> ModuleType:
    try:
        from atlas_contract.mock import wire
    except ImportError:
        msg = "Serving the mock needs the `mock` extra."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[mock]'") from None
    return wire
