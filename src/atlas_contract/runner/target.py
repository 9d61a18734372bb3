"""Targets: what cases are sent to, as a wire, logins, and a way to let time pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from atlas_contract.cases import Ground
from atlas_contract.cases.neighbours import neighbours_of
from atlas_contract.cases.wire import request_for
from atlas_contract.contract import Contract
from atlas_contract.errors import LoginRefused
from atlas_contract.model import NOBODY, STRANGER, Case, Json, Login, Reply, Request, Source
from atlas_contract.redact import Secrets
from atlas_contract.runner import logins
from atlas_contract.runner.logins import Bearer, Signed, Wire


@dataclass(frozen=True, slots=True)
class Credentials:
    """A service account, a pair of API keys, or both."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    public_key: str | None = None
    private_key: str | None = field(default=None, repr=False)

    def secrets(self) -> Secrets:
        """What nobody may see of them."""
        return Secrets(self.client_secret, self.private_key)


@dataclass(frozen=True, slots=True)
class Target:
    """Something to send cases to.

    `callers` signs requests, by login and role. `now` and `wait` are the target's own clock; `pauses` how long to wait,
    again and again, for a snapshot to be finished: as many as are worth it. `drain` empties the token bucket until it
    is called with False. `dress` changes each case as the target wants it. `mine` tells, of a document, the snapshots
    that may be changed. `shortest_life` is for how many seconds a snapshot is surely unfinished. `is_mock` says that
    inferred clauses may be asserted, `is_paced` that the wire itself waits while the token bucket is empty. `secrets`
    grows as the callers are issued tokens: ask it last. `served_by` is the command that serves what is at no address,
    for those who want to send a request again.
    """

    name: str
    base_url: str
    ground: Ground
    wire: Wire = field(repr=False)
    callers: Mapping[tuple[Login, str], Signed] = field(repr=False)
    now: Callable[[], float]
    wait: Callable[[float], None]
    pauses: Callable[[int], list[float]]
    drain: Callable[[bool], None] = lambda _: None
    dress: Callable[[Case], Case] = lambda case: case
    mine: Callable[[Mapping[str, Json]], bool] = lambda _: True
    shortest_life: float = 1.0
    is_mock: bool = False
    is_paced: bool = False
    served_by: str = ""
    secrets: Secrets = field(default_factory=Secrets, repr=False)

    def asserts(self, source: Source) -> bool:
        """Whether a clause that is known in this way is asserted here: what is only inferred, on the mock alone."""
        return self.is_mock or source is not Source.INFERRED

    def send(self, request: Request, case: Case) -> Reply:
        """Send a request with the credentials that its case wants.

        Raises:
            TargetUnreachable: nothing is there.
            LoginRefused: there are no such credentials, or the token endpoint refuses them.
        """
        signed = self.callers.get((case.login, case.role))
        if signed is None:
            msg = f"There are no credentials for login {case.login} at this target."
            hint = "set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET"
            raise LoginRefused(msg, where=self.base_url, hint=hint)
        return signed(request, self.wire)


def callers(
    contract: Contract,
    ground: Ground,
    credentials: Credentials,
    now: Callable[[], float],
    secrets: Secrets,
) -> dict[tuple[Login, str], Signed]:
    """Every way to log in that some credentials give, wrong ones included; `secrets` is told what they are issued."""
    found: dict[tuple[Login, str], Signed] = {
        (Login.NONE, ""): logins.nobody,
        (Login.WRONG_BEARER, ""): logins.fixed(f"Bearer {STRANGER}"),
        (Login.WRONG_CLIENT, ""): logins.basic(NOBODY, STRANGER),
    }
    if credentials.client_id and credentials.client_secret:
        client = logins.Account(credentials.client_id, credentials.client_secret, secrets)
        found[Login.CLIENT, ""] = found[Login.BASIC, ""] = client
        found[Login.WRONG_CLIENT, ""] = logins.basic(credentials.client_id, STRANGER)
        found[Login.BEARER, ""] = Bearer(token_order(contract, ground), client, now)
    if credentials.public_key and credentials.private_key:
        found[Login.DIGEST, ""] = logins.Digest(credentials.public_key, credentials.private_key, secrets)
        found[Login.WRONG_DIGEST, ""] = logins.Digest(credentials.public_key, STRANGER, secrets)
        found.setdefault((Login.BEARER, ""), found[Login.DIGEST, ""])
    return found


def token_order(contract: Contract, ground: Ground) -> Request:
    """The token request, without credentials."""
    case = neighbours_of(contract, ground).token
    return request_for(contract.token, case)
