"""Where a client talks to and by which way: no secret goes in clear, none to a proxy in front of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

import httpx

from atlas_contract import redact, settings
from atlas_contract.errors import InvalidArgument
from atlas_contract.guard import Origin

PROXIES = ("HTTPS_PROXY", "ALL_PROXY")
LAST_PORT = 65_535
LONGEST_SHOWN = 80


def base_url(given: str | None, environment: str | None, usual: str) -> str:
    """Where Atlas is: as the argument says, or else the environment, or else as usual; without a slash at its end.

    Raises:
        InvalidArgument: that is no scheme and host, or would send credentials over the network in clear.
    """
    text, where = (given, "base_url") if given is not None else (environment, settings.BASE_URL)
    if text is None:
        return usual.rstrip("/")
    if text == "":
        msg = f"{where} is empty, so no server is named."
        raise InvalidArgument(msg, where=where, expected=f"scheme and host, or none at all for {usual}")
    url = _url(text, where)
    if url.scheme != "https" and not is_here(url):
        msg = f"Credentials would go to {url.host} in clear."
        expected = "https; http only to this machine, by a loopback address or as localhost"
        raise InvalidArgument(msg, where=where, expected=expected)
    return str(url).rstrip("/")


def is_here(url: httpx.URL) -> bool:
    """Whether it names this machine, by the guard's rules."""
    return Origin(url.scheme, url.host, url.port or 0).is_loopback


def way_to(address: str) -> dict[str, Any]:
    """Options of an httpx client for the way to a server, to be made while `proxies_explained`.

    Raises:
        InvalidArgument: the certificates that the environment names cannot be read.
        ValueError: a proxy's host is none, which httpx would only find out when it looks it up.
    """
    url = httpx.URL(address)
    trusts = not is_here(url)
    for value in settings.present(PROXIES).values() if trusts else ():
        _proxy(value)
    return {"trust_env": trusts, **({"verify": _certificates()} if url.scheme == "https" else {})}


def proxies_to(address: str) -> tuple[str, ...]:
    """The variables by which the environment may lead requests to a server through a proxy."""
    return () if is_here(httpx.URL(address)) else tuple(settings.present(PROXIES))


@contextmanager
def proxies_explained() -> Iterator[None]:
    """Name the variable whose proxy a client cannot be made with.

    Raises:
        InvalidArgument: there is such a variable.
    """
    try:
        yield
    except InvalidArgument:
        raise
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        named = settings.present(settings.PROXIES)
        unusable = [name for name, value in named.items() if not _is_proxy(value)] or list(named)
        reason = "a library for SOCKS is not installed" if isinstance(error, ImportError) else "it is none"
        msg = f"The proxy that the environment names cannot be used: {reason}."
        expected = "scheme and host, as in http://proxy.example:3128"
        raise InvalidArgument(msg, where=", ".join(unusable), expected=expected) from None


def _url(text: str, where: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
        url.host.encode("idna")  # as Python will, when it looks the host up
    except (httpx.InvalidURL, TypeError, UnicodeError):
        url = httpx.URL()
    beyond = (url.userinfo, url.query, url.fragment, url.path.strip("/"), (url.port or 0) > LAST_PORT)
    if url.scheme not in ("https", "http") or not url.host or any(beyond):
        msg = f"The base URL is none, or says more than where Atlas is{_shown(text)}."
        raise InvalidArgument(msg, where=where, expected="scheme and host, as in https://cloud.mongodb.com")
    return url


def _shown(text: object) -> str:
    """The value, but where it may hold a password."""
    return "" if "@" in str(text) else f": {redact.text(repr(text))[:LONGEST_SHOWN]}"


def _certificates() -> SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        named = sorted(settings.present(settings.CERTIFICATES), reverse=True)[
            :1
        ]  # the file comes before the folder
        msg = f"The certificates to know Atlas by cannot be read: {error.strerror or 'there is none'}."
        raise InvalidArgument(
            msg,
            where=", ".join(named) or str(error.filename or "certifi"),
            expected="a file of certificates in PEM form",
        ) from None


def _proxy(value: str) -> httpx.URL:
    """The URL of a proxy as httpx reads it, with a host that can be looked up."""
    url = httpx.URL(value if "://" in value else f"http://{value}")
    url.host.encode("idna")
    return url


def _is_proxy(value: str) -> bool:
    try:
        httpx.HTTPTransport(proxy=_proxy(value)).close()
    except (httpx.InvalidURL, ValueError, ImportError):
        return False
    return True
