"""The curl line sends the same request again."""

from __future__ import annotations

import re
import shlex
import shutil
import string
import subprocess
from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from atlas_contract import redact
from atlas_contract.cases.neighbours import Neighbours
from atlas_contract.cases.wire import request_for
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.mock import ManualClock, Mock, default_world, exports, running
from atlas_contract.model import Case, Exchange, Expectation, Login, Reply, Request
from atlas_contract.reports import curl
from atlas_contract.runner import url_target
from atlas_contract.settings import Settings


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


NO_NUL = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.text(NO_NUL)
TOKENS = st.text(st.sampled_from("!#$%&'*+-.^_`|~" + string.ascii_letters + string.digits), min_size=1)


def in_a_shell(line: str) -> list[str]:
    """The arguments that curl gets when a shell reads the line; whatever else it runs or says is an error."""
    script = f"curl() {{ cat; printf '%s\\0' \"$@\"; }}; {line}"
    done = subprocess.run(["sh", "-c", script], input=b"", capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


@settings(max_examples=50)
@given(
    method=WORDS,
    target=WORDS,
    headers=st.lists(st.tuples(TOKENS, WORDS), max_size=3),
    body=st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])),
)
@example(method="GET; touch /tmp/x", target="/`id`", headers=[("A", "$(id)"), ("B", "'\n&")], body="\"'$HOME")
def test_a_shell_reads_back_what_was_sent(
    method: str, target: str, headers: list[tuple[str, str]], body: str
) -> None:
    """Nothing of a request, which a recording may have from anywhere, means anything to a shell."""
    assume(not body.startswith("@"))
    request = Request(method, "/" + target, tuple(headers), body.encode())
    line = curl.command(replace(exchange(), request=request), "http://127.0.0.1:1")
    expected = ["--include", "--path-as-is", "--globoff", "--request", method]
    for name, value in redact.headers(request.headers):
        expected += ["--header", redact.text(f"{name}: {value}")]
    expected += ["--data-binary", redact.text(body)] if body else []
    expected += [redact.text(f"http://127.0.0.1:1/{target}")]
    assert in_a_shell(line) == shlex.split(line)[1:] == expected


@pytest.mark.parametrize(
    "body", [b"client_secret=hush-hush", b"client_secret=hush-hush\xff", b'{"a": "it\'s-hush"}']
)
def test_a_secret_that_goes_takes_no_quote_along(body: bytes) -> None:
    """The line is whole without it, also where the body is written byte by byte."""
    line = curl.command(exchange(body, target="/x?token=hush-hush"), "http://127.0.0.1:1", ["it's-hush"])
    assert "hush" not in "".join(in_a_shell(line))
    assert redact.MASK in in_a_shell(line)[-1]


def settings_of(mock: Mock) -> Settings:
    """What the mock's `export` lines would set."""
    account, key = mock.world.manager.account, mock.world.manager.key
    return Settings(account.id, account.secret, key.public, key.private, project_id=mock.world.home.id)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_line_logs_in_as_the_case_did(contract: Contract) -> None:
    """With the variables that the mock exports, each login gets the status again that its case got."""
    mock = Mock(contract, default_world(contract, clock=ManualClock()))
    with running(mock) as url, url_target(contract, url, settings_of(mock), cluster="Cluster0") as target:
        known = Neighbours(contract, judge_of(contract), target.ground)
        cases = [replace(known.list, login=login) for login in target.ground.logins - {Login.WRONG_CLIENT}]
        cases += [known.token, replace(known.token, login=Login.WRONG_CLIENT)]
        for case in cases:
            request = request_for(contract.operations[case.operation], case)
            reply = target.send(request, case)
            line = curl.command(Exchange(case, request, reply), url, target.secrets)
            script = "\n".join([*exports(mock, url), line])
            done = subprocess.run(["sh", "-c", script], capture_output=True, timeout=20, check=True)
            statuses = re.findall(rb"^HTTP/1.1 (\d+)", done.stdout, re.MULTILINE)
            assert int(statuses[-1]) == reply.status, case.login
            assert not any(secret in line for secret in target.secrets)


@pytest.mark.parametrize("login", list(Login))
def test_every_login_but_none_shows_how_to_log_in(login: Login) -> None:
    """The line names the variables that hold secrets, or says a wrong one, never a secret."""
    line = curl.command(exchange(login=login), "http://127.0.0.1:1")
    assert ("--user" in line or "Authorization" in line) == (login is not Login.NONE)
    assert ("${" in line) == (login not in {Login.NONE, Login.WRONG_BEARER})


@pytest.mark.parametrize("login", [Login.EXPIRED_BEARER, Login.BARRED])
def test_credentials_that_few_have_are_asked_for(login: Login) -> None:
    """Without the variable the line sends nothing, and the shell says what belongs there."""
    line = curl.command(exchange(login=login), "http://127.0.0.1:1")
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, env={}, text=True)
    assert done.returncode != 0
    assert "ACCESS_TOKEN: an access token" in done.stderr


def test_a_recorded_authorization_gives_way_to_the_variable() -> None:
    """Two of them would be refused."""
    request = Request("GET", "/x", (("authorization", "Bearer abc"), ("Cookie", "a=b")))
    line = curl.command(replace(exchange(login=Login.BEARER), request=request), "http://127.0.0.1:1")
    assert line.lower().count("authorization") == 1
    assert "'Cookie: [redacted]'" in line


def test_the_path_goes_out_as_it_is() -> None:
    """Curl must neither collapse dots nor expand braces."""
    line = curl.command(exchange(target="/a/%2E%2E/{b}?c=d"), "http://127.0.0.1:1")
    assert "--path-as-is --globoff" in line
    assert shlex.split(line)[-1] == "http://127.0.0.1:1/a/%2E%2E/{b}?c=d"
