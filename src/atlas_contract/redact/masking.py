"""Takes secrets out of headers, texts and bytes, and finds those that an exchange shows by name."""

from __future__ import annotations

from collections.abc import Iterable

from atlas_contract.model import Exchange, Headers
from atlas_contract.redact import known, places
from atlas_contract.redact.known import MASK, SHORTEST_SECRET

SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate"}
)


def headers(pairs: Headers) -> Headers:
    """The same headers, with the value of each secret one masked."""
    return tuple((name, MASK if _is_secret(name) else value) for name, value in pairs)


def text(value: str, secrets: Iterable[str] = ()) -> str:
    """The same text without known secrets, credentials of an Authorization header, secret fields and logins of URLs."""
    return places.without(known.without(value, tuple(secrets)))


def octets(value: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The same for bytes; those that are no text stay as they are."""
    return text(value.decode("utf-8", "surrogateescape"), secrets).encode("utf-8", "surrogateescape")


def secrets_in(exchange: Exchange) -> tuple[str, ...]:
    """The secrets that an exchange shows by name, on either side."""
    request, reply = exchange.request, exchange.reply
    return secrets_of((*request.headers, *reply.headers), request.body, reply.body)


def secrets_of(headers: Headers, *bodies: bytes) -> tuple[str, ...]:
    """The secrets that headers and bodies show by name, so that they can be taken out of other texts, too."""
    told = [(name.lower(), value) for name, value in headers if _is_secret(name)]
    words = [word for name, value in told for word in _words(name, value)]
    fields = [each for body in bodies for each in places.fields_in(body.decode("utf-8", "replace"))]
    found = (*(value for _, value in told), *words, *fields)
    return tuple(each for each in found if len(each) >= SHORTEST_SECRET)


def credentials_in(authorization: str) -> list[str]:
    """What is secret of an Authorization: a token, a name and password however written, the hash of a digest."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "digest":
        return places.digests_in(rest)
    return [*rest.split(), *(places.passwords_in(rest) if scheme.lower() == "basic" else ())]


def _is_secret(header: str) -> bool:
    return header.lower() in SECRET_HEADERS or places.is_secret_name(header)


def _words(name: str, value: str) -> list[str]:
    """The parts of a secret header that are secret by themselves."""
    if name.endswith("authorization"):
        return credentials_in(value)
    cookies = {"cookie": value.split(";"), "set-cookie": value.split(";")[:1]}.get(name, [])
    return [each.partition("=")[2].strip() for each in cookies]
