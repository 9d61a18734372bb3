"""Both kinds of login over a real socket against the mock, and which of them a client takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import pytest
from tests.client.conftest import ACCOUNT, KEY, Talk, Time, check_for_secrets

from atlas_contract import settings
from atlas_contract.auth import PEACE, STRIKES
from atlas_contract.client import AsyncAtlasClient, AtlasClient
from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasError, InvalidCredentials, LoginRefused, Unauthorized
from atlas_contract.mock import ManualClock, Mock, default_world, running
from atlas_contract.model import Reply, Request

CROWD = 32
LIFETIME = 3600


@dataclass
class Served:
    """A mock on a socket, its credentials, and what it was asked."""

    mock: Mock
    clock: ManualClock
    url: str = ""
    heard: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Reply:
        """Answer as the mock does, and write the request down."""
        self.heard.append(request)
        return self.mock.handle(request)

    @property
    def account(self) -> dict[str, Any]:
        """A service account that may do everything."""
        account = self.mock.world.manager.account
        return {"client_id": account.id, "client_secret": account.secret, "base_url": self.url}

    @property
    def key(self) -> dict[str, Any]:
        """A digest key that may do everything."""
        key = self.mock.world.manager.key
        return {"public_key": key.public, "private_key": key.private, "base_url": self.url}

    def token_requests(self) -> int:
        """How often a token was asked for."""
        return sum(each.target == self.mock.contract.token.path for each in self.heard)

    def others(self) -> int:
        """How many requests were not for a token."""
        return len(self.heard) - self.token_requests()


@pytest.fixture
def served(contract: Contract) -> Iterator[Served]:
    """A mock of the default world on loopback."""
    clock = ManualClock()
    served = Served(Mock(contract, default_world(contract, clock=clock)), clock)
    with running(served.mock, handler=served.handle) as served.url:
        yield served


def projects(client: Any) -> Any:
    """A call that changes nothing."""
    return client.list_projects()


@pytest.mark.parametrize("kind", ["account", "key"])
def test_each_login_reaches_the_mock(talk: Talk, served: Served, kind: str) -> None:
    """A service account by its token, an API key by digest."""
    found = talk(projects, transport=talk.transport(), **getattr(served, kind))
    assert [each.name for each in found] == ["staging"]


def test_a_token_is_renewed_before_it_runs_out(served: Served) -> None:
    """The call after its time never sees a 401."""
    time = Time()
    with AtlasClient(**served.account, clock=time) as client:
        client.list_projects()
        time.now += LIFETIME - 1
        served.clock.advance(LIFETIME - 1)
        client.list_projects()
    assert (served.token_requests(), served.others()) == (2, 2)


def test_a_token_that_ran_out_unnoticed_is_renewed_once(talk: Talk, served: Served) -> None:
    """The server's clock ran ahead: one 401, one new token, one repetition, and the caller sees none of it."""

    def blocking(client: AtlasClient) -> Any:
        client.list_projects()
        served.clock.advance(LIFETIME + 1)
        return client.list_projects()

    async def asynchronous(client: AsyncAtlasClient) -> Any:
        await client.list_projects()
        served.clock.advance(LIFETIME + 1)
        return await client.list_projects()

    call = asynchronous if talk.asynchronous else blocking
    assert talk(call, transport=talk.transport(), **served.account)
    assert (served.token_requests(), served.others()) == (2, 3)


def test_a_stale_nonce_is_answered_with_a_new_one(served: Served) -> None:
    """A digest client reuses its challenge until the server says that it is too old."""
    with AtlasClient(**served.key) as client:
        client.list_projects()
        client.list_projects()
        assert served.others() == 3
        served.clock.advance(100_000)
        client.list_projects()
    assert served.others() == 5


def test_wrong_secrets_are_told_and_the_endpoint_is_left_in_peace(talk: Talk, served: Served) -> None:
    """After three refusals nothing is sent for half a minute."""
    time = Time()
    wrong = {**served.account, "client_secret": ACCOUNT["client_secret"]}

    def blocking(client: AtlasClient) -> None:
        for _ in range(STRIKES + 2):
            with pytest.raises(LoginRefused) as caught:
                client.list_projects()
            check_for_secrets(caught.value)

    async def asynchronous(client: AsyncAtlasClient) -> None:
        for _ in range(STRIKES + 2):
            with pytest.raises(LoginRefused) as caught:
                await client.list_projects()
            check_for_secrets(caught.value)

    talk(asynchronous if talk.asynchronous else blocking, transport=talk.transport(), clock=time, **wrong)
    assert served.token_requests() == STRIKES


