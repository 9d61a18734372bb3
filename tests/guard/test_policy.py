"""Nothing but this machine is ever let through."""

from __future__ import annotations

import random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasContractError, BadInput, GuardRefused
from atlas_contract.guard import Policy, origin_of, require_loopback
from atlas_contract.guard.policy import Leaving
from atlas_contract.guard.transport import GuardedTransport
from atlas_contract.model import Request


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://[::1]:1/", "https://localhost", "http://127.9.9.9"]
)
def test_loopback_is_let_through(url: str) -> None:
    """Every spelling of this machine is fine, and comes back without its trailing slash."""
    assert require_loopback(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://cloud.mongodb.com",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://0.0.0.0:80",
        "http://10.0.0.1",
        "http://[::ffff:8.8.8.8]",
        "http://2130706433.example",
    ],
)
def test_every_other_machine_is_refused(url: str) -> None:
    """A name or address that isn't this machine's is refused with exit code 4."""
    with pytest.raises(GuardRefused) as caught:
        require_loopback(url)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "ftp://localhost",
        "http://",
        "http://localhost?x=1",
        "http://u:p@localhost",
        "http://:secretpw@127.0.0.1",
        "http://@127.0.0.1",
        "http://127.0.0.1\n",
        " http://127.0.0.1",
        "http://127.0.0.1\t:80",
        "http://127.0.0.1?",
        "http://127.0.0.1#",
        "http://127.0.0.1\\",
        "http://[::1%25lo]",
        "http://[:::1]",
        "http://localhost:65536",
        "http://[::1",
        "http://localhost:port",
    ],
)
def test_what_is_no_base_url_is_bad_input(url: str) -> None:
    """Anything that isn't scheme, host and port is refused as bad input."""
    with pytest.raises(BadInput):
        require_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://:secretpw@127.0.0.1",
        "http://u:secretpw/@host",
        "http://secretpw@h:port",
        "http://u:secretpw@[::1",
    ],
)
def test_a_password_in_a_url_is_not_shown(url: str) -> None:
    """Only what follows it is, which is enough to know which URL is meant."""
    with pytest.raises(BadInput) as caught:
        require_loopback(url)
    assert "secretpw" not in f"{caught.value}{caught.value!r}{caught.value.where}"
    assert caught.value.where.endswith(url.rpartition("@")[2])


HOSTS = st.sampled_from(["127.0.0.1", "localhost", "[::1]", "127.9.9.9", "LOCALHOST"])
MARKS = st.text("\n\t\r @:/?#\\%[].0\x00\u3002\u2100aé", max_size=3)


@given(parts=st.tuples(st.just("http://"), MARKS, HOSTS, MARKS, st.sampled_from(["", ":80", ":0"]), MARKS))
def test_httpx_reads_what_is_let_through_as_the_same_server(parts: tuple[str, ...]) -> None:
    """Or nothing is let through: no mark anywhere makes two readers of a URL disagree."""
    url = "".join(parts)
    try:
        let_through = require_loopback(url)
    except (BadInput, GuardRefused):
        return
    origin, read = origin_of(url), httpx.URL(let_through)
    assert (read.scheme, read.host, read.port or (0 if ":0" in url[-3:] else 80)) == (
        origin.scheme,
        origin.host,
        origin.port,
    )
    assert not read.userinfo


def test_user_info_cannot_smuggle_a_host() -> None:
    """The part before an @ is no host."""
    with pytest.raises(AtlasContractError):
        require_loopback("http://127.0.0.1@example.org")


PROJECT, CLUSTER, OURS = "32b6e34b3d91647abb20e7b8", "Cluster0", "5" * 24
BASE = f"/api/atlas/v2/groups/{PROJECT}/clusters/{CLUSTER}/backup/snapshots"
STAGING = "https://staging.example"


@pytest.fixture
def policy(contract: Contract) -> Policy:
    """A policy for one project and cluster at one server, where one snapshot is ours."""
    return Policy(origin_of(STAGING), PROJECT, frozenset({CLUSTER}), contract, lambda each: each == OURS)


class Open(httpx.BaseTransport):
    """What lies behind the gate: remembers whatever comes through."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer everything with 302 to another host."""
        self.seen.append(request)
        return httpx.Response(302, headers={"Location": f"https://evil.example{BASE}"})


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", BASE),
        ("GET", f"{BASE}?pageNum=1&includeCount=true"),
        ("GET", f"{BASE}/{OURS}"),
        ("GET", f"{BASE}/zzz"),
        ("DELETE", f"{BASE}/{OURS}"),
        ("POST", "/api/oauth/token"),
        ("GET", "/api/atlas/v2/groups"),
    ],
)
def test_what_a_run_needs_is_let_through(policy: Policy, method: str, target: str) -> None:
    """The operations of the contract pass, in the project, on the cluster, on our own snapshots."""
    behind = Open()
    with httpx.Client(transport=GuardedTransport(policy, behind), trust_env=False) as client:
        client.request(method, STAGING + target)
    assert len(behind.seen) == 1


