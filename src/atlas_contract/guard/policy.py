"""What a run may touch: a pure judgement of one request as it is about to leave, deny unless named."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput, GuardRefused
from atlas_contract.model import Headers, Operation, Request

READS = frozenset({"GET"})
OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override", "x-method"})
OVERRIDE_ARGUMENTS = frozenset({"_method", "method", "x-http-method-override"})
REROUTES = frozenset(
    {
        "forwarded",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-host",
        "x-original-url",
        "x-original-host",
        "x-rewrite-url",
        "proxy-authorization",
        "proxy-connection",
        "upgrade",
        "transfer-encoding",
    }
)
_PORTS = {"http": 80, "https": 443}
_BASE_URL = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?/*", re.ASCII | re.IGNORECASE)
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._~/-]*", re.ASCII)
_PLAIN_QUERY = re.compile(r"[!-~]*", re.ASCII)
_PLAIN_ID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a server; `host` in lower case, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether it names this machine and nothing else; of names only `localhost` counts."""
        return is_loopback(self.host)

    @property
    def authorities(self) -> tuple[str, ...]:
        """What a Host header may say of it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS.get(self.scheme)
        return (f"{host}:{self.port}", *([host] if self.port == usual else []))


@dataclass(frozen=True, slots=True)
class Leaving:
    """A request as it is about to leave: where to, and what stands on the wire."""

    origin: Origin
    request: Request


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be touched: one server, one project, some clusters, the operations of a contract.

    `owns` says of a snapshot's id whether it was taken by us; nothing else may be changed or removed.
    """

    origin: Origin
    project: str
    clusters: frozenset[str]
    contract: Contract = field(repr=False)
    owns: Callable[[str], bool] = field(default=lambda _: False, repr=False)

    def refusal(self, leaving: Leaving) -> str:
        """Why a request must not leave, "" if it may."""
        return next(self._refusals(leaving), "")

    def check(self, leaving: Leaving) -> None:
        """Let a request pass, or raise GuardRefused; nothing is sent then."""
        if reason := self.refusal(leaving):
            request = leaving.request
            where = f"{request.method} {request.target}"[:300]
            raise GuardRefused(
                reason, where=where, hint="nothing was sent; run with `--plan` to see what would be"
            )

    def operation(self, request: Request) -> Operation | None:
        """The operation that a raw request belongs to, with every argument among those allowed."""
        segments = request.target.partition("?")[0].split("/")
        found = (
            each for each in self.contract.operations.values() if self._fits(each, request.method, segments)
        )
        return next(found, None)

    def may_create(self, request: Request) -> bool:
        """Whether a request could make the server take a snapshot."""
        return self.operation(request) is self.contract.main

    def _refusals(self, leaving: Leaving) -> Iterator[str]:
        request = leaving.request
        if leaving.origin != self.origin:
            yield f"this is not the server that the run is for: {leaving.origin.scheme}://{leaving.origin.authorities[0]}"
        path, _, query = request.target.partition("?")
        if not _PLAIN_PATH.fullmatch(path) or "//" in path or {".", ".."} & set(path.split("/")):
            yield "the path is not written plainly: dot segments, encodings and other characters are not let through"
        elif not _PLAIN_QUERY.fullmatch(query) or "#" in query:
            yield "the query has characters that do not belong there"
        elif (operation := self.operation(request)) is None:
            yield "no operation of the contract, in this run's project and clusters, has this method and path"
        elif reason := self._not_ours(operation, path):
            yield reason
        yield from _bad_headers(request.headers, self.origin)
        if any(name.lower() in OVERRIDE_ARGUMENTS for name, _ in parse_qsl(query, keep_blank_values=True)):
            yield "the query asks for another method"

    def _not_ours(self, operation: Operation, path: str) -> str:
        """Why a change is none of our business: it is about a snapshot that the ledger does not call ours."""
        names = _placeholders(operation)
        if operation.method in READS or len(names) <= len(self._allowed):
            return ""
        snapshot = path.split("/")[names[-1]]
        return "" if self.owns(snapshot) else "the snapshot was not taken by this tool"

    @property
    def _allowed(self) -> tuple[frozenset[str], ...]:
        return frozenset({self.project}), self.clusters

    def _fits(self, operation: Operation, method: str, segments: list[str]) -> bool:
        template = operation.path.split("/")
        if method != operation.method or len(template) != len(segments):
            return False
        places = _placeholders(operation)
        if any(part != template[index] for index, part in enumerate(segments) if index not in places):
            return False
        values = [segments[index] for index in places]
        named = all(value in allowed for value, allowed in zip(values, self._allowed, strict=False))
        return named and all(_PLAIN_ID.fullmatch(value) for value in values[len(self._allowed) :])


def origin_of(url: str) -> Origin:
    """The origin of a base URL.

    Raises:
        BadInput: this is no http(s) base URL.
    """
    try:
        parts = urlsplit(url if _BASE_URL.fullmatch(url) else "")
        host, port = parts.hostname or "", parts.port
        if ":" in host:
            ipaddress.IPv6Address(host)
    except ValueError:
        host = ""
    if not host:
        msg = "This is no base URL of a server."
        expected = "scheme, host and port only, as in http://127.0.0.1:8080"
        raise BadInput(msg, where=_without_login(url), expected=expected)
    usual = _PORTS[parts.scheme]
    return Origin(parts.scheme, host, usual if port is None else port)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nothing else; of names only `localhost` counts."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_loopback(url: str) -> str:
    """Let a base URL through if it names this machine and nothing else; returned without a trailing slash.

    A host name counts only as `localhost`: any other name could resolve elsewhere a moment later.

    Raises:
        BadInput: this is no http(s) base URL.
        GuardRefused: it names another machine.
    """
    origin = origin_of(url)
    if not origin.is_loopback:
        msg = "The target is not on this machine, and this command sends nothing to live targets."
        raise GuardRefused(
            msg,
            where=origin.host,
            expected="a loopback address or localhost",
            hint="run against `atlas-contract mock`, or see `atlas-contract fuzz --help` for a guarded live run",
        )
    return url.rstrip("/")


def _without_login(url: str) -> str:
    """A URL to be shown: name and password, and whatever else is before an @, are left out."""
    shown = f"…{url[url.rindex('@') :]}" if "@" in url else url
    return shown if shown.isprintable() else repr(shown)


def _bad_headers(headers: Headers, origin: Origin) -> Iterator[str]:
    for name, value in headers:
        lower = name.lower()
        if not _NAME.fullmatch(name) or any(each in value for each in "\r\n\0"):
            yield "a header is not written as headers are"
        elif lower in OVERRIDES:
            yield f"the header {name} asks for another method"
        elif lower in REROUTES:
            yield f"the header {name} can lead the request elsewhere"
        elif lower == "host" and value.lower() not in origin.authorities:
            yield f"the Host header names another server: {value[:100]}"
    if sum(name.lower() == "host" for name, _ in headers) > 1:
        yield "there is more than one Host header"


def _placeholders(operation: Operation) -> list[int]:
    return [index for index, part in enumerate(operation.path.split("/")) if part.startswith("{")]
