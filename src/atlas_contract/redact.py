"""The one list of what is secret, and the one place where secrets are taken out of what is shown or kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas_contract.model import Exchange, Headers

MASK = "[redacted]"
SHORTEST_SECRET = 6  # characters; taking out less would only take words apart

SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate"}
)

_SECRET_FIELDS = re.compile(
    r'("?(?:access_token|client_secret|client_assertion|token|private_?key|password)"?\s*[:=]\s*)("[^"]*"|[^\s&,"}]+)',
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"(?<![-\w])(Bearer|Basic|Digest)\s+(?!--)[A-Za-z0-9+/=._~-]{16,}", re.IGNORECASE)


def headers(pairs: Headers) -> Headers:
    """The same headers, with the value of each secret one masked."""
    return tuple((name, MASK if name.lower() in SECRET_HEADERS else value) for name, value in pairs)


def text(value: str, secrets: Iterable[str] = ()) -> str:
    """The same text without known secrets, credentials of an Authorization header and secret fields."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        value = value.replace(secret, MASK)
    value = _CREDENTIALS.sub(rf"\1 {MASK}", value)
    return _SECRET_FIELDS.sub(lambda found: f"{found[1]}{MASK}", value)


def secrets_in(exchange: Exchange) -> tuple[str, ...]:
    """The secrets that an exchange shows by name, on either side."""
    request, reply = exchange.request, exchange.reply
    return secrets_of((*request.headers, *reply.headers), request.body, reply.body)


def secrets_of(headers: Headers, *bodies: bytes) -> tuple[str, ...]:
    """The secrets that headers and bodies show by name, so that they can be taken out of other texts, too."""
    told = [value for name, value in headers if name.lower() in SECRET_HEADERS]
    words = [part.partition("=")[2] or part for value in told for part in value.replace(";", " ").split()]
    fields = [
        found[2].strip('"')
        for body in bodies
        for found in _SECRET_FIELDS.finditer(body.decode("utf-8", "replace"))
    ]
    return tuple(each for each in (*told, *words, *fields) if len(each) >= SHORTEST_SECRET)
