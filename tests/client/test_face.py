"""The face as its user sees it: signatures, documentation, where it talks to, and what it is made with."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import pytest
from tests.client.conftest import (
    ACCOUNT,
    KEY,
    SNAPSHOT,
    VERSION,
    Script,
    Talk,
    Time,
    reply,
    snapshot,
    take,
    wired,
)

from atlas_contract.client import AsyncAtlasClient, AtlasClient, RetryPolicy, Snapshot
from atlas_contract.errors import InvalidArgument

CLIENTS = (AtlasClient, AsyncAtlasClient)
METHODS = (
    "change_retention",
    "delete_snapshot",
    "get_sharded_snapshot",
    "get_snapshot",
    "list_projects",
    "list_snapshots",
    "send_raw",
    "take_snapshot",
    "wait",
)
OK = (
    f"HTTP/1.1 200 OK\r\nContent-Type: {VERSION}\r\nConnection: close\r\n\r\n".encode()
    + reply(200, snapshot()).body
)
BOTH_CLIENTS = pytest.mark.parametrize("kind", CLIENTS)


def test_both_clients_have_the_same_methods() -> None:
    """Neither knows a call that the other doesn't."""
    first, second = ({name for name in vars(kind) if not name.startswith("_")} for kind in CLIENTS)
    assert first == second == {*METHODS, "close"}


@BOTH_CLIENTS
@pytest.mark.parametrize("name", METHODS)
def test_a_method_shows_its_own_signature_and_documentation(kind: type, name: str) -> None:
    """Without the inner workings, and with the type that the caller gets."""
    method = getattr(kind, name)
    signature = inspect.signature(method)
    assert next(iter(signature.parameters)) == "self"
    assert "session" not in signature.parameters
    assert "Conversation" not in str(signature)
    assert "Generator" not in str(signature)
    assert "Raises:" in method.__doc__
    assert method.__name__ == name
    assert inspect.iscoroutinefunction(method) == (kind is AsyncAtlasClient)


@BOTH_CLIENTS
def test_the_types_of_a_method_can_be_asked_for(kind: Any) -> None:
    """As tools do that look at a running program."""
    hints = typing.get_type_hints(kind.take_snapshot)
    assert hints == {
        "project": str,
        "cluster": str,
        "description": str | None,
        "retention_in_days": int | None,
        "return": Snapshot,
    }


@BOTH_CLIENTS
def test_a_client_shows_what_it_can_be_made_with(kind: type) -> None:
    """By names that an editor can offer."""
    names = set(inspect.signature(kind).parameters)
    assert {
        "client_id",
        "client_secret",
        "public_key",
        "private_key",
        "base_url",
        "timeout",
        "envelope",
    } <= names


@BOTH_CLIENTS
def test_an_unknown_option_is_no_option(kind: Any) -> None:
    """A slip of the keyboard is told at once."""
    with pytest.raises(TypeError, match="time_out"):
        kind(**KEY, time_out=5)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, "https://cloud.mongodb.com"),
        ("https://cloud.mongodb.com/", "https://cloud.mongodb.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("HTTPS://Cloud.MongoDB.com", "https://cloud.mongodb.com"),
    ],
)
def test_a_client_shows_where_it_talks_to(given: str | None, shown: str) -> None:
    """And nothing else."""
    with AtlasClient(**KEY, base_url=given) as client:
        assert repr(client) == f"AtlasClient('{shown}')"


BASES = (
    "cloud.mongodb.com",
    "ftp://cloud.mongodb.com",
    "https://",
    "https://cloud..mongodb.com",
    "https://" + "a" * 64 + ".com",
    "https://cloud.mongodb.com/api/atlas/v2",
    "https://cloud.mongodb.com?x=1",
    "https://cloud.mongodb.com#x",
    "https://user:pass-word@cloud.mongodb.com",
    "https://cloud.mongodb.com:99999",
    "https://[::1",
    "http://\ud800",
    "/",
    5,
)


@pytest.mark.parametrize("base_url", BASES)
def test_a_base_url_that_is_none_is_refused(base_url: Any) -> None:
    """When the client is made, and without repeating what may be a password."""
    with pytest.raises(InvalidArgument) as caught:
        AtlasClient(**KEY, base_url=base_url)
    assert "https://cloud.mongodb.com" in str(caught.value)
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e30, None, "x", True])
def test_a_timeout_that_is_none_is_refused(timeout: Any) -> None:
    """When the client is made, not with its first call."""
    with pytest.raises(InvalidArgument, match="seconds"):
        AtlasClient(**KEY, timeout=timeout)


