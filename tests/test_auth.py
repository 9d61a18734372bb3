"""Logins as flows: one token for everybody, renewed early and once after a 401, and an endpoint left in peace."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Barrier
from time import sleep
from typing import Any

import httpx
import pytest

from atlas_contract.auth import EARLY, PEACE, STRIKES, ApiKey, ServiceAccount
from atlas_contract.contract import Contract
from atlas_contract.errors import LoginRefused

ID, SECRET = "mdb_sa_id_1234567890abcdef12345678", "mdb_sa_sk_made_up/for+tests"
CROWD = 32
API = "https://atlas.test/api"


@dataclass
class Server:
    """Gives out tokens with a number each, and takes those it hasn't revoked."""

    token_path: str
    lifetime: float = 3600.0
    revoked: set[str] = field(default_factory=set)
    token_requests: list[httpx.Request] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    broken: Exception | int | None = None
    delay: float = 0.0

    def __post_init__(self) -> None:
        """Count the tokens from 1."""
        self._numbers = count(1)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, as an httpx mock transport wants it."""
        sleep(self.delay)
        if request.url.path == self.token_path:
            return self._token(request)
        self.requests.append(request)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.used.append(token)
        return httpx.Response(401 if token in self.revoked or "all" in self.revoked else 200, json={})

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """The same for asynchronous clients, giving way to the others first."""
        await asyncio.sleep(self.delay)
        return self(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        self.token_requests.append(request)
        if isinstance(self.broken, Exception):
            raise self.broken
        if self.broken is not None:
            return httpx.Response(self.broken, json={"error_description": f"no, {SECRET}"})
        granted = {"access_token": f"token-{next(self._numbers)}", "expires_in": self.lifetime}
        return httpx.Response(200, json=granted)


@dataclass
class Clock:
    """Seconds that the test counts."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def server(contract: Contract) -> Server:
    """A server of the contract's token path."""
    return Server(contract.token.path)


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own."""
    return Clock()


@pytest.fixture
def account(contract: Contract, clock: Clock) -> ServiceAccount:
    """A service account that nobody has used yet."""
    return ServiceAccount(ID, SECRET, token_path=contract.token.path, clock=clock)


@pytest.fixture
def client(server: Server, account: ServiceAccount) -> Iterator[httpx.Client]:
    """A client with this account in front of this server."""
    with httpx.Client(transport=httpx.MockTransport(server), auth=account) as client:
        yield client


def test_a_token_is_asked_for_as_the_contract_says(client: httpx.Client, server: Server) -> None:
    """With HTTP basic, of which nothing is percent-encoded, and the grant as a form."""
    client.post(API, content=b'{"a":1}')
    asked = server.token_requests[0]
    assert asked.method == "POST"
    assert (
        base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode() == f"{ID}:{SECRET}"
    )
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.content == b"grant_type=client_credentials"
    assert server.requests[0].content == b'{"a":1}'


def test_a_token_request_has_the_time_limits_of_the_request(client: httpx.Client, server: Server) -> None:
    """A client that gives up after a second does so here, too."""
    client.get(API, timeout=1.25)
    assert server.token_requests[0].extensions["timeout"] == server.requests[0].extensions["timeout"]


def test_a_token_serves_many_requests(client: httpx.Client, server: Server) -> None:
    """One is fetched, with the first request."""
    for _ in range(5):
        client.get(API)
    assert (len(server.token_requests), set(server.used)) == (1, {"token-1"})


@pytest.mark.parametrize(("lifetime", "good"), [(3600.0, 3600 - EARLY), (40.0, 20.0)])
def test_a_token_is_renewed_before_its_end(
    client: httpx.Client, server: Server, clock: Clock, lifetime: float, good: float
) -> None:
    """A minute before, or at half its life if that is shorter."""
    server.lifetime = lifetime
    client.get(API)
    clock.now = good - 0.01
    client.get(API)
    clock.now = good
    client.get(API)
    assert server.used == ["token-1", "token-1", "token-2"]


def test_a_401_costs_one_new_token_and_one_repetition(client: httpx.Client, server: Server) -> None:
    """The repeated request is the same, body included."""
    client.get(API)
    server.revoked = {"token-1"}
    assert client.post(API, content=b'{"a":1}').status_code == 200
    assert server.used == ["token-1", "token-1", "token-2"]
    assert [each.content for each in server.requests[1:]] == [b'{"a":1}', b'{"a":1}']


def test_a_second_401_is_the_answer(client: httpx.Client, server: Server) -> None:
    """The login isn't tried for ever."""
    server.revoked = {"all"}
    assert client.get(API).status_code == 401
    assert server.used == ["token-1", "token-2"]


