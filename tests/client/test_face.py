"""The face as its user sees it: signatures, documentation, where it talks to, and what it is made with."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import httpx
import pytest
from tests.client.conftest import ACCOUNT, KEY, Script, Talk, reply, snapshot, take

from atlas_contract.client import AsyncAtlasClient, AtlasClient, Snapshot
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


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e30])
def test_a_timeout_that_is_none_is_refused(timeout: float) -> None:
    """When the client is made, not with its first call."""
    with pytest.raises(InvalidArgument, match="seconds"):
        AtlasClient(**KEY, timeout=timeout)


def test_a_client_needs_no_context(talk: Talk) -> None:
    """It can be made, used and closed by hand; here by the test's own helper in a context, and here without one."""
    script = Script(reply(200, snapshot()))
    client = AtlasClient(**ACCOUNT, transport=script)
    taken = take(client)
    client.close()
    assert talk(take, transport=script) == taken


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """As httpx does it, for companies that let nothing out without one."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with AtlasClient(**KEY, timeout=2) as client:
        found = client.http._transport_for_url(httpx.URL("https://cloud.mongodb.com"))
        assert found is not client.http._transport
