"""Whatever a server answers, a call ends in a typed value or in the one tree of errors: the table of behaviours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.client.conftest import (
    ACCOUNT,
    BASIC,
    CLUSTER,
    COLLECTION,
    CONTRACT,
    KEY,
    MISSING,
    PROJECT,
    SNAPSHOT,
    TOKEN,
    VERSION,
    Answer,
    Call,
    Outcome,
    Script,
    Talk,
    Time,
    refusal,
    reply,
    sharded,
    snapshot,
    take,
)

from atlas_contract.client import ReplicaSetSnapshot, ShardedClusterSnapshot
from atlas_contract.errors import (
    ApiFailure,
    AtlasError,
    BadRequest,
    ContractViolation,
    Forbidden,
    LoginRefused,
    NotAcceptable,
    NotFound,
    RateLimited,
    ServerError,
    SnapshotFailed,
    TransportFailed,
    Unauthorized,
    UnfinishedSnapshot,
)

Expected = Callable[[Outcome], None]


def value(
    kind: type = object, check: Callable[[Any], Any] = lambda _: True, /, **attributes: Any
) -> Expected:
    """The call returns a value of this class, with these attributes, that passes the check."""

    def judge(outcome: Outcome) -> None:
        assert outcome.error is None
        assert isinstance(outcome.value, kind)
        assert {name: getattr(outcome.value, name) for name in attributes} == attributes
        assert check(outcome.value)

    return judge


def nothing(outcome: Outcome) -> None:
    """The call returns None."""
    assert outcome == Outcome(value=None)


def fails(kind: type[AtlasError], says: str = "", /, **attributes: Any) -> Expected:
    """The call raises exactly this class, with these attributes and this in its text."""

    def judge(outcome: Outcome) -> None:
        assert type(outcome.error) is kind
        assert {name: getattr(outcome.error, name) for name in attributes} == attributes
        assert says in str(outcome.error)

    return judge


@dataclass(frozen=True)
class Row:
    """A server's behaviour, the call that meets it, and what must come out."""

    name: str
    answers: tuple[Answer, ...]
    expected: Expected
    call: Call = take
    token: tuple[Answer, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def row(
    name: str, answer: Answer | tuple[Answer, ...], expected: Expected, call: Call = take, **more: Any
) -> Row:
    """One row, written shortly."""
    return Row(name, answer if isinstance(answer, tuple) else (answer,), expected, call, **more)


def get(client: Any) -> Any:
    """Read one snapshot."""
    return client.get_snapshot(PROJECT, CLUSTER, SNAPSHOT)


def get_sharded(client: Any) -> Any:
    """Read one snapshot by the sharded path."""
    return client.get_sharded_snapshot(PROJECT, CLUSTER, SNAPSHOT)


def list_all(client: Any) -> Any:
    """List the snapshots of a cluster."""
    return client.list_snapshots(PROJECT, CLUSTER)


def projects(client: Any) -> Any:
    """List the projects."""
    return client.list_projects()


def delete(client: Any) -> Any:
    """Delete one snapshot."""
    return client.delete_snapshot(PROJECT, CLUSTER, SNAPSHOT)


def change(client: Any) -> Any:
    """Change a snapshot's retention."""
    return client.change_retention(PROJECT, CLUSTER, SNAPSHOT, value=2, unit="WEEKS")


def wait(client: Any) -> Any:
    """Wait for a snapshot that was just taken."""
    taken = ReplicaSetSnapshot.from_dict(snapshot())
    return client.wait(taken, timeout=60)


def page(*snapshots: Any, more: bool = False, **changes: Any) -> dict[str, Any]:
    """A page of a list."""
    links = [{"href": "https://cloud.mongodb.com/", "rel": rel} for rel in ("self", *["next"] * more)]
    whole = {"links": links, "results": list(snapshots), "totalCount": len(snapshots), **changes}
    return {name: value for name, value in whole.items() if value is not MISSING}


def ok(**changes: Any) -> Answer:
    """200 with a changed snapshot."""
    return reply(200, snapshot(**changes))


def body(text: str | bytes, status: int = 200, media_type: str | None = None) -> Answer:
    """A reply with just these bytes."""
    return reply(status, text.encode() if isinstance(text, str) else text, media_type)


def violation(pointer: str = "", status: int = 200, says: str = "") -> Expected:
    """The reply is one that the contract doesn't allow."""
    return fails(ContractViolation, says, status=status, pointer=pointer, operation=CONTRACT.main.id)


# --- Every member with every wrong type -----------------------------------------------------------------------------

ESSENTIAL = ("id", "status", "type")
TEXTS = (
    "cloudProvider", "createdAt", "description", "expiresAt", "frequencyType", "id", "masterKeyUUID", "mongodVersion",
    "replicaSetName", "snapshotType", "status", "type",
)  # fmt: skip
LISTS = ("copyRegions", "links", "policyItems", "members", "snapshotIds")
SAMPLES = {"number": 1.5, "text": "x", "list": [], "object": {}, "boolean": True}
OWN_TYPE = {**dict.fromkeys(TEXTS, "text"), **dict.fromkeys(LISTS, "list"), "storageSizeBytes": "number"}


def members() -> Iterator[Row]:
    """Each member null, missing, and of each other type."""
    whole = {"replica set": snapshot, "sharded cluster": sharded}
    only = {
        "sharded cluster": ("configServerType", "members", "snapshotIds"),
        "replica set": tuple(snapshot()),
    }
    for kind, names in only.items():
        for name in names:
            yield from member(kind, name, whole[kind])


def member(kind: str, name: str, whole: Callable[..., dict[str, Any]]) -> Iterator[Row]:
    """One member null, missing, and of each other type."""
    broken = violation(f"/{name}")
    absent = broken if name in ESSENTIAL else value(object, lambda it: name not in it.to_dict())
    yield row(f"{kind}: {name} is null", reply(200, whole(**{name: None})), absent)
    yield row(f"{kind}: {name} is missing", reply(200, whole(**{name: MISSING})), absent)
    for other, sample in SAMPLES.items():
        if other != OWN_TYPE.get(name, "text"):
            yield row(f"{kind}: {name} is {other}", reply(200, whole(**{name: sample})), broken)


# --- Values that a type allows --------------------------------------------------------------------------------------

LATE = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
VALUES = (
    row("a replica set's snapshot", ok(), value(ReplicaSetSnapshot, id=SNAPSHOT, status="queued", type_="replicaSet")),
    row("a sharded cluster's", reply(200, sharded()), value(ShardedClusterSnapshot, lambda it: it.members[0].id)),
    row("least of all", reply(200, {"id": SNAPSHOT, "status": "queued", "type": "replicaSet"}), value(id=SNAPSHOT)),
    row("unknown status", ok(status="paused"), value(object, lambda it: not it.status.is_known, status="paused")),
    row("empty status", ok(status=""), value(status="")),
    row("unknown frequency", ok(frequencyType="decennial"), value(frequency_type="decennial")),
    row("mis-cased frequency", ok(frequencyType="onDemand"), value(frequency_type="onDemand")),
    row("unknown provider", ok(cloudProvider="OTHER"), value(cloud_provider="OTHER")),
    row("unknown trigger", ok(snapshotType="other"), value(snapshot_type="other")),
    row("unknown config server", reply(200, sharded(configServerType="X")), value(config_server_type="X")),
    row("unknown discriminator", ok(type="flexCluster"), violation("/type", says="flexCluster")),
    row("mis-cased discriminator", ok(type="replicaset"), violation("/type")),
    row("discriminator with a blank", ok(type="replicaSet "), violation("/type")),
    row("extra members", ok(novelty={"a": [1]}), value(additional_properties={"novelty": {"a": [1]}})),
    row("extra member with an odd name", ok(**{"__class__": 1, "": 2}), value(id=SNAPSHOT)),
    row("members of the other kind", ok(members=[{"id": 1}]), value(additional_properties={"members": [{"id": 1}]})),
    row("a list of numbers for regions", ok(copyRegions=[1]), violation("/copyRegions/0")),
    row("a null among the regions", ok(copyRegions=["EU", None]), violation("/copyRegions/1")),
    row("a link that is a text", ok(links=["x"]), violation("/links/0")),
    row("a link without href", ok(links=[{"rel": "self"}]), violation("/links/0/href")),
    row("a link with more", ok(links=[{"rel": "a", "href": "b", "c": 1}]), value(object, lambda it: it.links[0].rel)),
    row("a member without id", reply(200, sharded(members=[{}])), violation("/members/0/id")),
    row("a whole number as 1.0", ok(storageSizeBytes=1.0), value(storage_size_bytes=1)),
    row("a huge number", ok(storageSizeBytes=10**400), value(storage_size_bytes=10**400)),
    row("a negative number", ok(storageSizeBytes=-1), value(storage_size_bytes=-1)),
    row("a fraction", ok(storageSizeBytes=0.5), violation("/storageSizeBytes")),
    row("a number as text", ok(storageSizeBytes="0"), violation("/storageSizeBytes")),
    row("year 0", ok(expiresAt="0000-01-01T00:00:00Z"), violation("/expiresAt")),
    row("year 99999", ok(expiresAt="99999-01-01T00:00:00Z"), violation("/expiresAt")),
    row("year 9999", ok(expiresAt="9999-12-31T23:59:59Z"), value(expires_at=LATE)),
    row("year 1 east of Greenwich", ok(expiresAt="0001-01-01T00:00:00+23:59"), value(object, lambda it: it.expires_at)),
    row("30 February", ok(createdAt="2026-02-30T00:00:00Z"), violation("/createdAt")),
    row("hour 24", ok(createdAt="2026-02-03T24:00:00Z"), violation("/createdAt")),
    row("a leap second", ok(createdAt="2016-12-31T23:59:60Z"), violation("/createdAt")),
    row("time without zone", ok(createdAt="2026-01-01T00:00:00"), violation("/createdAt")),
    row("an impossible zone", ok(createdAt="2026-01-01T00:00:00+99:99"), violation("/createdAt")),
    row("fractions of a second", ok(createdAt="2026-01-01T00:00:00.123456789Z"), value(ReplicaSetSnapshot)),
    row("a day without time", ok(createdAt="2026-01-01"), violation("/createdAt")),
    row("an empty id", ok(id=""), value(id="")),
    row("an id with dots and slashes", ok(id="../.."), value(id="../..")),
    row("text of half a character", ok(description="\ud800"), value(description="\ud800")),
    row("a megabyte of text", ok(description="x" * 2**20), value(object, lambda it: len(it.description) == 2**20)),
)  # fmt: skip

# --- Bodies that are no snapshot ------------------------------------------------------------------------------------

RAW = json.dumps(snapshot())
HTML = "<html><body><h1>Welcome to the hotel's wireless network</h1></body></html>"
ECHO = f"<pre>Authorization: Bearer {TOKEN}\nclient_secret={ACCOUNT['client_secret']}</pre>"
OTHER_VERSION = "application/vnd.atlas.2025-03-12+json"
BODIES = (
    row("{}", reply(200, {}), violation("/type")),
    row("[]", reply(200, []), violation()),
    row("null", reply(200, None), violation()),
    row("a number", reply(200, 5), violation()),
    row("a text", reply(200, "ok"), violation()),
    row("true", body("true"), violation()),
    row("a list of snapshots", reply(200, [snapshot()]), violation()),
    row("an error body with status 200", reply(200, refusal("cluster-unknown")), violation("/type")),
    row("an envelope that nobody asked for", reply(200, {"status": 200, "content": snapshot()}), violation("/type")),
    row("an empty body", body(""), violation(says="empty body")),
    row("only blanks", body(" \r\n "), violation()),
    row("truncated JSON", body(RAW[:100]), violation()),
    row("JSON and something after it", body(RAW + "x"), violation()),
    row("two JSON values", body(RAW + RAW), violation()),
    row("the same name twice", body(RAW[:-1] + ',"status":"failed"}'), value(status="failed")),
    row("single quotes", body(RAW.replace('"', "'")), violation()),
    row("NaN", body(RAW[:-1] + ',"x":NaN}'), violation()),
    row("Infinity", body(RAW[:-1] + ',"x":-Infinity}'), violation()),
    row("a number beyond floats", body(RAW[:-1] + ',"x":1e999}'), value(id=SNAPSHOT)),
    row("a size beyond floats", body(RAW[:-1] + ',"storageSizeBytes":1e999}'), violation("/storageSizeBytes")),
    row("more digits than Python reads", body(RAW[:-1] + ',"x":' + "9" * 5000 + "}"), violation()),
    row("invalid UTF-8", body(RAW.encode().replace(b"before", b"\xff\xfe\xfa")), violation()),
    row("UTF-8 with its mark", body(b"\xef\xbb\xbf" + RAW.encode()), value(id=SNAPSHOT)),
    row("UTF-16", body(RAW.encode("utf-16")), value(id=SNAPSHOT)),
    row("zero bytes", body(b"\0" * 50), violation()),
    row("100,000 open lists", body("[" * 100_000), violation()),
    row("100,000 nested lists", body("[" * 100_000 + "]" * 100_000), violation()),
    row("500 levels beside the snapshot", body(RAW[:-1] + ',"x":' + "[" * 500 + "]" * 500 + "}"), value(id=SNAPSHOT)),
    row("HTML with status 200", body(HTML, 200, "text/html"), violation(says="hotel")),
    row("HTML that claims to be JSON", body(HTML), violation()),
    row("HTML that repeats the login", body(ECHO, 200, "text/html"), violation()),
    row("JSON that repeats the login", reply(200, {"type": f"Bearer {TOKEN}"}), violation("/type")),
    row("plain JSON's media type", reply(200, snapshot(), "application/json"), violation(says=VERSION)),
    row("another version of the API", reply(200, snapshot(), OTHER_VERSION), violation(says=OTHER_VERSION)),
    row("the version in capitals", reply(200, snapshot(), VERSION.upper()), value(id=SNAPSHOT)),
    row("no Content-Type", reply(200, snapshot(), ""), violation(says="none")),
    row("an odd Content-Type", reply(200, snapshot(), ";;;=,"), violation()),
    row("an unknown charset", reply(200, snapshot(), f"{VERSION};charset=klingon"), value(id=SNAPSHOT)),
    row("gzip that is none", reply(200, snapshot(), headers=(("Content-Encoding", "gzip"),)), fails(TransportFailed)),
    row("an unknown encoding", reply(200, snapshot(), headers=(("Content-Encoding", "x"),)), value(id=SNAPSHOT)),
)  # fmt: skip

# --- Statuses of success that are not the promised one ---------------------------------------------------------------

ELSEWHERE = "https://elsewhere.example/login"
ODD_PLACES = (
    "mailto:x",
    "http://[::1",
    "http://h:99999",
    "//",
    "http://xn--\xff/",
    "\x01",
    "http://" + "a" * 70_000,
)


def strange(status: int) -> Row:
    """A status of success or of none at all, with a body that would be right."""
    return row(f"status {status}", reply(status, snapshot(), VERSION), violation(status=status))


def redirect(status: int, location: str = ELSEWHERE) -> Row:
    """A redirect, which is never followed."""
    name = f"status {status} to {location[:20]!a}"
    answer = reply(status, b"", headers=(("Location", location),))
    return row(name, answer, violation(status=status, says=f"{location[:40]!r}"[:-1]))


STATUSES = (
    *map(strange, (101, 102, 199, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 304, 399)),
    *map(redirect, (301, 302, 303, 307, 308)),
    redirect(302, "/api/atlas/v2/groups"),
    *(redirect(307, place) for place in ODD_PLACES),
    row("a redirect without Location", reply(302), violation(status=302)),
    row("202 without a body", reply(202, b"", ""), violation(status=202)),
)


# --- Failures -------------------------------------------------------------------------------------------------------

NAMES = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    406: NotAcceptable,
    429: RateLimited,
    **dict.fromkeys((500, 501, 502, 503, 504, 505, 507, 511, 599), ServerError),
    **dict.fromkeys(
        (402, 405, 408, 409, 410, 411, 413, 415, 418, 422, 423, 425, 426, 431, 451, 499), ApiFailure
    ),
}


