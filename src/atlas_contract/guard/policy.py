"""The policy of today: loopback only. Live targets stay closed until the full guard stands."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from atlas_contract.errors import BadInput, GuardRefused


def require_loopback(url: str) -> str:
    """Let a base URL through if it names this machine and nothing else; returned without a trailing slash.

    A host name counts only as `localhost`: any other name could resolve elsewhere a moment later.

    Raises:
        BadInput: this is no http(s) base URL.
        GuardRefused: it names another machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        msg = f"This is no URL: {error}."
        raise BadInput(msg, where=url, expected="http://127.0.0.1:8080 or alike") from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        msg = "This is no base URL of a server."
        raise BadInput(msg, where=url, expected="scheme, host and port only, as in http://127.0.0.1:8080")
    if not _is_loopback(host):
        msg = "The target is not on this machine, and this version sends nothing to live targets."
        raise GuardRefused(
            msg,
            where=host,
            expected="a loopback address or localhost",
            hint="run against `atlas-contract mock`",
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
