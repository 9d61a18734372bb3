"""Both clients behind one face, in front of replies that a test makes up, and of bytes on a socket of its own."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeAlias

import httpx
import pytest

from atlas_contract.client import AsyncAtlasClient, AtlasClient
from atlas_contract.contract import load
from atlas_contract.errors import AtlasError
from atlas_contract.model import Headers, Reply

PROJECT, CLUSTER, SNAPSHOT = "32b6e34b3d91647abb20e7b8", "Cluster0", "6a79448a92e9674f126dabcd"
ACCOUNT: dict[str, Any] = {
    "client_id": "mdb_sa_id_1234567890abcdef12345678",
    "client_secret": "mdb_sa_sk_made-up-for-tests",
}
KEY: dict[str, Any] = {"public_key": "abcdefgh", "private_key": "0f0f0f0f-made-up-for-tests"}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.made-up-for-tests.signature"
BASIC = base64.b64encode(":".join(ACCOUNT.values()).encode()).decode()
SECRETS = (ACCOUNT["client_secret"], KEY["private_key"], TOKEN, BASIC, 'Digest username="', "Bearer e")

CONTRACT = load()
VERSION = CONTRACT.main.success.contents[0].media_type
TOKEN_PATH = CONTRACT.token.path
COLLECTION = CONTRACT.main.path.format(groupId=PROJECT, clusterName=CLUSTER)
MISSING = object()

Call: TypeAlias = Callable[[Any], Any]
Answer: TypeAlias = Reply | Exception


@dataclass
class Time:
    """A clock that only naps move forward; naps take no time and are written down."""

    now: float = 1000.0
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """The time."""
        return self.now

    def nap(self, seconds: float) -> _Done:
        """Sleep, for a blocking and for an asynchronous client alike."""
        self.naps.append(seconds)
        self.now += seconds
        return _Done()


class _Done:
    def __await__(self) -> Generator[None, None, None]:
        return
        yield


class Script(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests with these replies one after the other, and any further ones with the last.

    An answer that is an exception is raised. Requests for a token are answered apart, and counted apart.
    """

    def __init__(self, *answers: Answer, token: tuple[Answer, ...] = ()) -> None:
        granted = {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}
        self._answers = list(answers)
        self._tokens = list(token) or [reply(200, granted, "application/json")]
        self.requests: list[httpx.Request] = []
        self.token_requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a blocking client."""
        request.read()
        is_token = request.url.path == TOKEN_PATH
        (self.token_requests if is_token else self.requests).append(request)
        answers = self._tokens if is_token else self._answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        headers = [(name.encode(), text.encode("latin-1")) for name, text in answer.headers]
        return httpx.Response(answer.status, headers=headers, content=answer.body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        await request.aread()
        return self.handle_request(request)


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a value or an AtlasError."""

    value: Any = None
    error: AtlasError | None = None


@dataclass(frozen=True)
class Talk:
    """One kind of client, made for one call and closed after it."""

    asynchronous: bool

    def __call__(self, call: Call, **options: Any) -> Any:
        """What a call returns, or awaits; its error is raised."""
        options = (
            options if {"client_id", "public_key", "private_key"} & set(options) else {**ACCOUNT, **options}
        )
        if not self.asynchronous:
            with AtlasClient(**options) as client:
                return call(client)

        async def led() -> Any:
            async with AsyncAtlasClient(**options) as client:
                return await call(client)

        return asyncio.run(led())

    def outcome(self, call: Call, **options: Any) -> Outcome:
        """The call's value or AtlasError, in which there is no secret; every other exception is raised."""
        try:
            return Outcome(value=self(call, **options))
        except AtlasError as error:
            check_for_secrets(error)
            return Outcome(error=error)

    def transport(self) -> Any:
        """A transport for plain sockets, without the time that certificates take."""
        return (httpx.AsyncHTTPTransport if self.asynchronous else httpx.HTTPTransport)(verify=False)