def failure(status: int) -> Iterator[Row]:
    """An error status with an error body of Atlas's kind, with nothing, with HTML, and with JSON of no kind."""
    kind = NAMES[status]
    told = {"detail": "Why.", "error": status, "errorCode": "CODE", "parameters": ["a", 1], "reason": "R"}
    full = fails(kind, "Why.", status=status, error_code="CODE", detail="Why.", parameters=("a", 1))
    bare = fails(kind, status=status, error_code=None, detail=None, parameters=())
    yield row(f"{status} with an error body", reply(status, told), full)
    yield row(f"{status} without a body", reply(status, b"", ""), bare)
    yield row(f"{status} with HTML", body(ECHO, status, "text/html"), bare)
    yield row(f"{status} with no object", reply(status, [1]), bare)


def from_contract(behaviour: str, kind: type[AtlasError], call: Call = take, **attributes: Any) -> Row:
    """A refusal as the contract states it."""
    stated = CONTRACT.behaviour(behaviour).reply or {}
    wanted = {"status": stated["status"], "error_code": stated["errorCode"], **attributes}
    return row(
        f"the contract's {behaviour}",
        reply(stated["status"], refusal(behaviour)),
        fails(kind, **wanted),
        call,
    )


def bad(name: str, expected: Expected, /, **changes: Any) -> Row:
    """The refusal of an unfinished snapshot, with changes."""
    return row(f"400 with {name}", reply(400, refusal("unfinished-snapshot", **changes)), expected)


