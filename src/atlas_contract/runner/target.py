"""Targets: the embedded mock, or a server behind a URL. Both are an httpx transport, logins, and a way to wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from atlas_contract.auth import ApiKey, ServiceAccount
from atlas_contract.cases import Ground
from atlas_contract.errors import BadInput, LoginRefused, TargetUnreachable
from atlas_contract.guard import require_loopback
from atlas_contract.model import Login, Reply, Request

if TYPE_CHECKING:
    from atlas_contract.contract import Contract
    from atlas_contract.mock import Handler
    from atlas_contract.settings import Settings

TIMEOUT = 30.0  # seconds until an exchange with a server counts as lost


class _FixedToken(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


NOBODY = httpx.Auth()
STRANGER = _FixedToken("not-a-token-of-this-server")


@dataclass(frozen=True, slots=True)
class Target:
    """Something to send cases to.

    `sleep` waits in the target's own time (a step of the embedded mock's clock, real seconds elsewhere);
    `patience` is the first pause, in those seconds, while waiting for something to finish.
    """

    name: str
    base_url: str
    ground: Ground
    client: httpx.Client
    logins: Mapping[Login, httpx.Auth]
    sleep: Callable[[float], None]
    patience: float
    settings: Settings | None = field(default=None, repr=False)

    def send(self, request: Request, login: Login) -> Reply:
        """Send a request as it stands, with one of the target's logins, and read the whole reply.

        Raises:
            TargetUnreachable: nothing answered, or not to the end.
            LoginRefused: the login isn't configured, or the token endpoint refuses it.
        """
        wire = httpx.Request(
            request.method,
            self.base_url + request.target,
            headers=list(request.headers),
            content=request.body,
            extensions={
                "target": request.target.encode("ascii"),
                "timeout": httpx.Timeout(TIMEOUT).as_dict(),
            },
        )
        try:
            reply = self.client.send(wire, auth=self._login(login))
        except httpx.TransportError as error:
            msg = f"The target did not answer: {type(error).__name__}: {error}"
            raise TargetUnreachable(msg, where=self.base_url, hint="is the server running there?") from error
        return Reply(reply.status_code, tuple(reply.headers.multi_items()), reply.content)

    def can(self, login: Login) -> bool:
        """Whether the target has credentials for this login."""
        return login in self.logins

    def _login(self, login: Login) -> httpx.Auth:
        if login not in self.logins:
            msg = f"There are no credentials for login {login} at this target."
            raise LoginRefused(
                msg, where=self.base_url, hint="set MONGODB_ATLAS_CLIENT_ID and _CLIENT_SECRET"
            )
        return self.logins[login]


@contextmanager
def embedded_target(contract: Contract, *, seed: int = 0, fault: str | None = None) -> Iterator[Target]:
    """The mock inside this process, with a clock that moves only when the runner waits."""
    from atlas_contract.faults import with_fault
    from atlas_contract.mock import HandlerTransport, ManualClock, Mock, default_world

    clock = ManualClock()
    mock = Mock(contract, default_world(contract, seed=seed, clock=clock))
    handler: Handler = with_fault(fault, mock) if fault else mock.handle
    manager = mock.world.manager
    with httpx.Client(transport=HandlerTransport(handler)) as client:
        yield Target(
            name=f"embedded mock, seed {seed}" + (f", fault {fault}" if fault else ""),
            base_url="http://mock.test",
            ground=Ground(mock.world.home.id, mock.world.home_cluster.name),
            client=client,
            logins=_logins(
                contract, manager.account.id, manager.account.secret, manager.key.public, manager.key.private
            ),
            sleep=clock.advance,
            patience=600.0,
        )


@contextmanager
def url_target(contract: Contract, url: str, settings: Settings, *, cluster: str) -> Iterator[Target]:
    """A server on this machine, with the credentials and the project that the environment names.

    Raises:
        BadInput, GuardRefused: the URL or the settings are not usable.
    """
    base_url = require_loopback(url)
    if settings.project_id is None or settings.client_id is None or settings.client_secret is None:
        msg = "The target needs a project and a service account."
        raise BadInput(
            msg,
            where="environment",
            expected="MONGODB_ATLAS_PROJECT_ID, MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET",
            hint="`atlas-contract mock` prints export lines for its own world",
        )
    with httpx.Client(trust_env=False, limits=httpx.Limits(max_connections=4)) as client:
        yield Target(
            name=base_url,
            base_url=base_url,
            ground=Ground(settings.project_id, cluster),
            client=client,
            logins=_logins(
                contract,
                settings.client_id,
                settings.client_secret,
                settings.public_key,
                settings.private_key,
            ),
            sleep=time.sleep,
            patience=0.05,
        )


def _logins(
    contract: Contract, client_id: str, secret: str, public: str | None, private: str | None
) -> dict[Login, httpx.Auth]:
    account = ServiceAccount(client_id, secret, token_path=contract.token.path)
    digest = {Login.DIGEST: ApiKey(public, private)} if public and private else {}
    return {Login.BEARER: account, Login.NONE: NOBODY, Login.WRONG_BEARER: STRANGER, **digest}
