"""HTTP digest authentication (RFC 2617, MD5 with qop=auth): the challenge, and the check of its answer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from atlas_contract.contract import Contract
from atlas_contract.model import Request

FRESH = 300  # seconds for which a nonce can be answered; after that the challenge says that it is stale
_PAIR = re.compile(r'\b([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_STAMP = 5  # bytes of a nonce that hold the second it was made
_SERIAL = 3  # bytes of a nonce that tell it from others of that second


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose answer it was, if it was right; `stale` when it was right but its nonce is too old."""

    user: str | None = None
    stale: bool = False


class Digest:
    """Challenges and checks; nonces are signed, so none is kept."""

    def __init__(self, contract: Contract, signing_key: bytes) -> None:
        self._values = contract.behaviour("digest-challenge").values
        self._key = signing_key
        self._serials = count(1)
        self._nonce_bytes = int(self._values["nonceCharacters"]) * 3 // 4

    def challenge(self, now: float, *, stale: bool) -> str:
        """The value of a WWW-Authenticate header, with a new nonce."""
        found = {**self._values, "nonce": self._nonce(now), "stale": str(stale).lower()}
        quoted = self._values["quoted"]
        pairs = (
            f'{name}="{found[name]}"' if name in quoted else f"{name}={found[name]}"
            for name in found["order"]
        )
        return "Digest " + ", ".join(pairs)

    def check(
        self, request: Request, credentials: str, password: Callable[[str], str | None], now: float
    ) -> Verdict:
        """Judge the credentials of an Authorization header; `password` knows each user's, or says None."""
        sent = _pairs(credentials)
        made = self._made(sent.get("nonce", ""))
        secret = password(sent.get("username", ""))
        if made is None or secret is None or not self._fits(request, sent):
            return Verdict()
        right = self._response(request.method, sent, secret)
        if not hmac.compare_digest(
            right.encode(), sent.get("response", "").lower().encode("utf-8", "replace")
        ):
            return Verdict()
        return Verdict(stale=True) if now - made > FRESH else Verdict(user=sent["username"])

    def _fits(self, request: Request, sent: Mapping[str, str]) -> bool:
        same = all(sent.get(name) == self._values[name] for name in ("realm", "qop"))
        algorithm = sent.get("algorithm", self._values["algorithm"]).upper() == self._values["algorithm"]
        return (
            same
            and algorithm
            and sent.get("uri") == request.target
            and bool(sent.get("nc") and sent.get("cnonce"))
        )

    def _response(self, method: str, sent: Mapping[str, str], secret: str) -> str:
        user = _md5(f"{sent['username']}:{sent['realm']}:{secret}")
        asked = _md5(f"{method}:{sent['uri']}")
        return _md5(":".join((user, sent["nonce"], sent["nc"], sent["cnonce"], sent["qop"], asked)))

    def _nonce(self, now: float) -> str:
        stamp = int(now).to_bytes(_STAMP, "big") + (next(self._serials) % 256**_SERIAL).to_bytes(
            _SERIAL, "big"
        )
        return base64.b64encode(stamp + self._signature(stamp)).decode()

    def _made(self, nonce: str) -> int | None:
        """The second in which we made a nonce, None if we did not."""
        try:
            raw = base64.b64decode(nonce, validate=True)
        except (ValueError, binascii.Error):
            return None
        stamp, signature = raw[: _STAMP + _SERIAL], raw[_STAMP + _SERIAL :]
        if not hmac.compare_digest(signature, self._signature(stamp)):
            return None
        return int.from_bytes(stamp[:_STAMP], "big")

    def _signature(self, stamp: bytes) -> bytes:
        whole = hmac.new(self._key, b"nonce:" + stamp, hashlib.sha256).digest()
        return whole[: self._nonce_bytes - len(stamp)]


def _pairs(credentials: str) -> dict[str, str]:
    found = _PAIR.findall(credentials)
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else token for name, quoted, token in found
    }


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
