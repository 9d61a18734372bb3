"""The curl line sends the same request again."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_contract.model import Case, Exchange, Expectation, Login, Reply, Request
from atlas_contract.reports import curl


def exchange(body: bytes = b"", login: Login = Login.NONE, target: str = "/x") -> Exchange:
    """An exchange of a made-up operation."""
    case = Case("op", "clause", "reason", Expectation.REFUSED, path={}, login=login)
    return Exchange(case, Request("POST", target, (("Accept", "*/*"),), body), Reply(400))


@given(body=st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1))
def test_a_plain_body_is_one_shell_word(body: str) -> None:
    """Whatever quotes a body has, a shell reads it back unchanged, and curl takes it as it stands."""
    words = shlex.split(curl.command(exchange(body.encode()), "http://127.0.0.1:1"))
    if not body.startswith("@"):
        assert words[words.index("--data-binary") + 1] == body


@given(body=st.binary(min_size=1, max_size=60))
@example(body=b"-\x00")
def test_any_other_body_comes_out_of_printf(body: bytes) -> None:
    """A body that is no plain text is written by printf, byte for byte."""
    line = curl.command(exchange(body), "http://127.0.0.1:1")
    if line.startswith("printf"):
        feed = line.split(" | curl", 1)[0]
        done = subprocess.run(["sh", "-c", feed], capture_output=True, check=True)
        assert done.stdout == body


@pytest.mark.parametrize("login", list(Login))
def test_credentials_are_shell_variables(login: Login) -> None:
    """The line names the variable that holds a secret, never the secret."""
    line = curl.command(exchange(login=login), "http://127.0.0.1:1")
    assert ("${ACCESS_TOKEN}" in line) == (login is Login.BEARER)
    assert ("${PRIVATE_KEY}" in line) == (login is Login.DIGEST)


def test_the_path_goes_out_as_it_is() -> None:
    """Curl must neither collapse dots nor expand braces."""
    line = curl.command(exchange(target="/a/%2E%2E/{b}?c=d"), "http://127.0.0.1:1")
    assert "--path-as-is --globoff" in line
    assert shlex.split(line)[-1] == "http://127.0.0.1:1/a/%2E%2E/{b}?c=d"