def test_peace_ends(served: Served) -> None:
    """After it the endpoint is asked again."""
    time = Time()
    with AtlasClient(**{**served.account, "client_secret": "wrong"}, clock=time) as client:
        for _ in range(STRIKES + 1):
            with pytest.raises(LoginRefused):
                client.list_projects()
        time.now += PEACE
        with pytest.raises(LoginRefused, match="HTTP 401"):
            client.list_projects()
    assert served.token_requests() == STRIKES + 1


def test_a_wrong_private_key_is_unauthorized(talk: Talk, served: Served) -> None:
    """There is no token to refuse, so Atlas's own 401 is told."""
    wrong = {**served.key, "private_key": KEY["private_key"]}
    outcome = talk.outcome(projects, transport=talk.transport(), **wrong)
    assert type(outcome.error) is Unauthorized
    assert outcome.error.exit_code == 3


@pytest.mark.parametrize("kind", ["account", "key"])
def test_threads_that_start_at_once_share_one_client(served: Served, kind: str) -> None:
    """And one token."""
    barrier = Barrier(CROWD)

    def job(_: int) -> int:
        barrier.wait()
        return len(client.list_projects())

    with AtlasClient(**getattr(served, kind)) as client, ThreadPoolExecutor(CROWD) as pool:
        assert list(pool.map(job, range(CROWD))) == [1] * CROWD
    assert served.token_requests() == (kind == "account")


@pytest.mark.parametrize("kind", ["account", "key"])
def test_tasks_that_start_at_once_share_one_client(served: Served, kind: str) -> None:
    """And one token."""

    async def led() -> list[int]:
        async with AsyncAtlasClient(**getattr(served, kind)) as client:
            found = await asyncio.gather(*(client.list_projects() for _ in range(CROWD)))
            return [len(each) for each in found]

    assert asyncio.run(led()) == [1] * CROWD
    assert served.token_requests() == (kind == "account")


# --- Which login --------------------------------------------------------------------------------------------------

ENVIRONMENT = {
    settings.CLIENT_ID: ACCOUNT["client_id"],
    settings.CLIENT_SECRET: ACCOUNT["client_secret"],
    settings.PUBLIC_KEY: KEY["public_key"],
    settings.PRIVATE_KEY: KEY["private_key"],
}
HALVES = ("client_id", "client_secret", "public_key", "private_key")
BOTH_CLIENTS = pytest.mark.parametrize("kind", [AtlasClient, AsyncAtlasClient])


@BOTH_CLIENTS
def test_without_a_login_no_client_is_made(kind: type) -> None:
    """The message names every way to give one."""
    with pytest.raises(InvalidCredentials) as caught:
        kind()
    assert all(name in str(caught.value) for name in (*HALVES, *ENVIRONMENT))


@BOTH_CLIENTS
def test_two_logins_are_one_too_many(kind: type) -> None:
    """Nobody can say which one was meant."""
    with pytest.raises(InvalidCredentials, match="Both") as caught:
        kind(**ACCOUNT, **KEY)
    assert "arguments" in str(caught.value)
    check_for_secrets(caught.value)


