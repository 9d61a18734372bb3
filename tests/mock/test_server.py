"""The mock on a socket, for the clients of the documentation."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.mock import ManualClock, Mock, default_world, exports, running

SNAPSHOTS = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots"
BEARER = """curl --include --header "Authorization: Bearer ${ACCESS_TOKEN}" \\
  --header "Accept: application/vnd.atlas.2023-11-15+json" \\
  --header "Content-Type: application/json" \\
  -X POST "https://cloud.mongodb.com/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots" \\
  -d '{ <Payload> }'
"""
DIGEST = """curl --user "${PUBLIC_KEY}:${PRIVATE_KEY}" \\
  --digest --include \\
  --header "Accept: application/vnd.atlas.2023-11-15+json" \\
  --header "Content-Type: application/json" \\
  -X POST "https://cloud.mongodb.com/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots" \\
  -d '{ <Payload> }'
"""


@pytest.fixture(scope="module")
def mock(contract: Contract) -> Mock:
    """One mock for all tests here."""
    return Mock(contract, default_world(contract, clock=ManualClock()))


@pytest.fixture(scope="module")
def url(mock: Mock) -> Iterator[str]:
    """Where that mock is served."""
    with running(mock) as url:
        yield url


def raw(url: str, sent: bytes) -> bytes:
    """Send bytes and read until the server has no more to say."""
    host, port = url.removeprefix("http://").split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=5) as connection, suppress(ConnectionError):
        connection.sendall(sent)
        while more := connection.recv(65536):
            received += more
    return received


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("command", "cluster"), [(BEARER, "Cluster0"), (DIGEST, "Sharded0")], ids=["bearer", "digest"]
)
def test_the_curl_commands_of_the_documentation_work(
    mock: Mock, url: str, command: str, cluster: str
) -> None:
    """With the host and the placeholders filled in, and nothing else changed."""
    for placeholder, value in {
        "https://cloud.mongodb.com": url,
        "{groupId}": mock.world.home.id,
        "{clusterName}": cluster,
        "{ <Payload> }": '{"description": "string", "retentionInDays": 42}',
    }.items():
        command = command.replace(placeholder, value)
    script = "\n".join([*exports(mock, url), command])
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=20, check=True)
    *_, head, body = done.stdout.replace("\r", "").split("\n\n")
    assert head.startswith("HTTP/1.1 200 OK")
    assert "content-type: application/vnd.atlas.2023-01-01+json;charset=utf-8" in head.lower()
    snapshot = json.loads(body)
    assert (snapshot["status"], snapshot["description"]) == ("queued", "string")
    assert all(link["href"].startswith(url + "/") for link in snapshot["links"])


def test_headers_are_the_mocks_own(url: str) -> None:
    """The server that carries it adds nothing and repeats nothing."""
    reply = httpx.get(url + SNAPSHOTS, trust_env=False)
    assert reply.status_code == 401
    names = [name.lower() for name, _ in reply.headers.multi_items()]
    assert sorted(names) == sorted(set(names))
    assert reply.headers["Server"] == "mdbws"


def test_a_target_reaches_the_mock_undecoded(mock: Mock, url: str) -> None:
    """An escaped slash is no slash."""
    token = mock.token_for(mock.world.manager.account)
    head = f"Host: x\r\nAuthorization: Bearer {token}\r\nAccept: application/vnd.atlas.2023-01-01+json\r\n"
    path = SNAPSHOTS.replace("{groupId}", mock.world.home.id).replace("{clusterName}", "a%2Fb%25")
    reply = raw(url, f"GET {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode("latin-1"))
    assert reply.startswith(b"HTTP/1.1 404 "), reply
    assert b"a/b%" in reply


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 2**17 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["noise", "long header", "negative length", "bad chunk"],
)
def test_what_is_no_http_is_refused(url: str, sent: bytes) -> None:
    """With a 4xx, if with anything."""
    reply = raw(url, sent)
    assert not reply or reply.startswith(b"HTTP/1.1 4"), reply


def test_a_very_long_body_is_not_read_to_its_end(mock: Mock, url: str) -> None:
    """It is refused as soon as it is too long."""
    token = mock.token_for(mock.world.manager.account)
    path = SNAPSHOTS.replace("{groupId}", mock.world.home.id).replace("{clusterName}", "Cluster0")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 999999999\r\n"
    )
    accept = "Accept: application/vnd.atlas.2023-01-01+json\r\nContent-Type: application/json\r\n\r\n"
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall((head + accept).encode() + b" " * (mock.longest_body + 1))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_a_port_that_is_taken_is_refused_in_words(mock: Mock, contract: Contract, url: str) -> None:
    """The message says what to do."""
    another = Mock(contract, default_world(contract, clock=ManualClock()))
    with (
        pytest.raises(BadInput, match="cannot listen") as refused,
        running(another, port=int(url.rsplit(":", 1)[-1])),
    ):
        pass
    assert "--port" in str(refused.value)
    assert mock.public_url == url


def test_the_log_has_a_line_for_a_request_without_its_secrets(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Method, path, status, time."""
    with caplog.at_level(logging.INFO, logger="atlas_contract.mock"):
        httpx.get(url + "/a%0Ab?token=secret", headers={"Authorization": "Bearer secret"}, trust_env=False)
        line = logged(caplog, "/a%0Ab")
    assert line.startswith("GET /a%0Ab -> 401 in ")
    assert "secret" not in caplog.text


def logged(caplog: pytest.LogCaptureFixture, path: str) -> str:
    """The log's line about a path; it is written after the reply has left."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for line in "\n".join(caplog.messages).splitlines():
            if path in line:
                return line
        time.sleep(0.01)
    raise AssertionError(caplog.text)


PROGRAM = """
from atlas_contract.contract import load
from atlas_contract.mock import Mock, RealClock, default_world, listening, serve_on
contract = load()
mock = Mock(contract, default_world(contract, clock=RealClock()))
with listening(mock) as listener:
    print(mock.public_url, flush=True)
    serve_on(listener, mock)
print("stopped", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_cleanly(number: signal.Signals) -> None:
    """The function that serves returns, and the process ends as usual."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        httpx.get(process.stdout.readline().strip(), trust_env=False)  # waits until the server has started
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "stopped\n", "")