def test_a_renewal_that_did_not_help_is_not_repeated_for_a_while(
    client: httpx.Client, server: Server, clock: Clock
) -> None:
    """A missing role is a 401, too: without this rule, each call would use up one of the counted token requests."""
    server.revoked = {"all"}
    for _ in range(10):
        assert client.get(API).status_code == 401
    assert len(server.token_requests) == 2
    clock.now += PEACE
    client.get(API)
    assert len(server.token_requests) == 3


def test_another_clients_renewal_is_used(account: ServiceAccount, server: Server) -> None:
    """Two clients share a login; the second finds the new token that the first one fetched meanwhile."""
    first, second = (httpx.Client(transport=httpx.MockTransport(server), auth=account) for _ in range(2))
    with first, second:
        first.get(API)
        server.revoked = {"token-1"}
        first.get(API)
        second.get(API)
    assert (len(server.token_requests), server.used[-1]) == (2, "token-2")


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
def test_a_refused_token_is_told_without_the_secret(
    client: httpx.Client, server: Server, status: int
) -> None:
    """Though the server repeats it."""
    server.broken = status
    with pytest.raises(LoginRefused) as caught:
        client.get(API)
    assert f"HTTP {status}, no, [redacted]" in str(caught.value)
    assert ("check the service account" in str(caught.value)) == (status in (400, 401, 403))
    assert server.requests == []


def test_after_repeated_failure_the_endpoint_is_left_in_peace(
    client: httpx.Client, server: Server, clock: Clock
) -> None:
    """For half a minute; then it is asked again, and a success starts the count anew."""
    server.broken = 401
    for _ in range(STRIKES + 5):
        with pytest.raises(LoginRefused):
            client.get(API)
    assert len(server.token_requests) == STRIKES
    with pytest.raises(LoginRefused, match="left in peace for 30 seconds"):
        client.get(API)
    clock.now += PEACE
    server.broken = None
    assert client.get(API).status_code == 200


def test_failures_with_a_success_between_them_are_no_series(
    client: httpx.Client, server: Server, clock: Clock
) -> None:
    """Only failures in a row count."""
    for _ in range(STRIKES + 2):
        server.broken = 500
        with pytest.raises(LoginRefused, match="HTTP 500"):
            client.get(API)
        server.broken = None
        client.get(API)
        clock.now += 3600


def test_a_lost_token_request_blocks_nobody(client: httpx.Client, server: Server) -> None:
    """Its error is the caller's, and the next call may try."""
    server.broken = httpx.ReadError("reset")
    with pytest.raises(httpx.ReadError):
        client.get(API)
    server.broken = None
    assert client.get(API).status_code == 200


