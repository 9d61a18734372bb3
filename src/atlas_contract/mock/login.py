"""Who is calling: a service account by its token or secret, or a key pair by digest."""

from __future__ import annotations

import base64
import binascii
import hmac

from atlas_contract.contract import Contract
from atlas_contract.mock.digest import Digest, Verdict
from atlas_contract.mock.tokens import Tokens
from atlas_contract.mock.world import Member, World
from atlas_contract.model import Headers, Request


class Login:
    """Checks the credentials of requests against the members of a world."""

    def __init__(self, contract: Contract, world: World) -> None:
        self.tokens = Tokens(contract, world.signing_key)
        self._digest = Digest(contract, world.signing_key)
        self._accounts = {member.account.id: member for member in world.members}
        self._keys = {member.key.public: member for member in world.members}

    def member(self, request: Request, now: float) -> Member | Headers:
        """The member who sends a request, or the headers of the challenge that a refusal carries."""
        scheme, credentials = _authorization(request)
        if scheme == "bearer":
            found = self._accounts.get(self.tokens.holder(credentials, now) or "")
            return found or self._challenge(now)
        verdict = Verdict()
        if scheme == "digest":
            verdict = self._digest.check(request, credentials, self._private_key, now)
        return self._keys[verdict.user] if verdict.user else self._challenge(now, stale=verdict.stale)

    def client(self, request: Request) -> Member | None:
        """The service account that asks for a token with its id and secret (HTTP basic), or None."""
        scheme, credentials = _authorization(request)
        if scheme != "basic":
            return None
        try:
            client_id, _, secret = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
        except (ValueError, binascii.Error):
            return None
        member = self._accounts.get(client_id)
        known = member.account.secret if member else ""
        same = hmac.compare_digest(known.encode(), secret.encode())
        return member if same else None

    def _challenge(self, now: float, *, stale: bool = False) -> Headers:
        return (("WWW-Authenticate", self._digest.challenge(now, stale=stale)),)

    def _private_key(self, public: str) -> str | None:
        member = self._keys.get(public)
        return member.key.private if member else None


def _authorization(request: Request) -> tuple[str, str]:
    scheme, _, credentials = (request.header("Authorization") or "").strip().partition(" ")
    return scheme.lower(), credentials.strip()
