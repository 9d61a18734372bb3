"""The nouns of the project as frozen values: what is asked, what is answered, what is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]
Json: TypeAlias = Any

REDIRECTED = HTTPStatus.MULTIPLE_CHOICES
"""The first status beyond the successful ones."""


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header, its name compared without regard to case; None where it is absent."""
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None


class Source(StrEnum):
    """How we know a clause: Atlas says so, Atlas was seen to do so, or we chose it for want of evidence."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    INFERRED = "inferred"


class Place(StrEnum):
    """Where a parameter travels, in OpenAPI's words."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation; `pointer` leads to its schema in the effective contract."""

    name: str
    place: Place
    required: bool
    pointer: str
    schema: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a body; `pointer` leads to its schema, None where the contract gives no schema."""

    media_type: str
    pointer: str | None


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """A reply header the contract describes; `pointer` leads to its schema."""

    name: str
    required: bool
    pointer: str
    schema: Mapping[str, Json]
    example: Json = None


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """What the contract says of one status of one operation; `pointer` leads to the response object."""

    status: int
    pointer: str
    contents: tuple[Content, ...]
    headers: tuple[HeaderRule, ...]
    body_optional: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract; `pointer` leads to it, `success` is its only 2xx reply.

    `cli_names` are what the Atlas CLI calls it, the current name first.
    """

    id: str
    method: str
    path: str
    pointer: str
    summary: str
    companion: bool
    parameters: tuple[Parameter, ...]
    body: tuple[Content, ...]
    body_required: bool
    replies: Mapping[int, ReplyRule]
    success: ReplyRule
    roles: tuple[str, ...]
    tag: str = ""
    cli_names: tuple[str, ...] = ()

    def parameters_in(self, place: Place) -> tuple[Parameter, ...]:
        """The parameters that travel in one place, in the contract's order."""
        return tuple(parameter for parameter in self.parameters if parameter.place is place)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A promise that no schema can state; `reply` and `values` are data for the mock and the suite."""

    id: str
    statement: str
    source: Source
    evidence: tuple[str, ...]
    operations: tuple[str, ...]
    reply: Mapping[str, Json] | None = None
    values: Mapping[str, Json] = field(default_factory=dict)

    def speaks_of(self, operation_id: str) -> bool:
        """Whether it is promised of an operation; one that names none is promised of all."""
        return not self.operations or operation_id in self.operations


@dataclass(frozen=True, slots=True)
class Violation:
    """A value broke a clause: `clause` is the JSON pointer of the keyword, `place` the pointer into the value."""

    clause: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands on the wire; `target` is the raw path with its query."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it stood on the wire."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    @property
    def succeeded(self) -> bool:
        """Whether the status is a 2xx one."""
        return HTTPStatus.OK <= self.status < REDIRECTED

    @property
    def refused(self) -> bool:
        """Whether the status is a 4xx one: the request was at fault."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def failed(self) -> bool:
        """Whether the status is a 5xx one: the server was at fault."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return header(self.headers, name)


class Expectation(StrEnum):
    """What a conforming server does with a case."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ANSWERED = "answered"  # any documented reply will do


class Login(StrEnum):
    """With which credentials a case is sent. A target offers those that it has; a case of another is left out."""

    BEARER = "bearer"
    DIGEST = "digest"
    NONE = "none"
    WRONG_BEARER = "wrong bearer"
    WRONG_DIGEST = "wrong digest"
    BASIC = "basic"
    EXPIRED_BEARER = "expired bearer"
    CLIENT = "client"  # id and secret of a service account, which only the token endpoint takes
    WRONG_CLIENT = "wrong client"
    BARRED = "barred"  # good credentials, used from an address that is not on the access list


STRANGER = "not-a-token-of-this-server"
"""What a wrong login gives as token, secret or private key."""
NOBODY = "nobody"
"""Who it says to be where no name is known."""


class Scene(StrEnum):
    """What must be the case at the cluster before a case is sent; `snapshotId` is the snapshot spoken of."""

    ANY = "any"
    IDLE = "idle"  # nothing unfinished
    UNFINISHED = "unfinished"  # a snapshot that is queued or in progress
    COMPLETED = "completed"  # a completed snapshot, and nothing unfinished
    REMOVED = "removed"  # a snapshot that was removed
    DRAINED = "drained"  # the token bucket is empty


@dataclass(frozen=True, slots=True)
class Case:
    """One request to make, what should become of it, and the clause it probes.

    Path arguments and query items are the values before percent-encoding; `body` is the exact bytes.
    `method` replaces the operation's own. `role` is the one that the caller has, "" for whatever the target's
    usual caller has. `refusal` is the behaviour that says how the case is refused, "" if none does.
    `name` tells it from every other derived case, "" for one that was made at random.
    """

    operation: str
    clause: str
    reason: str
    expectation: Expectation
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""
    login: Login = Login.BEARER
    statuses: tuple[int, ...] = ()
    scene: Scene = Scene.ANY
    refusal: str = ""
    method: str = ""
    role: str = ""
    name: str = ""


class Gap(StrEnum):
    """What nobody knows of an exchange that somebody else recorded. Of one that was sent here all is known."""

    QUERY = "query"
    REQUEST_BODY = "request body"
    REPLY_HEADERS = "reply headers"
    REPLY_BODY = "reply body"
    CUT_OFF = "end of the reply body"  # the rest of it was recorded, and is of no use
    LAYOUT = "layout"  # the value of the reply body is known, but not its bytes
    REASON = "reason"  # which of the stated refusals this one is
    MEANWHILE = "meanwhile"  # what others did at the target before, and what was done at the same time


NO_GAPS: frozenset[Gap] = frozenset()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A case with the request that was sent for it and the reply that came back; `gaps` is what is not known of it."""

    case: Case
    request: Request
    reply: Reply
    gaps: frozenset[Gap] = NO_GAPS


@dataclass(frozen=True, slots=True)
class Finding:
    """The target broke a clause; `check` is who says so, `exchange` the evidence.

    `place` is the JSON pointer into the value of the reply at which it is broken, "" for all of it.
    """

    check: str
    clause: str
    source: Source
    message: str
    exchange: Exchange
    place: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Findings with the same identity are one finding, seen more than once."""
        return (self.check, self.clause, self.exchange.case.operation)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Something known and put up with for a time: why, by whom, and until which day; `place` is where that stands.

    `about` says what it is, by the names of its facts; a value may have `*` for any text. It holds through the whole
    of the day `expires`.
    """

    about: Mapping[str, str]
    reason: str
    owner: str
    expires: date
    place: str = ""

    def covers(self, facts: Mapping[str, str], today: date) -> bool:
        """Whether something with these facts is what is put up with, and still is on that day."""
        alike = all(_fits(facts.get(name, ""), wanted) for name, wanted in self.about.items())
        return alike and today <= self.expires


def _fits(value: str, wanted: str) -> bool:
    """Whether a value is what is wanted, where each `*` stands for any text and every other sign for itself."""
    return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), value, re.DOTALL) is not None
