"""The same over a real socket: replies that are cut off, slow, or no HTTP at all."""

from __future__ import annotations

import gzip
import random
import socket
import struct
import time as real_time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.client.conftest import (
    CLUSTER,
    KEY,
    PROJECT,
    SNAPSHOT,
    VERSION,
    Behaviour,
    Outcome,
    Talk,
    Time,
    reply,
    snapshot,
    take,
    wired,
)

from atlas_contract.bounded import LONGEST_BODY
from atlas_contract.client import AtlasClient
from atlas_contract.errors import (
    AtlasError,
    ContractViolation,
    NotFound,
    ServerError,
    TransportFailed,
    Unauthorized,
)

PATIENT, IMPATIENT = 5.0, 0.25  # seconds until a client gives up
BODY = reply(200, snapshot()).body
BOMB = gzip.compress(gzip.compress(bytes(100_000_000), 1))
TYPE = f"Content-Type: {VERSION}\r\n".encode()
LENGTH = f"Content-Length: {len(BODY)}\r\n".encode()
OK = b"HTTP/1.1 200 OK\r\n" + TYPE
WHOLE = OK + LENGTH + b"\r\n" + BODY
COOKIES = b"Set-Cookie: a=b; Expires=x; Domain=..;;=\r\nSet-Cookie: \xff\r\n"
SWITCHING = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n" + LENGTH + b"\r\n" + BODY
HTML_404 = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<h1>404</h1>"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def in_chunks(body: bytes, size: int = 100) -> bytes:
    """A body in chunks, without the last empty one."""
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def encoded(body: bytes, encoding: str = "gzip") -> bytes:
    """A whole reply whose body is said to be encoded."""
    return OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def drip(*parts: bytes, seconds: float) -> Callable[[socket.socket], None]:
    """Send parts with a pause after each."""

    def behave(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            real_time.sleep(seconds)

    return behave


def reset_after(part: bytes) -> Callable[[socket.socket], None]:
    """Send a part, then reset the connection instead of closing it."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(part)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def found(outcome: Outcome) -> None:
    """The snapshot came through."""
    assert outcome.error is None
    assert outcome.value.id == SNAPSHOT


def lost(outcome: Outcome) -> None:
    """No reply that can be read came, though Atlas may have acted."""
    error = outcome.error
    assert type(error) is TransportFailed
    assert (error.may_have_arrived, error.exit_code) == (True, 3)
    assert PROJECT in error.where


def unlike(kind: type[AtlasError], **attributes: Any) -> Callable[[Outcome], None]:
    """A reply that came is an error of this kind."""

    def judge(outcome: Outcome) -> None:
        assert type(outcome.error) is kind
        assert {name: getattr(outcome.error, name) for name in attributes} == attributes

    return judge


@dataclass(frozen=True)
class Row:
    """What the server does with a connection, and what must come out."""

    name: str
    behaviour: Behaviour
    expected: Callable[[Outcome], None]
    timeout: float = PATIENT


TABLE = (
    Row("a whole reply", WHOLE, found),
    Row("a whole reply in chunks", CHUNKED + in_chunks(BODY) + b"0\r\n\r\n", found),
    Row("a reply that ends with the connection", OK + b"Connection: close\r\n\r\n" + BODY, found),
    Row("HTTP/1.0", WHOLE.replace(b"HTTP/1.1", b"HTTP/1.0"), found),
    Row("HTTP/9.9", WHOLE.replace(b"HTTP/1.1", b"HTTP/9.9"), found),
    Row("gzip", encoded(gzip.compress(BODY)), found),
    Row("a reply byte by byte", drip(*(bytes([byte]) for byte in WHOLE), seconds=0), found),
    Row("100 Continue first", b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE, found),
    Row("103 Early Hints first", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + WHOLE, found),
    Row("a Content-Length too short", OK + b"Content-Length: 10\r\n\r\n" + BODY, unlike(ContractViolation, status=200)),
    Row("something after the reply", WHOLE + b"HTTP/1.1 500 X\r\n\r\n", found),
    Row("a reason beyond ASCII", WHOLE.replace(b"200 OK", b"200 \xc3\xa9\xff"), found),
    Row("no reason", WHOLE.replace(b"200 OK", b"200"), found),
    Row("a header beyond ASCII", OK + "X-A: é\r\n".encode() + LENGTH + b"\r\n" + BODY, found),
    Row("cookies", OK + COOKIES + LENGTH + b"\r\n" + BODY, found),
    Row("lines without carriage returns", WHOLE.replace(b"\r\n", b"\n"), found),
    Row("closed before the reply", b"", lost),
    Row("reset before the reply", reset_after(b""), lost),
    Row("closed in the status line", b"HTTP/1.1 20", lost),
    Row("closed in the headers", OK[:-10], lost),
    Row("closed after the headers", OK + LENGTH + b"\r\n", lost),
    Row("closed in the body", WHOLE[:-10], lost),
    Row("reset in the body", reset_after(WHOLE[:-10]), lost),
    Row("a Content-Length too long", OK + b"Content-Length: 99999\r\n\r\n" + BODY, lost),
    Row("a Content-Length that is none", OK + b"Content-Length: many\r\n\r\n" + BODY, lost),
    Row("a negative Content-Length", OK + b"Content-Length: -5\r\n\r\n" + BODY, lost),
    Row("two Content-Lengths", OK + LENGTH + b"Content-Length: 5\r\n\r\n" + BODY, lost),
    Row("closed between chunks", CHUNKED + in_chunks(BODY), lost),
    Row("closed in a chunk", CHUNKED + in_chunks(BODY)[:-50], lost),
    Row("chunks of no size", CHUNKED + b"zz\r\n" + BODY, lost),
    Row("a chunk longer than it says", CHUNKED + b"5\r\n" + BODY + b"\r\n0\r\n\r\n", lost),
    Row("a chunk of 2**80 bytes", CHUNKED + b"1" + b"0" * 20 + b"\r\n" + BODY, lost),
    Row("an unknown transfer encoding", OK + b"Transfer-Encoding: x\r\n\r\n" + BODY, lost),
    Row("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n", lost),
    Row("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x46", lost),
    Row("HTTP/2", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18, lost),
    Row("zero bytes", b"\0" * 100, lost),
    Row("status abc", WHOLE.replace(b"200", b"abc"), lost),
    Row("status 2000", WHOLE.replace(b"200", b"2000"), lost),
    Row("status 099", WHOLE.replace(b"200", b"099"), lost),
    Row("a header without colon", OK + b"nonsense\r\n\r\n" + BODY, lost),
    Row("a header with a zero byte", OK + b"X: a\0b\r\n\r\n" + BODY, lost),
    Row("a header without end", OK + b"X: " + b"a" * 200_000, lost),
    Row("200,000 bytes of headers", OK + b"X: a\r\n" * 33_000 + LENGTH + b"\r\n" + BODY, lost),
    Row("gzip that is none", encoded(BODY), lost),
    Row("deflate that is none", encoded(BODY, "deflate"), lost),
    Row("gzip cut off", encoded(gzip.compress(BODY)[:-20]), unlike(ContractViolation, status=200)),
    Row("gzip twice, as said", encoded(gzip.compress(gzip.compress(BODY)), "gzip, gzip"), found),
    Row("gzip twice around 100 MB", encoded(BOMB, "gzip, gzip"), lost),
    Row("gzip six times", encoded(BODY, ", ".join(["gzip"] * 6)), lost),
    Row("a body that never ends", OK + b"\r\n" + b"x" * (LONGEST_BODY + 1), lost),
    Row("an encoding that nobody knows", encoded(BODY, "rot13"), found),
    Row("no reply in time", drip(b"", seconds=3 * IMPATIENT), lost, IMPATIENT),
    Row("headers that stop", drip(OK, seconds=3 * IMPATIENT), lost, IMPATIENT),
    Row("a body that stops", drip(WHOLE[:-10], seconds=3 * IMPATIENT), lost, IMPATIENT),
    Row("a body that comes slowly", drip(WHOLE[:-10], WHOLE[-10:-5], WHOLE[-5:], seconds=0.05), found),
    Row("101 Switching Protocols", SWITCHING + BODY, lost),
    Row("204 with a body", NO_CONTENT, unlike(ContractViolation, status=204)),
    Row("304 without a body", b"HTTP/1.1 304 Not Modified\r\n\r\n", unlike(ContractViolation, status=304)),
    Row("404 in HTML", HTML_404, unlike(NotFound, error_code=None)),
    Row("401 without a challenge", b"HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n", unlike(Unauthorized)),
    Row("502 of a proxy", b"HTTP/1.1 502 Bad Gateway\r\n\r\n<h1>Bad Gateway</h1>", unlike(ServerError, status=502)),
    Row("status 999", b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", unlike(ServerError, status=999)),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[each.name for each in TABLE])
def test_what_comes_over_a_socket_ends_in_a_typed_value_or_a_typed_error(talk: Talk, row: Row) -> None:
    """As its row says, the same for both clients; and a POST is heard just once, whatever became of it."""
    with wired(row.behaviour) as wire:
        outcome = talk.outcome(
            take, base_url=wire.url, transport=talk.transport(), timeout=row.timeout, sleep=Time().nap, **KEY
        )
    row.expected(outcome)
    assert len(wire.heard) == 1


def test_a_closed_port_is_tried_again_and_then_told(talk: Talk, time: Time) -> None:
    """Nothing was sent, so the error says that nothing may have arrived."""
    with wired(b"") as wire:
        pass
    outcome = talk.outcome(take, base_url=wire.url, transport=talk.transport(), sleep=time.nap, **KEY)
    assert type(outcome.error) is TransportFailed
    assert not outcome.error.may_have_arrived
    assert len(time.naps) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(talk: Talk, status: int) -> None:
    """The other host hears nothing, the credentials least of all."""
    with wired(WHOLE) as other:
        head = f"HTTP/1.1 {status} X\r\nLocation: {other.url}/x\r\nContent-Length: 0\r\n\r\n"
        with wired(head.encode()) as wire:
            outcome = talk.outcome(take, base_url=wire.url, transport=talk.transport(), **KEY)
    assert type(outcome.error) is ContractViolation
    assert f"{other.url}/x" in str(outcome.error)
    assert (len(wire.heard), other.heard) == (1, [])


def test_a_connection_that_died_is_replaced_by_a_new_one(talk: Talk) -> None:
    """A kept connection that the server closed in the meantime costs a read nothing but a repetition."""

    def ask(client: Any) -> Any:
        return client.get_snapshot(PROJECT, CLUSTER, SNAPSHOT)

    def twice(client: AtlasClient) -> Any:
        return ask(client), ask(client)

    async def twice_awaited(client: Any) -> Any:
        return await ask(client), await ask(client)

    with wired(WHOLE) as wire:  # keeps the connection in its headers, and closes it all the same
        first, second = talk(
            twice_awaited if talk.asynchronous else twice,
            base_url=wire.url,
            transport=talk.transport(),
            sleep=Time().nap,
            **KEY,
        )
    assert first == second


def test_bytes_gone_wrong_anywhere_end_in_nothing_else(talk: Talk) -> None:
    """Replies with bytes changed, lost or doubled at random places end in a value or an AtlasError, too."""
    chance = random.Random(5)
    replies = [mutated(WHOLE, chance) for _ in range(60)] + [
        mutated(CHUNKED + in_chunks(BODY), chance) for _ in range(20)
    ]
    queue = iter(replies)
    with wired(lambda each: each.sendall(next(queue))) as wire:
        for _ in replies:
            talk.outcome(
                take, base_url=wire.url, transport=talk.transport(), timeout=PATIENT, sleep=Time().nap, **KEY
            )
    assert len(wire.heard) >= len(replies)


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """The bytes with up to three small accidents, most of them in the head."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(min(len(data), chance.choice([40, 120, len(whole)])))
        accident = chance.choice(["change", "lose", "double"])
        if accident == "change":
            data[at] = chance.choice([0, 10, 13, 32, 34, 58, 255, chance.randrange(256)])
        elif accident == "lose":
            del data[at : at + chance.randint(1, 4)]
        else:
            data[at:at] = data[at : at + chance.randint(1, 9)]
    return bytes(data)