@BOTH_CLIENTS
@pytest.mark.parametrize("retry", [5, {}, RetryPolicy])
def test_a_policy_that_is_none_is_refused(kind: Any, retry: Any) -> None:
    """When the client is made, not when a call fails."""
    with pytest.raises(InvalidArgument, match="no policy") as caught:
        kind(**KEY, retry=retry)
    assert caught.value.where == "retry"


def test_a_client_needs_no_context(talk: Talk) -> None:
    """It can be made, used and closed by hand; here by the test's own helper in a context, and here without one."""
    script = Script(reply(200, snapshot()))
    client = AtlasClient(**ACCOUNT, transport=script)
    taken = take(client)
    client.close()
    assert talk(take, transport=script) == taken


@pytest.mark.parametrize(
    "base_url",
    ["http://staging.example", "http://10.0.0.1:8080", "http://localhost.example", "http://0.0.0.0"],
)
@pytest.mark.parametrize("login", [ACCOUNT, KEY], ids=["account", "key"])
def test_credentials_go_to_another_machine_by_https_only(
    talk: Talk, login: dict[str, Any], base_url: str
) -> None:
    """Whatever the login, a client that would send it in clear is not made."""
    script = Script(reply(200, snapshot()))
    error = talk.outcome(take, base_url=base_url, transport=script, **login).error
    assert isinstance(error, InvalidArgument)
    assert "in clear" in str(error)
    assert "https" in error.expected
    assert script.requests == script.token_requests == []


@pytest.mark.parametrize(
    "base_url", ["http://localhost:1", "http://127.8.9.1", "http://[::1]:1", "https://a.example"]
)
def test_credentials_may_go_to_this_machine_in_clear(base_url: str) -> None:
    """To the mock, for instance; and by https anywhere."""
    with AtlasClient(**KEY, base_url=base_url) as client:
        assert client.base_url == base_url


@BOTH_CLIENTS
@pytest.mark.parametrize("name", ["MONGODB_ATLAS_BASE_URL", "base_url"])
def test_an_empty_base_url_is_not_taken_for_atlas(
    kind: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable of a script that was never filled must not lead a staging run to production."""
    if name != "base_url":
        monkeypatch.setenv(name, " ")
    with pytest.raises(InvalidArgument, match=f"{name} is empty, so no server is named"):
        kind(**KEY, base_url="" if name == "base_url" else None)


def test_a_base_url_that_is_none_is_shown_with_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of the argument, or of the variable."""
    monkeypatch.setenv("MONGODB_ATLAS_BASE_URL", "cloud.mongodb.com/x")
    with pytest.raises(InvalidArgument, match=r"'cloud.mongodb.com/x'\.\n  where: MONGODB_ATLAS_BASE_URL"):
        AtlasClient(**KEY)
    with pytest.raises(InvalidArgument, match=r"'ftp://x'\.\n  where: base_url"):
        AtlasClient(**KEY, base_url="ftp://x")


# --- The way there --------------------------------------------------------------------------------------------------

NOBODY = "http://127.0.0.1:9"


def test_a_proxy_of_the_environment_is_used(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """For companies that let nothing out without one: here one that hears where to, and refuses."""
    with wired(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = talk.outcome(take, base_url="https://atlas.invalid", sleep=Time().nap, **KEY).error
    assert proxy.heard
    assert all(each.startswith(b"CONNECT atlas.invalid:443") for each in proxy.heard)
    assert error is not None


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("value", [NOBODY, "junk://x"])
def test_no_proxy_leads_to_this_machine(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """It would hear the credentials, and could not reach this machine's mock anyway."""
    monkeypatch.setenv(name, value)
    with wired(OK) as server:
        assert talk(take, base_url=server.url, **KEY).id == SNAPSHOT
    assert len(server.heard) == 1


@BOTH_CLIENTS
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", "junk://user:pass-word@x"),
        ("https_proxy", "http://[::1"),
        ("HTTPS_PROXY", "http://a..b"),
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("NO_PROXY", "http://[::1"),
        ("SSL_CERT_FILE", "/nonexistent"),
        ("SSL_CERT_FILE", __file__),
    ],
)
def test_an_environment_that_cannot_be_used_is_told_by_its_variable(
    kind: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """When the client is made, as an error of its own tree, and without a proxy's password."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidArgument) as caught:
        kind(**KEY)
    assert caught.value.where == name
    assert caught.value.exit_code == 2
    assert "pass-word" not in str(caught.value)