@pytest.mark.parametrize(
    ("method", "target", "headers", "said"),
    [
        ("DELETE", f"{BASE}/{'6' * 24}", {}, "was not taken by this tool"),
        ("PATCH", f"{BASE}/{'6' * 24}", {}, "was not taken by this tool"),
        ("DELETE", BASE, {}, "no operation of the contract"),
        ("GET", BASE.replace(CLUSTER, "Production"), {}, "no operation of the contract"),
        ("GET", BASE.replace(PROJECT, "a" * 24), {}, "no operation of the contract"),
        ("GET", f"{BASE}/../../../x", {}, "not written plainly"),
        ("GET", f"{BASE}/%2e%2e/x", {}, "not written plainly"),
        ("GET", f"/{BASE}", {}, "not written plainly"),
        ("GET", f"{BASE}?_method=DELETE", {}, "asks for another method"),
        ("POST", BASE, {"X-HTTP-Method-Override": "DELETE"}, "asks for another method"),
        ("GET", BASE, {"Host": "evil.example"}, "names another server"),
        ("GET", BASE, {"X-Forwarded-Host": "evil.example"}, "lead the request elsewhere"),
        ("GET", BASE, {"X-Schemathesis-Probe-Null": "\0"}, "not written as headers are"),
    ],
)
def test_a_refusal_says_why(
    policy: Policy, method: str, target: str, headers: dict[str, str], said: str
) -> None:
    """Each way around the policy is refused with its own reason."""
    request = Request(method, target, tuple(headers.items()))
    assert said in policy.refusal(Leaving(policy.origin, request))


def test_a_redirect_leads_nowhere(policy: Policy) -> None:
    """A client that follows redirects is stopped at the gate."""
    behind = Open()
    transport = GuardedTransport(policy, behind)
    with (
        httpx.Client(transport=transport, follow_redirects=True, trust_env=False) as client,
        pytest.raises(GuardRefused, match="not the server"),
    ):
        client.get(STAGING + BASE)
    assert len(behind.seen) == 1


def attack(chance: random.Random) -> tuple[str, bytes, list[tuple[str, str]], str]:
    """A request that must not pass: method, raw target, headers, and the server it is for."""
    other = "".join(chance.choices("0123456789abcdef", k=24))
    method, target, headers, url = chance.choice(["GET", "POST"]), BASE, [], STAGING
    match chance.randrange(10):
        case 0:
            target = BASE.replace(
                "/clusters", chance.choice(["/./clusters", "/../clusters", "//clusters", "\\clusters"])
            )
        case 1:
            index = chance.randrange(1, len(BASE))
            target = f"{BASE[:index]}%{ord(BASE[index]):02x}{BASE[index + 1 :]}"
        case 2:
            url = chance.choice(
                (
                    "http://staging.example",
                    "https://staging.example.evil",
                    "https://evil.example",
                    "https://10.0.0.1",
                    f"https://staging.example:{chance.randrange(1, 443)}",
                )
            )
        case 3:
            target = BASE.replace(
                PROJECT, chance.choice([other, PROJECT.upper(), PROJECT + "0", PROJECT[:-1]])
            )
        case 4:
            target = BASE.replace(
                CLUSTER, chance.choice(["cluster0", "Cluster1", "Cluster0.", "Cluster0 ", other])
            )
        case 5:
            method = chance.choice(["DELETE", "PATCH"])
            target = f"{BASE}/{other}"
        case 6:
            name = chance.choice(
                ["X-HTTP-Method-Override", "x-method-override", "X-HTTP-Method", "X-Original-URL"]
            )
            headers = [(name, chance.choice(["DELETE", "PUT", "/x"]))]
        case 7:
            headers = [("Host", chance.choice(["evil.example", f"{other}.example", "staging.example:80"]))]
        case 8:
            method = chance.choice(["DELETE", "PUT", "PATCH", "TRACE", "CONNECT", "OPTIONS", "HEAD", "X"])
        case _:
            target = BASE + chance.choice(
                ["/", f"/{OURS}/x", "?_method=DELETE", f"?a=1&method={other}", ";x", "#x"]
            )
    return method, target.encode(), headers, url


def test_no_attack_passes(policy: Policy) -> None:
    """Of a hundred thousand attacks none gets to what lies behind the gate, and each is told why."""
    chance, behind = random.Random(6), Open()
    gate = GuardedTransport(policy, behind)
    for _ in range(100_000):
        method, target, headers, url = attack(chance)
        request = httpx.Request(method, url, headers=headers, extensions={"target": target})
        with pytest.raises(GuardRefused) as caught:
            gate.handle_request(request)
        assert caught.value.what
    assert not behind.seen, behind.seen[0]