def limited(name: str, header: str | None, wait: float | None) -> Row:
    """429 as it was seen live, with this Retry-After."""
    path = COLLECTION.lstrip("/")
    answer = reply(
        429,
        refusal("rate-limited", parameters=[path, 0, 1200, 500, 60]),
        headers=() if header is None else (("Retry-After", header),),
    )
    expected = fails(RateLimited, retry_after=wait, status=429, parameters=(path, 0, 1200, 500, 60))
    return row(f"429 with Retry-After {name}", answer, expected)


UNFINISHED = fails(UnfinishedSnapshot, "wait for", status=400)
PRETTY_401 = """{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource.",
  "errorCode" : "UNEXPECTED_ERROR"
}"""
OLD_401 = PRETTY_401.replace(',\n  "errorCode" : "UNEXPECTED_ERROR"', "")
CHALLENGE = (
    ("WWW-Authenticate", 'Digest realm="r", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false'),
)
IDS = (("X-Request-Id", "abc"), ("Traceparent", "x"), ("X-Error-Code", "CODE"))
PUBLISHED = ["api/atlas/v2/orgs", 55, 10, 5, 60]
PUBLISHED_429 = refusal("rate-limited", parameters=PUBLISHED)
BUSY = reply(503, b"", headers=(("Retry-After", "1"),))
FAILURES = (
    *(each for status in NAMES for each in failure(status)),
    from_contract("unfinished-snapshot", UnfinishedSnapshot),
    from_contract("cluster-unknown", NotFound),
    from_contract("project-unknown", NotFound),
    from_contract("project-forbidden", Unauthorized),
    from_contract("role-missing", Unauthorized),
    from_contract("ip-not-allowed", Forbidden),
    from_contract("version-not-acceptable", NotAcceptable),
    from_contract("server-error", ServerError),
    from_contract("snapshot-unknown", NotFound, get),
    from_contract("deletion-of-unfinished-refused", BadRequest, delete),
    from_contract("retention-change-of-unfinished-refused", BadRequest, change),
    bad("parameters null", UNFINISHED, parameters=None),
    bad("no parameters", UNFINISHED, parameters=MISSING),
    bad("whole numbers for parameters", UNFINISHED, parameters=[1, 2]),
    bad("objects for parameters", UNFINISHED, parameters=[{"a": 1}]),
    bad("an object instead of parameters", UNFINISHED, parameters={"a": 1}),
    bad("a number for a detail", UNFINISHED, detail=5),
    bad("a text for a status", UNFINISHED, error="400"),
    bad("no status", UNFINISHED, error=MISSING),
    bad("another status inside", UNFINISHED, error=404),
    bad("a broken badRequestDetail", UNFINISHED, badRequestDetail=7),
    bad("errorCode null", fails(BadRequest, error_code=None, status=400), errorCode=None),
    bad("no errorCode", fails(BadRequest, error_code=None, status=400), errorCode=MISSING),
    bad("errorCode a number", fails(BadRequest, error_code=None, status=400), errorCode=7),
    bad("errorCode unknown", fails(BadRequest, error_code="NEWS", status=400), errorCode="NEWS"),
    bad("more members", UNFINISHED, novelty=1),
    row("the code with another status", reply(409, refusal("unfinished-snapshot")), fails(ApiFailure, status=409)),
    row("a truncated error", body('{"error":400,', 400), fails(BadRequest, error_code=None, detail=None)),
    row("an error with NaN", body('{"errorCode":"X","a":NaN}', 400), fails(BadRequest, error_code="X")),
    row("an error in UTF-16", body('{"errorCode":"X"}'.encode("utf-16"), 404), fails(NotFound, error_code="X")),
    row("an error nested without end", body("[" * 100_000, 500), fails(ServerError, status=500)),
    row("an error as text", body("no such cluster", 404, "text/plain"), fails(NotFound, "Not Found", detail=None)),
    row("an OAuth error", reply(403, {"error": "a", "error_description": "b"}), fails(Forbidden, detail="b")),
    row("request ids", reply(500, b"", headers=IDS), fails(ServerError, request_ids={"x-request-id": "abc"})),
    row("an error that repeats the login", reply(403, {"detail": f"Bearer {TOKEN} may not"}), fails(Forbidden)),
    row("the empty 401", reply(401, b"", "", CHALLENGE), fails(Unauthorized, error_code=None)),
    row("the 401 laid out for people", body(PRETTY_401, 401), fails(Unauthorized, error_code="UNEXPECTED_ERROR")),
    row("the same without its code", body(OLD_401, 401), fails(Unauthorized, "not authorized", error_code=None)),
    row("405 that names the methods", reply(405, b"", "", (("Allow", "POST,GET"),)), fails(ApiFailure, status=405)),
    limited("missing", None, None),
    limited("0", "0", 0.0),
    limited("as seconds", "17", 17.0),
    limited("as a past date", "Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    limited("garbage", "soon", None),
    limited("negative", "-5", None),
    limited("a fraction", "1.5", None),
    limited("huge", "9" * 400, 1e9),
    limited("empty", "", None),
    limited("a date that breaks Python", "+99999999999 Dec 0 00:00:00 1", None),
    row("the 429 of the documentation", reply(429, PUBLISHED_429), fails(RateLimited, parameters=tuple(PUBLISHED))),
    row("429, then the snapshot", (reply(429), ok()), value(id=SNAPSHOT)),
    row("503 that names a time, then the snapshot", (BUSY, ok()), value(id=SNAPSHOT)),
    row("503 that names none", (reply(503), ok()), fails(ServerError, status=503)),
)  # fmt: skip

# --- Logins ---------------------------------------------------------------------------------------------------------

DENIED = {"error_description": "Invalid credentials provided.", "error": "invalid_client"}
JSON = "application/json"


def login(name: str, answer: Answer | tuple[Answer, ...], expected: Expected) -> Row:
    """A behaviour of the token endpoint."""
    answers = answer if isinstance(answer, tuple) else (answer,)
    return row(f"login: {name}", ok(), expected, token=answers)


def token(**changes: Any) -> Answer:
    """A token as it is granted, with changes."""
    whole = {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer", **changes}
    return reply(200, {name: value for name, value in whole.items() if value is not MISSING}, JSON)


def challenge(name: str, text: str, expected: Expected) -> Row:
    """A challenge that a digest key meets first."""
    answers = (reply(401, b"", "", (("WWW-Authenticate", text),)), ok())
    return row(f"digest: {name}", answers, expected, options=KEY)


REFUSED = fails(LoginRefused)
LIMITED = reply(429, refusal("token-rate-limited"), JSON)
LOGINS = (
    login("refused", reply(401, DENIED, JSON), fails(LoginRefused, "Invalid credentials provided.")),
    login("rate-limited", LIMITED, fails(RateLimited, "from the token endpoint", status=429)),
    login("rate-limited, then a token", (LIMITED, token()), value(id=SNAPSHOT)),
    login("broken", reply(500), fails(LoginRefused, "HTTP 500")),
    login("HTML", body(ECHO, 200, "text/html"), REFUSED),
    login("an error that repeats the secret", reply(400, {"error": f"{BASIC} {ACCOUNT['client_secret']}"}), REFUSED),
    login("a redirect", reply(302, b"", headers=(("Location", ELSEWHERE),)), REFUSED),
    login("a redirect to nowhere", reply(302, b"", headers=(("Location", "mailto:x"),)), REFUSED),
    login("no token", token(access_token=MISSING), REFUSED),
    login("a token that is a number", token(access_token=5), REFUSED),
    login("an empty token", token(access_token=" "), REFUSED),
    login("a token with a line end", token(access_token=f"{TOKEN}\r\nX: y"), REFUSED),
    login("a token beyond ASCII", token(access_token="é"), REFUSED),
    login("no lifetime", token(expires_in=MISSING), REFUSED),
    login("a lifetime of 0", token(expires_in=0), REFUSED),
    login("a lifetime as text", token(expires_in="3600"), REFUSED),
    login("a lifetime beyond floats", token(expires_in=10**400), REFUSED),
    login("a lifetime of true", token(expires_in=True), REFUSED),
    login("a list", reply(200, [1], JSON), REFUSED),
    login("no reply", httpx.ReadTimeout("too slow"), fails(TransportFailed, may_have_arrived=False)),
    login("no reply, then a token", (httpx.ReadTimeout("too slow"), token()), value(id=SNAPSHOT)),
    challenge("as Atlas words it", CHALLENGE[0][1], value(id=SNAPSHOT)),
    challenge("no realm", 'Digest nonce="n"', REFUSED),
    challenge("no pairs", "Digest realm", REFUSED),
    challenge("an unknown algorithm", 'Digest realm="r", nonce="n", algorithm=ROT13', REFUSED),
    challenge("only auth-int", 'Digest realm="r", nonce="n", qop="auth-int"', REFUSED),
    challenge("an unknown qop", 'Digest realm="r", nonce="n", qop="x"', REFUSED),
    challenge("an empty value", 'Digest realm="r", nonce=, qop="auth"', REFUSED),
    challenge("a realm beyond ASCII", 'Digest realm="\xe9", nonce="n", qop="auth"', REFUSED),
    challenge("nothing at all", "Digest ", REFUSED),
    challenge("another scheme", 'Basic realm="r"', fails(Unauthorized)),
    row("digest: refused again", reply(401, b"", "", CHALLENGE), fails(Unauthorized), options=KEY),
)  # fmt: skip

# --- Other operations -----------------------------------------------------------------------------------------------

LOST_ONE = httpx.ReadError("reset")
NO_CLUSTER = reply(404, refusal("cluster-unknown"))
ENDLESS = reply(200, page(snapshot(), more=True))
OTHER = reply(200, page(snapshot(id="0" * 24), more=True))
NOTHING_NEW = fails(ContractViolation, "has nothing new", status=200, pointer="/results")
ONE = value(list, lambda it: len(it) == 1)
BROKEN_ONE = fails(ContractViolation, pointer="/results/1/type")
FINAL = ok(status="completed")
GONE = reply(404, refusal("snapshot-unknown"))
PROJECT_BODY = {
    "id": PROJECT,
    "name": "staging",
    "orgId": PROJECT,
    "clusterCount": 2,
    "created": "2026-01-01T00:00:00Z",
}
OTHERS = (
    row("get: found", ok(), value(id=SNAPSHOT), get),
    row("get: a sharded cluster's", reply(200, sharded()), value(ShardedClusterSnapshot), get),
    row("get: not found", GONE, fails(NotFound), get),
    row("get: 502, then found", (reply(502), ok()), value(id=SNAPSHOT), get),
    row("get: no reply, then found", (LOST_ONE, ok()), value(id=SNAPSHOT), get),
    row("get: sharded path", reply(200, sharded()), value(ShardedClusterSnapshot), get_sharded),
    row("get: sharded path, another kind", ok(), fails(ContractViolation, pointer="/type"), get_sharded),
    row("list: empty", reply(200, page()), value(list, lambda it: it == []), list_all),
    row("list: both kinds", reply(200, page(snapshot(), sharded())), value(list, lambda it: it[1].members), list_all),
    row("list: no links", reply(200, page(snapshot(), links=None)), value(list, len), list_all),
    row("list: no count", reply(200, page(snapshot(), totalCount=MISSING)), value(list, len), list_all),
    row("list: no results", reply(200, page(results=MISSING)), fails(ContractViolation, pointer="/results"), list_all),
    row("list: results null", reply(200, page(results=None)), fails(ContractViolation, pointer="/results"), list_all),
    row("list: a broken one", reply(200, page(snapshot(), {})), BROKEN_ONE, list_all),
    row("list: the same page for ever", ENDLESS, NOTHING_NEW, list_all),
    row("list: empty pages for ever", reply(200, page(more=True)), NOTHING_NEW, list_all),
    row("list: the same pages in turn for ever", (ENDLESS, OTHER, ENDLESS), NOTHING_NEW, list_all),
    row("list: the last page repeats the one before", (ENDLESS, reply(200, page(snapshot()))), ONE, list_all),
    row("list: the second page fails", (ENDLESS, reply(500)), fails(ServerError), list_all),
    row("projects: one", reply(200, page(PROJECT_BODY)), value(list, lambda it: it[0].name == "staging"), projects),
    row("projects: least of all", reply(200, page({"id": PROJECT})), value(list, len), projects),
    row("projects: a broken one", reply(200, page({"id": 5})), fails(ContractViolation, "results/0/id"), projects),
    row("delete: 204", reply(204, b"", VERSION), nothing, delete),
    row("delete: 204 without media type", reply(204, b"", ""), nothing, delete),
    row("delete: 204 with a body", reply(204, {"a": 1}), nothing, delete),
    row("delete: 200", reply(200, {}), fails(ContractViolation, status=200), delete),
    row("delete: 202", reply(202, b"", ""), fails(ContractViolation, status=202), delete),
    row("delete: not found", GONE, fails(NotFound), delete),
    row("delete: no reply, then not found", (LOST_ONE, GONE), nothing, delete),
    row("delete: 504, then not found", (reply(504), GONE), nothing, delete),
    row("delete: 429, then not found", (reply(429), GONE), fails(NotFound), delete),
    row("delete: not connected, then not found", (httpx.ConnectError("no"), GONE), fails(NotFound), delete),
    row("delete: no reply, then no cluster", (LOST_ONE, NO_CLUSTER), fails(NotFound), delete),
    row("delete: no reply, then a bare 404", (LOST_ONE, reply(404)), fails(NotFound), delete),
    row("change: done", ok(status="completed"), value(status="completed"), change),
    row("change: no reply", (httpx.ReadTimeout("slow"), ok()), fails(TransportFailed, may_have_arrived=True), change),
    row("change: 429, then done", (reply(429), ok()), value(id=SNAPSHOT), change),
    row("wait: completed", FINAL, value(status="completed"), wait),
    row("wait: failed", ok(status="failed"), fails(SnapshotFailed), wait),
    row("wait: gone", GONE, fails(NotFound), wait),
    row("wait: another shape", ok(status=None), fails(ContractViolation, pointer="/status"), wait),
    row("wait: 503 in between", (ok(), reply(503), FINAL), value(status="completed"), wait),
    row("wait: an unknown status in between", (ok(status="thinking"), FINAL), value(status="completed"), wait),
)  # fmt: skip

# --- Envelopes ------------------------------------------------------------------------------------------------------


def wrapped(name: str, content: Any, expected: Expected, call: Call = take, *, status: int = 200) -> Row:
    """A reply to a client that asks for envelopes."""
    answer = reply(status, content, VERSION if status == 200 else None)
    return row(f"envelope: {name}", answer, expected, call, options={"envelope": True})


def inside(status: Any, content: Any) -> dict[str, Any]:
    """An envelope."""
    return {"status": status, "content": content}


DEEP = body('{"status":200,"content":' + "[" * 900 + "]" * 900 + "}")
ENVELOPES = (
    wrapped("a snapshot", inside(200, snapshot()), value(id=SNAPSHOT)),
    wrapped("a list", {**page(snapshot()), "status": 200}, value(list, len), list_all),
    wrapped("an error under 200", inside(404, refusal("cluster-unknown")), fails(NotFound, status=404)),
    wrapped("an error under its own status", inside(404, refusal("cluster-unknown")), fails(NotFound), status=404),
    wrapped("an error that is not wrapped", refusal("cluster-unknown"), fails(NotFound), status=404),
    wrapped("a rate limit under 200", inside(429, refusal("rate-limited")), fails(RateLimited, retry_after=None)),
    wrapped("a removal", b"", nothing, delete, status=204),
    wrapped("a wrapped removal", inside(204, {}), nothing, delete),
    wrapped("none", snapshot(), value(id=SNAPSHOT)),
    wrapped("a status that is text", inside("200", snapshot()), violation("/type")),
    wrapped("a status that is true", inside(status=True, content=snapshot()), violation("/type")),
    wrapped("a status that is none", inside(-7, snapshot()), violation(status=-7)),
    wrapped("a huge status", inside(10**30, snapshot()), fails(ServerError, status=10**30)),
    wrapped("no content", {"status": 200}, violation("/type")),
    wrapped("content null", inside(200, None), violation()),
    wrapped("a wrapped envelope", inside(200, inside(200, snapshot())), violation("/type")),
    row("envelope: nested without end", DEEP, fails(ContractViolation), options={"envelope": True}),
    wrapped("invalid JSON", b"{", violation()),
)  # fmt: skip

# --- Lost on the way, as httpx says it (the bytes behind it: test_sockets.py) -----------------------------------------

LOST = tuple(
    row(f"httpx: {type(error).__name__}", error, fails(TransportFailed, may_have_arrived=arrived))
    for arrived, errors in {
        False: (
            httpx.ConnectError("x"),
            httpx.ConnectTimeout("x"),
            httpx.PoolTimeout("x"),
            httpx.ProxyError("x"),
        ),
        True: (
            httpx.ReadTimeout(f"Bearer {TOKEN}"),
            httpx.WriteTimeout("x"),
            httpx.ReadError("x"),
            httpx.WriteError("x"),
            httpx.CloseError("x"),
            httpx.RemoteProtocolError("x"),
            httpx.LocalProtocolError("x"),
            httpx.DecodingError("x"),
            httpx.UnsupportedProtocol(""),
        ),
    }.items()
    for error in errors
)
TABLE = (
    *members(), *VALUES, *BODIES, *STATUSES, *FAILURES, *LOGINS, *OTHERS, *ENVELOPES, *LOST
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[each.name for each in TABLE])
def test_a_server_behaviour_ends_in_a_typed_value_or_a_typed_error(talk: Talk, time: Time, row: Row) -> None:
    """Just the value or just the error of its row, the same for both clients, and without a secret in it."""
    script = Script(*row.answers, token=row.token)
    outcome = talk.outcome(row.call, transport=script, sleep=time.nap, clock=time, **row.options)
    row.expected(outcome)


def test_the_table_has_many_rows_of_different_names() -> None:
    """At least sixty; each behaviour is in it once."""
    names = [each.name for each in TABLE]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("replicaSet")
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
SPOILT = st.dictionaries(
    st.sampled_from([*snapshot(), *sharded(), "content", "results", "x"]), ANYTHING | st.just(MISSING)
)
MEDIA_TYPES = st.sampled_from([VERSION, "application/json", "text/html", OTHER_VERSION, ""]) | st.text(
    st.characters(min_codepoint=32, max_codepoint=126), max_size=20
)


@given(
    status=st.just(200) | st.integers(100, 999),
    content=SPOILT.map(lambda changes: snapshot(**changes)) | ANYTHING | st.binary(),
    media_type=st.just(VERSION) | MEDIA_TYPES,
    call=st.sampled_from([take, get, list_all, projects, delete, change, wait, get_sharded]),
    envelope=st.booleans(),
)
@settings(max_examples=300)
def test_no_reply_whatever_ends_in_another_exception(
    status: int, content: Any, media_type: str, call: Call, *, envelope: bool
) -> None:
    """Any status with any JSON or bytes of any media type ends in a value or an AtlasError, too."""
    script, time = Script(reply(status, content, media_type)), Time()
    Talk(asynchronous=False).outcome(call, transport=script, sleep=time.nap, clock=time, envelope=envelope)
