"""A server behind a URL as a target: raw requests over httpx, with a bound for everything a server could overdo."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile

import httpx

from atlas_contract.bounded import bound
from atlas_contract.cases import Ground
from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput, TargetUnreachable
from atlas_contract.guard import require_loopback
from atlas_contract.model import Reply, Request
from atlas_contract.runner.deadline import Deadline, Running
from atlas_contract.runner.first_look import require_arguments
from atlas_contract.runner.logins import Wire
from atlas_contract.runner.target import Credentials, Target, callers
from atlas_contract.settings import (
    CLIENT_ID,
    CLIENT_SECRET,
    PRIVATE_KEY,
    PROJECT_ID,
    PUBLIC_KEY,
    Settings,
)

TIMEOUT = 30.0  # seconds without a byte until an exchange with a server counts as lost
LONGEST_EXCHANGE = 120.0  # seconds until a reply that trickles in counts as lost
FIRST_PAUSE, GROWTH, LONGEST_PAUSE, LONGEST_LIFE = 0.002, 1.4, 5.0, 1800.0


@contextmanager
def url_target(
    contract: Contract, url: str, settings: Settings, *, cluster: str, sharded: str = ""
) -> Iterator[Target]:
    """A server on this machine, with the credentials and the project that the environment names.

    Args:
        sharded: a sharded cluster of the project, "" if none is known.

    Raises:
        BadInput, GuardRefused: the URL or the settings are not usable.
    """
    base_url = require_loopback(url)
    credentials = credentials_of(settings)
    secrets = credentials.secrets()
    found = callers(contract, Ground(settings.project_id or "", cluster), credentials, time.time, secrets)
    ground = Ground(
        project=settings.project_id or "",
        cluster=cluster,
        sharded=sharded,
        logins=frozenset(login for login, _ in found),
    )
    require_arguments(contract, ground)
    with httpx.HTTPTransport(trust_env=False, limits=httpx.Limits(max_connections=4)) as transport:
        yield Target(
            name=base_url,
            base_url=base_url,
            ground=ground,
            wire=wire_over(transport, base_url),
            callers=found,
            now=time.time,
            wait=time.sleep,
            pauses=lambda _: list(pauses()),
            secrets=secrets,
        )


def credentials_of(settings: Settings) -> Credentials:
    """The credentials that the environment names, or BadInput if they or the project are missing."""
    found = Credentials(settings.client_id, settings.client_secret, settings.public_key, settings.private_key)
    missing = list(_missing(settings))
    if missing:
        msg = "The target needs a project, and a service account or an API key."
        raise BadInput(
            msg,
            where="environment",
            expected=f"{'; '.join(missing)} to be set",
            hint="`atlas-contract mock` prints export lines for its own world",
        )
    return found


def _missing(settings: Settings) -> Iterator[str]:
    """The variables that are not set and should be; of a login that is half there, the other half."""
    if settings.project_id is None:
        yield PROJECT_ID
    account = {CLIENT_ID: settings.client_id, CLIENT_SECRET: settings.client_secret}
    key = {PUBLIC_KEY: settings.public_key, PRIVATE_KEY: settings.private_key}
    if not (all(account.values()) or all(key.values())):
        begun = [each for each in (account, key) if any(each.values())] or [account, key]
        absent = ([name for name, value in each.items() if not value] for each in begun)
        yield ", or ".join(" and ".join(names) for names in absent)


def pauses() -> Iterator[float]:
    """Seconds between looks at a snapshot that may be finished in no time, or in half an hour."""
    pause, waited = FIRST_PAUSE, 0.0
    while waited < LONGEST_LIFE:
        yield pause
        waited += pause
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def wire_over(transport: httpx.BaseTransport, base_url: str, longest: float = LONGEST_EXCHANGE) -> Wire:
    """What sends raw requests over a transport; trouble on the way becomes a reply of status 0.

    Args:
        longest: seconds after which an exchange is cut, however it gets on.
    """
    base, deadline = _base(base_url), Deadline(longest)

    def send(request: Request) -> Reply:
        try:
            with deadline.exchange() as running:
                reply = _exchange(transport, _raw(base, request, deadline), running)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            msg = f"The target did not answer: {type(error).__name__}: {error}"
            raise TargetUnreachable(msg, where=base_url, hint="is the server running there?") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            reply = _lost(f"{type(error).__name__}: {error}")
        return _lost(f"Overdone: the reply has no end after {longest:g} s") if running.is_cut else reply

    return send


def _base(base_url: str) -> httpx.URL:
    try:
        return httpx.URL(base_url)
    except httpx.InvalidURL as error:
        msg = f"This is no base URL of a server: {error}."
        raise BadInput(msg, where=base_url, expected="a host that there can be") from None


def _raw(base: httpx.URL, request: Request, deadline: Deadline) -> httpx.Request:
    """The request for a transport; its target goes as it stands, and no URL is made of it that could differ."""
    return httpx.Request(
        request.method,
        base,
        headers=list(request.headers),
        content=request.body,
        extensions={
            "target": request.target.encode("ascii"),
            "timeout": httpx.Timeout(TIMEOUT).as_dict(),
            "trace": deadline.trace,
        },
    )


def _exchange(transport: httpx.BaseTransport, request: httpx.Request, running: Running) -> Reply:
    response = transport.handle_request(request)
    response.request = request
    headers = tuple(response.headers.multi_items())
    bound(response)
    try:
        body = b"".join(takewhile(lambda _: not running.is_cut, response.iter_bytes()))
    finally:
        response.close()
    return Reply(response.status_code, headers, body)


def _lost(why: str) -> Reply:
    return Reply(0, (), why.encode())
