"""Access tokens: signed, so that nothing has to be kept, and good for as long as the contract says."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from atlas_contract.contract import Contract

REMEMBERED = 1024


class Tokens:
    """Issues and reads the Bearer tokens of one world."""

    def __init__(self, contract: Contract, signing_key: bytes) -> None:
        values = contract.behaviour("access-token").values
        self.lifetime = int(values["lifetimeSeconds"])
        self.kind: str = values["tokenType"]
        self._key = signing_key
        self._seen: dict[str, tuple[str, float]] = {}

    def issue(self, client_id: str, now: float) -> str:
        """A JWT for a service account, good from now on."""
        head = _part({"alg": "HS256", "typ": "JWT"})
        claims = _part({"sub": client_id, "iat": int(now), "exp": int(now) + self.lifetime})
        return f"{head}.{claims}.{self._signature(head, claims)}"

    def holder(self, token: str, now: float) -> str | None:
        """The client id that a token was issued to; None if it has run out, or never was ours."""
        holder, expiry = self._seen.get(token) or self._read(token)
        return holder if now < expiry else None

    def _read(self, token: str) -> tuple[str, float]:
        """Holder and expiry; what was read of good tokens is remembered, for the next request has the same."""
        head, _, rest = token.partition(".")
        claims, _, signature = rest.partition(".")
        if not hmac.compare_digest(
            self._signature(head, claims).encode(), signature.encode("utf-8", "replace")
        ):
            return "", 0.0
        try:
            read = json.loads(base64.urlsafe_b64decode(claims + "=="))
        except (ValueError, binascii.Error):  # pragma: no cover - nobody else can sign
            return "", 0.0
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[token] = str(read["sub"]), float(read["exp"])
        return self._seen[token]

    def _signature(self, head: str, claims: str) -> str:
        signed = f"{head}.{claims}".encode("utf-8", "replace")
        return _text(hmac.new(self._key, signed, hashlib.sha256).digest())


def _part(value: Any) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
