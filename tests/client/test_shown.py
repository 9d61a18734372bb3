"""What an error shows of what a server said: no secret, nothing that a terminal obeys, and not too much."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.client.conftest import ACCOUNT, Answer, Script, Talk, Time, refusal, reply, take

from atlas_contract.errors import ApiFailure, AtlasError, TransportFailed
from atlas_contract.quoting import LONGEST, quoted

ISSUED = "TOKSECRET123"
GRANTED = reply(200, {"access_token": ISSUED, "expires_in": 3600}, "application/json")


def failure(talk: Talk, answer: Answer, *token: Answer) -> AtlasError:
    """The error that a call ends in when the server answers like this."""
    script = Script(answer, token=token or (GRANTED,))
    error = talk.outcome(take, transport=script, sleep=Time().nap).error
    assert error is not None
    return error


def shown(error: AtlasError) -> str:
    """All that anybody would print or log of an error, but for the reply itself."""
    kept = {name: each for name, each in vars(error).items() if name != "content"}
    return f"{error} {error!r} {error.args} {kept}"


ECHOES = {
    "a detail": reply(400, refusal("cluster-unknown", detail=f"got Bearer {ISSUED}")),
    "a code": reply(400, refusal("cluster-unknown", errorCode=f"NO_{ISSUED}")),
    "a parameter": reply(400, refusal("cluster-unknown", parameters=[f"x{ISSUED}"])),
    "a reason": reply(500, {"reason": ISSUED}),
    "a request's id": reply(500, {}, headers=(("X-Request-Id", f"1-{ISSUED}"),)),
    "a body of another type": reply(200, f"<p>{ISSUED}</p>".encode(), "text/html"),
    "a body that is no JSON": reply(200, f"{'x' * 190}{ISSUED}".encode()),
    "a media type": reply(200, {}, f"text/{ISSUED}"),
    "where a redirect leads": reply(302, b"", headers=(("Location", f"https://x/{ISSUED}"),)),
    "a broken reply": httpx.RemoteProtocolError(f"illegal status line: {ISSUED}"),
}


@pytest.mark.parametrize("answer", ECHOES.values(), ids=ECHOES)
def test_a_token_that_the_server_repeats_is_not_shown(talk: Talk, answer: Answer) -> None:
    """Neither in the text of the error nor in anything it carries, though it is no secret by its looks."""
    assert ISSUED not in shown(failure(talk, answer))


def test_a_token_that_the_login_got_before_is_not_shown_either(talk: Talk) -> None:
    """By the endpoint that has issued it and then refuses another one."""
    refused = reply(400, {"error_description": f"you have {ISSUED}"}, "application/json")
    error = failure(talk, reply(401), GRANTED, refused)
    assert "HTTP 400, you have [redacted]" in str(error)
    assert ISSUED not in shown(error)


NOISY = "\x1b]0;pwn\x07\r\n\u202e\udc80é"


@pytest.mark.parametrize(
    ("answer", "token"),
    [
        (reply(400, refusal("cluster-unknown", detail=NOISY)), GRANTED),
        (reply(400, refusal("cluster-unknown", errorCode=NOISY)), GRANTED),
        (reply(200, {}, "text/\x1b]0;pwn\x07"), GRANTED),
        (httpx.ReadError(NOISY), GRANTED),
        (reply(500), reply(400, {"error": NOISY}, "application/json")),
    ],
    ids=["a detail", "a code", "a media type", "a broken reply", "a refused login"],
)
def test_nothing_that_a_terminal_obeys_is_in_a_message(talk: Talk, answer: Answer, token: Answer) -> None:
    """It is shown as Python writes it."""
    text = str(failure(talk, answer, token))
    assert "]0;pwn" in text
    assert all(line.isprintable() for line in text.split("\n  "))


def test_a_long_detail_is_cut_in_the_message_and_whole_in_the_error(talk: Talk) -> None:
    """Whoever reads messages is not drowned; whoever needs all of it has it."""
    detail = "long " * 20_000
    error: Any = failure(talk, reply(400, refusal("cluster-unknown", detail=detail)))
    assert isinstance(error, ApiFailure)
    assert error.detail == detail
    assert LONGEST < len(str(error)) < LONGEST + 300


def test_what_is_quoted_is_never_longer_than_the_longest() -> None:
    """Escapes count as they are shown."""
    assert quoted("a" * LONGEST) == "a" * LONGEST
    assert quoted("a" * (LONGEST + 1)) == "a" * (LONGEST - 1) + "…"
    assert len(quoted("\x1b" * LONGEST)) == LONGEST
    assert quoted("naïve ☃") == "naïve ☃"


# --- A connection that did not come about ---------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_a_lost_login_says_that_the_request_was_not_carried_out(talk: Talk, lost: Exception) -> None:
    """So that nobody looks for a snapshot that was never asked for."""
    error = failure(talk, reply(200), lost)
    assert isinstance(error, TransportFailed)
    assert "the token endpoint gave no reply" in str(error)
    assert "the request itself was not carried out" in str(error)
    assert "/oauth/token" in error.where
    assert error.hint.startswith("check the address and the network, then")


def test_the_proxy_that_may_be_at_fault_is_named(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its variable; it answers to nobody here."""
    monkeypatch.setenv("https_proxy", "http://user:pass-word@127.0.0.1:9")
    error = talk.outcome(take, base_url="https://atlas.invalid", sleep=Time().nap, **ACCOUNT).error
    assert isinstance(error, TransportFailed)
    assert "the proxy that https_proxy names" in error.hint
    assert "pass-word" not in shown(error)
    assert not error.may_have_arrived
