"""A server behind a URL: the same suite over a socket, with a bound for everything a server could overdo."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from atlas_contract.cases import derived_cases
from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput, GuardRefused, TargetUnreachable
from atlas_contract.faults import find
from atlas_contract.mock import Handler, Mock, RealClock, default_world, running
from atlas_contract.model import Login, Request
from atlas_contract.runner import Session, url_target
from atlas_contract.runner.url import wire_over
from atlas_contract.settings import Settings

HOME = Settings(client_id="mdb_sa_id_0", client_secret="hush", project_id="32b6e34b3d91647abb20e7b8")
BOMB = gzip.compress(gzip.compress(bytes(100_000_000), 1))


def settings_of(mock: Mock) -> Settings:
    """The settings that the mock's own export lines would set."""
    manager = mock.world.manager
    return Settings(
        client_id=manager.account.id,
        client_secret=manager.account.secret,
        public_key=manager.key.public,
        private_key=manager.key.private,
        project_id=mock.world.home.id,
    )


@contextmanager
def served(contract: Contract, fault: str = "") -> Iterator[tuple[str, Settings]]:
    """The mock over a socket, on a clock that runs five hundred times as fast, with a fault if one is named."""
    built: list[Mock] = []

    def build(its_contract: Contract) -> Mock:
        built.append(Mock(its_contract, default_world(its_contract, clock=RealClock()), pace=0.0005))
        return built[-1]

    handler: Handler = find(fault, contract).bend(contract, build) if fault else build(contract).handle
    with running(built[-1], handler=handler) as url:
        yield url, settings_of(built[-1])


def test_the_suite_holds_over_a_socket(contract: Contract) -> None:
    """Every case that a stranger's credentials can send gets no finding, real time or not."""
    with (
        served(contract) as (url, settings),
        url_target(contract, url, settings, cluster="Cluster0", sharded="Sharded0") as target,
    ):
        session = Session(contract, target, wait_at_most=120.0)
        for case in derived_cases(contract, target.ground):
            outcome = session.perform(case)
            assert [f"{each.check}: {each.message}" for each in outcome.findings] == [], case.name


@pytest.mark.parametrize("fault", ["drops-id", "two-unfinished", "wire.reset", "wire.too-long", "wire.cut"])
def test_faults_are_found_over_a_socket(contract: Contract, fault: str) -> None:
    """Those of the wire, too."""
    with (
        served(contract, fault) as (url, settings),
        url_target(contract, url, settings, cluster="Cluster0") as target,
    ):
        session = Session(contract, target, wait_at_most=30.0)
        main = (case for case in derived_cases(contract, target.ground) if case.operation == contract.main.id)
        found = {
            finding.check
            for case, _ in zip(main, range(12), strict=False)
            for finding in session.perform(case).findings
        }
        assert found & (find(fault, contract).caught_by | {"snapshots_finish"})


def test_only_the_logins_that_are_configured_are_offered(contract: Contract) -> None:
    """Without an API key no case is sent by digest."""
    with url_target(contract, "http://127.0.0.1:9", HOME, cluster="Cluster0") as target:
        assert Login.DIGEST not in target.ground.logins
        assert Login.BEARER in target.ground.logins


def test_a_live_url_is_refused(contract: Contract) -> None:
    """A target that isn't on this machine is refused before anything is sent."""
    with (
        pytest.raises(GuardRefused),
        url_target(contract, "https://cloud.mongodb.com", HOME, cluster="Cluster0"),
    ):
        pass


def test_a_url_needs_a_project_and_an_account(contract: Contract) -> None:
    """Missing settings are named, with what prints them."""
    with (
        pytest.raises(BadInput, match="needs a project") as caught,
        url_target(contract, "http://127.0.0.1:1", Settings(), cluster="Cluster0"),
    ):
        pass
    assert "MONGODB_ATLAS_PROJECT_ID" in str(caught.value)


def test_a_target_that_is_not_there_is_unreachable(contract: Contract) -> None:
    """A refused connection is a typed error, not a finding."""
    with (
        url_target(contract, "http://127.0.0.1:9", HOME, cluster="Cluster0") as target,
        pytest.raises(TargetUnreachable) as caught,
    ):
        target.wire(Request("GET", "/"))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"", "RemoteProtocolError"),
        (b"no http at all\r\n\r\n", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", "DecodingError"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\n" + BOMB, "Overdone: the reply has no end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 17_000_000, "Overdone"),
    ],
    ids=["nothing", "no HTTP", "cut off", "falsely encoded", "a bomb", "endless"],
)
def test_whatever_a_server_does_to_the_wire_is_told(contract: Contract, sent: bytes, told: str) -> None:
    """Cut, garbled, falsely encoded and endless replies are no answer, and the reason is kept."""
    with answering(sent) as url, url_target(contract, url, HOME, cluster="Cluster0") as target:
        reply = target.wire(Request("GET", "/"))
        assert reply.status == 0
        assert told in reply.body.decode()


def test_a_compressed_reply_is_told_as_it_came(contract: Contract) -> None:
    """Its body decoded, its headers as they stood on the wire."""
    sent = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}")
    with answering(sent) as url, url_target(contract, url, HOME, cluster="Cluster0") as target:
        reply = target.wire(Request("GET", "/"))
    assert (reply.status, reply.header("content-encoding"), reply.body) == (200, "gzip", b"{}")


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 100,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 600,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + b"\x1f\x8b\x08\x08" + bytes(6) + b"name" * 150,
        b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" + b"x" * 600,
    ],
    ids=["headers", "a body without a length", "a body that decodes to nothing", "a body with a length"],
)
def test_a_reply_that_trickles_in_is_cut(sent: bytes) -> None:
    """Each byte comes in good time, and the whole does not: headers count as well as the body."""
    with trickling(sent) as url, httpx.HTTPTransport(trust_env=False) as transport:
        began = time.monotonic()
        reply = wire_over(transport, url, longest=0.3)(Request("GET", "/"))
    assert (reply.status, reply.body) == (0, b"Overdone: the reply has no end after 0.3 s")
    assert time.monotonic() - began < 1.5


def test_the_wire_is_as_good_as_new_after_a_cut(contract: Contract) -> None:
    """The next request goes over another connection, and a reply in time is left alone."""
    with served(contract) as (url, _), httpx.HTTPTransport(trust_env=False) as transport:
        wire = wire_over(transport, url, longest=0.3)
        assert wire(Request("GET", "/")).status
        time.sleep(0.4)
        assert wire(Request("GET", "/")).status


def test_a_host_that_cannot_be_is_bad_input() -> None:
    """Though it is written as one."""
    with httpx.HTTPTransport() as transport, pytest.raises(BadInput, match="no base URL"):
        wire_over(transport, "https://999.1.1.1")


@contextmanager
def trickling(sent: bytes) -> Iterator[str]:
    """A server on loopback that sends a few of these bytes every hundredth of a second, until nobody listens."""

    def trickle(connection: socket.socket) -> None:
        for at in range(0, len(sent), 3):
            connection.sendall(sent[at : at + 3])
            time.sleep(0.01)

    with connected(trickle) as url:
        yield url


@contextmanager
def answering(sent: bytes) -> Iterator[str]:
    """A server on loopback that answers one connection with these bytes and hangs up."""
    with connected(lambda each: each.sendall(sent)) as url:
        yield url


@contextmanager
def connected(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on loopback that hears one request, behaves as it is told, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                behave(connection)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)