def check_for_secrets(error: BaseException) -> None:
    """No secret is in what anybody would print or log of an error, nor of the errors behind it."""
    shown = "".join(traceback.format_exception(error))
    kept = {name: each for name, each in vars(error).items() if name != "content"}  # that is the reply itself
    texts = (str(error), repr(error), repr(error.args), repr(kept), shown)
    assert not [(secret, text) for secret in SECRETS for text in texts if secret in text]


def take(client: Any) -> Any:
    """The call that everything is about."""
    return client.take_snapshot(PROJECT, CLUSTER, description="before the release", retention_in_days=3)


def reply(status: int, body: Any = b"", media_type: str | None = None, headers: Headers = ()) -> Reply:
    """A reply; a body that is no bytes is written as JSON, in Atlas's media type for its status."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = f"{VERSION};charset=utf-8" if status < 300 else "application/json"
    typed = (("Content-Type", usual if media_type is None else media_type),) if media_type != "" else ()
    return Reply(status, (*typed, *headers), raw)


def snapshot(**changes: Any) -> dict[str, Any]:
    """A snapshot as Atlas sends it, with changes; MISSING takes a member away."""
    whole = {
        "cloudProvider": "AWS",
        "copyRegions": [],
        "createdAt": "2026-08-10T03:04:05Z",
        "description": "before the release",
        "expiresAt": "2026-08-13T03:02:02Z",
        "frequencyType": "ondemand",
        "id": SNAPSHOT,
        "links": [
            {"href": f"https://cloud.mongodb.com{COLLECTION}/{SNAPSHOT}", "rel": "self"},
            {"href": "https://cloud.mongodb.com", "rel": "https://cloud.mongodb.com/cluster"},
        ],
        "masterKeyUUID": "72659f08-8b3c-4913-bb4e-a8a68e036502",
        "mongodVersion": "8.0.29",
        "policyItems": [],
        "replicaSetName": CLUSTER,
        "snapshotType": "onDemand",
        "status": "queued",
        "storageSizeBytes": 0,
        "type": "replicaSet",
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not MISSING}


def sharded(**changes: Any) -> dict[str, Any]:
    """The same of a sharded cluster."""
    own = {
        "cloudProvider": MISSING,
        "copyRegions": MISSING,
        "replicaSetName": MISSING,
        "configServerType": "EMBEDDED",
        "members": [{"cloudProvider": "AWS", "id": "6a79448a92e9674f126dabce", "replicaSetName": "shard-0"}],
        "snapshotIds": ["6a79448a92e9674f126dabce"],
        "type": "shardedCluster",
    }
    return snapshot(**{**own, **changes})


def refusal(behaviour: str, **changes: Any) -> dict[str, Any]:
    """The error body that the contract states for a behaviour, with changes."""
    stated = CONTRACT.behaviour(behaviour).reply or {}
    body = {
        "detail": stated["detail"],
        "error": stated["status"],
        "errorCode": stated["errorCode"],
        "parameters": list(stated.get("parameters", ())),
        "reason": httpx.codes.get_reason_phrase(stated["status"]),
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not MISSING}


Behaviour: TypeAlias = bytes | Callable[[socket.socket], None]


@dataclass
class Wire:
    """A server that knows no HTTP: it waits for a whole request and then does what it is told, each time anew."""

    url: str
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def wired(behaviour: Behaviour) -> Iterator[Wire]:
    """Serve a behaviour on loopback while the block runs: bytes are sent and the connection closed after them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = Thread(target=_serve, args=(listener, behaviour, wire), daemon=True)
        thread.start()
        yield wire
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)


def _serve(listener: socket.socket, behaviour: Behaviour, wire: Wire) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.settimeout(5)
                wire.heard.append(_request(connection))
                if isinstance(behaviour, bytes):
                    connection.sendall(behaviour)
                else:
                    behaviour(connection)


def _request(connection: socket.socket) -> bytes:
    """One request, as far as its Content-Length says."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    ]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture(params=[False, True], ids=["blocking", "asynchronous"])
def talk(request: pytest.FixtureRequest) -> Talk:
    """Each kind of client in turn."""
    return Talk(request.param)


@pytest.fixture
def time() -> Time:
    """A clock of the test's own."""
    return Time()