def test_of_two_logins_in_the_environment_the_service_account_is_used(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mock's `export` lines name both, and a client must be able to follow them."""
    for name in ENVIRONMENT:
        kind = served.account if "CLIENT" in name else served.key
        monkeypatch.setenv(name, kind[name.removeprefix("MONGODB_ATLAS_").replace("_API", "").lower()])
    with AtlasClient(base_url=served.account["base_url"]) as client:
        assert client.list_projects()
    assert served.token_requests() == 1


def test_half_a_service_account_in_the_environment_is_not_made_up_for_by_an_api_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever sets half of it has made a mistake, and is told of it."""
    for name, value in ENVIRONMENT.items():
        if name != settings.CLIENT_SECRET:
            monkeypatch.setenv(name, value)
    with pytest.raises(InvalidCredentials, match="half") as caught:
        AtlasClient()
    assert "environment" in str(caught.value)
    check_for_secrets(caught.value)


@pytest.mark.parametrize("half", HALVES)
def test_half_a_login_is_none(half: str) -> None:
    """As an argument."""
    with pytest.raises(InvalidCredentials, match="half") as caught:
        AtlasClient(**{half: {**ACCOUNT, **KEY}[half]})
    check_for_secrets(caught.value)


@pytest.mark.parametrize("half", ENVIRONMENT)
def test_half_a_login_in_the_environment_is_none(monkeypatch: pytest.MonkeyPatch, half: str) -> None:
    """Under any of the names."""
    monkeypatch.setenv(half, ENVIRONMENT[half])
    with pytest.raises(InvalidCredentials, match="half"):
        AtlasClient()


@pytest.mark.parametrize("kind", ["account", "key"])
def test_the_environment_gives_login_and_address(
    talk: Talk, served: Served, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Under the names that Atlas's own tools use."""
    names = {
        "client_id": "MONGODB_ATLAS_CLIENT_ID",
        "client_secret": "MONGODB_ATLAS_CLIENT_SECRET",
        "public_key": "MONGODB_ATLAS_PUBLIC_API_KEY",
        "private_key": "MONGODB_ATLAS_PRIVATE_API_KEY",
        "base_url": "MONGODB_ATLAS_BASE_URL",
    }
    for name, value in getattr(served, kind).items():
        monkeypatch.setenv(names[name], f" {value}\n")

    def blocking() -> Any:
        with AtlasClient() as client:
            return client.list_projects()

    async def asynchronous() -> Any:
        async with AsyncAtlasClient() as client:
            return await client.list_projects()

    assert len(asyncio.run(asynchronous()) if talk.asynchronous else blocking()) == 1


def test_arguments_come_before_the_environment(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login given as arguments is taken, whatever kind the environment has."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with AtlasClient(**served.key) as client:
        assert client.list_projects()
    assert served.token_requests() == 0


@pytest.mark.parametrize("value", ["secret\n", "sec\0ret", "\udc80secret", "secret\x7f", 5, b"secret"])
@pytest.mark.parametrize("name", HALVES)
def test_a_login_that_is_no_printable_text_is_refused_unseen(name: str, value: Any) -> None:
    """It would break headers, or turn up whole in a library's error."""
    whole: dict[str, Any] = {**(ACCOUNT if name.startswith("client") else KEY), name: value}
    with pytest.raises(InvalidCredentials, match=f"{name} is not printable") as caught:
        AtlasClient(**whole)
    assert "ecret" not in str(caught.value).replace(name, "")


def test_a_public_key_that_no_header_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the name it came by, before a server's challenge is blamed for it."""
    with pytest.raises(InvalidCredentials, match="public_key is not written in ASCII"):
        AtlasClient(**{**KEY, "public_key": "a☃b"})
    monkeypatch.setenv(settings.PUBLIC_KEY, "a☃b")
    monkeypatch.setenv(settings.PRIVATE_KEY, KEY["private_key"])
    with pytest.raises(InvalidCredentials, match=f"{settings.PUBLIC_KEY} is not written in ASCII"):
        AtlasClient()


@pytest.mark.parametrize("login", [ACCOUNT, KEY], ids=["account", "key"])
def test_no_secret_is_in_what_a_client_shows(login: dict[str, Any]) -> None:
    """Neither of the client, nor of what it holds."""
    with AtlasClient(**login) as client:
        shown = f"{client!r} {client} {client.session!r} {client.http!r} {client.http.auth!r} {client.http.headers!r}"
    given = settings.Settings(**login)
    assert not any(
        secret in f"{shown} {given!r}" for secret in (ACCOUNT["client_secret"], KEY["private_key"])
    )


@pytest.mark.parametrize("kind", ["account", "key"])
def test_no_secret_is_in_the_errors_of_a_real_exchange(served: Served, kind: str) -> None:
    """With the real token and the real keys of the mock's world."""
    login = getattr(served, kind)
    with AtlasClient(**login) as client, pytest.raises(AtlasError) as caught:
        client.get_snapshot(served.mock.world.home.id, "Cluster0", "0" * 24)
    sent = " ".join(each.header("Authorization") or "" for each in served.heard)
    secrets = {word for word in sent.replace('"', " ").split() if len(word) > 24} | set(
        served.mock.world.secrets()
    )
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert secrets
    assert not any(secret in shown for secret in secrets)