@pytest.mark.parametrize("lifetime", [0, -1, 1e10, 10**400, None, "3600", True])
def test_a_lifetime_that_cannot_be_is_refused(client: httpx.Client, server: Server, lifetime: Any) -> None:
    """Rather than a token used for ever, or not even once."""
    server.lifetime = lifetime
    with pytest.raises(LoginRefused):
        client.get(API)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<p>Welcome</p>", "no JSON object"),
        (b'{"expires_in": 5}', "no access_token"),
        (b'{"access_token": "tok\\n", "expires_in": 5}', "no access_token of printable ASCII"),
        (b'{"access_token": "token-1", "expires_in": "5"}', "expires_in is no number of seconds"),
    ],
)
def test_a_reply_that_has_no_token_is_told_by_what_is_wrong_with_it(
    account: ServiceAccount, content: bytes, said: str
) -> None:
    """For a success says nothing by its status."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    with httpx.Client(transport=transport, auth=account) as client, pytest.raises(LoginRefused) as caught:
        client.get(API)
    assert "HTTP 200, the reply" in str(caught.value)
    assert said in str(caught.value)
    assert "token-1" not in str(caught.value)


def in_threads(job: Callable[[], int]) -> list[int]:
    """What a crowd of threads gets that starts a job at once."""
    barrier = Barrier(CROWD)

    def run(_: int) -> int:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(run, range(CROWD)))


def test_threads_that_start_at_once_fetch_one_token(client: httpx.Client, server: Server) -> None:
    """The first one fetches it, the others wait for it."""
    server.delay = 0.01
    assert in_threads(lambda: client.get(API).status_code) == [200] * CROWD
    assert (len(server.token_requests), set(server.used)) == (1, {"token-1"})


def test_threads_that_are_refused_at_once_renew_the_token_once(client: httpx.Client, server: Server) -> None:
    """All of them hold the old one."""
    client.get(API)
    server.delay, server.revoked = 0.01, {"token-1"}
    assert in_threads(lambda: client.get(API).status_code) == [200] * CROWD
    assert len(server.token_requests) == 2


def test_threads_whose_login_fails_strike_the_endpoint_three_times(
    client: httpx.Client, server: Server
) -> None:
    """However many they are."""
    server.delay, server.broken = 0.01, 401

    def job() -> int:
        with pytest.raises(LoginRefused):
            client.get(API)
        return 0

    in_threads(job)
    assert len(server.token_requests) == STRIKES


def in_tasks(account: ServiceAccount, server: Server, *rounds: Callable[[], None]) -> list[int]:
    """What a crowd of asyncio tasks gets that starts at once, after each of these rounds of preparation."""

    async def led() -> list[int]:
        found: list[int] = []
        async with httpx.AsyncClient(transport=httpx.MockTransport(server.answer), auth=account) as client:
            for prepare in rounds:
                prepare()
                replies = await asyncio.gather(*(client.get(API) for _ in range(CROWD)))
                found += [each.status_code for each in replies]
        return found

    return asyncio.run(led())


def test_tasks_that_start_at_once_fetch_one_token(account: ServiceAccount, server: Server) -> None:
    """And when it is revoked under them, they renew it once."""
    server.delay = 0.005
    statuses = in_tasks(account, server, lambda: None, lambda: server.revoked.add("token-1"))
    assert statuses == [200] * CROWD * 2
    assert len(server.token_requests) == 2


def test_a_task_cancelled_while_it_fetches_a_token_blocks_nobody(
    account: ServiceAccount, server: Server
) -> None:
    """The next one takes its turn."""
    server.delay = 0.02

    async def led() -> int:
        async with httpx.AsyncClient(transport=httpx.MockTransport(server.answer), auth=account) as client:
            task = asyncio.create_task(client.get(API))
            await asyncio.sleep(0.005)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await client.get(API)).status_code

    assert asyncio.run(led()) == 200


def test_no_login_shows_its_secret(account: ServiceAccount) -> None:
    """Not in its representation, nor in its text."""
    key = ApiKey("public", SECRET)
    assert SECRET not in f"{account!r} {account} {key!r} {key}"


CHALLENGE = 'Digest realm="r", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false'


def test_a_challenge_is_answered_once_and_then_ahead_of_it() -> None:
    """The first request needs two rounds, the next ones a single one."""
    heard: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers.get("Authorization"))
        known = heard[-1] is not None
        return httpx.Response(200 if known else 401, headers={} if known else {"WWW-Authenticate": CHALLENGE})

    with httpx.Client(transport=httpx.MockTransport(answer), auth=ApiKey("public", SECRET)) as client:
        assert [client.get(API).status_code for _ in range(3)] == [200] * 3
    assert [each is None for each in heard] == [True, False, False, False]
    assert not any(SECRET in (each or "") for each in heard)


@pytest.mark.parametrize(
    "challenge",
    [
        "Digest realm",
        'Digest nonce="n"',
        CHALLENGE.replace("MD5", "ROT13"),
        CHALLENGE.replace("auth", "auth-int"),
    ],
)
def test_a_challenge_that_cannot_be_answered_is_a_refused_login(challenge: str) -> None:
    """And no KeyError, ValueError or NotImplementedError of a library."""
    transport = httpx.MockTransport(lambda _: httpx.Response(401, headers={"WWW-Authenticate": challenge}))
    with (
        httpx.Client(transport=transport, auth=ApiKey("public", SECRET)) as client,
        pytest.raises(LoginRefused, match="cannot be answered"),
    ):
        client.get(API)
