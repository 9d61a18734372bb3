"""Faults of the wire, and of what stands before the server: cut, lost, late, and somebody else's error page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from atlas_contract.contract import Contract
from atlas_contract.faults.bending import changing, json_in, with_body, with_header, with_json
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.mock import Handler
from atlas_contract.model import Reply, Request

PAGE = b"<html><head><title>502 Bad Gateway</title></head></html>"


def wire_faults(contract: Contract) -> Iterator[Fault]:
    """What becomes of the main operation's successes on the way, and what a client of them must survive."""
    for family, faults in (("wire", WIRE), ("client", CLIENT)):
        for name, (harm, caught_by, change) in faults.items():
            yield _fault(contract, f"{family}.{name}", harm, caught_by, change)


def _fault(
    contract: Contract,
    name: str,
    harm: str,
    caught_by: tuple[str, ...],
    change: Callable[[Reply], Reply],
) -> Fault:
    main = contract.main.id

    def bend(its_contract: Contract, build: Build) -> Handler:
        def changed(_: Request, reply: Reply) -> Reply:
            return change(reply)

        return changing(
            build(its_contract), lambda operation, reply: operation.id == main and reply.succeeded, changed
        )

    clause = f"{contract.main.pointer}/responses"
    return Fault(name, name.partition(".")[0], harm, clause, frozenset(caught_by), bend, derived=False)


def _lost(error: OSError) -> Callable[[Reply], Reply]:
    def lose(_: Reply) -> Reply:
        raise error

    return lose


def _cut(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _edited(edit: Callable[[dict[str, object]], dict[str, object]]) -> Callable[[Reply], Reply]:
    def change(reply: Reply) -> Reply:
        value = json_in(reply.body)
        return with_json(reply, edit(value)) if isinstance(value, dict) else reply

    return change


def _page(reply: Reply) -> Reply:
    return with_header(with_body(replace(reply, status=502), PAGE), "Content-Type", "text/html")


BODY = ("body_conforms",)
WIRE: dict[str, tuple[str, tuple[str, ...], Callable[[Reply], Reply]]] = {
    "cut": ("sends half of the body", ("length_is_true", "an_answer_comes", "body_conforms"), _cut),
    "reset": (
        "resets the connection",
        ("an_answer_comes",),
        _lost(ConnectionResetError("connection reset by peer")),
    ),
    "silent": ("never answers", ("an_answer_comes",), _lost(TimeoutError("no answer in time"))),
    "too-short": (
        "announces less than it sends",
        ("length_is_true", "an_answer_comes"),
        lambda reply: with_header(reply, "Content-Length", str(len(reply.body) - 1)),
    ),
    "too-long": (
        "announces more than it sends",
        ("length_is_true", "an_answer_comes"),
        lambda reply: with_header(reply, "Content-Length", str(len(reply.body) + 1)),
    ),
    "bad-gateway": (
        "is hidden behind a proxy's error page",
        ("server_does_not_fail", "status_is_documented"),
        _page,
    ),
    "latin-1": (
        "writes text in Latin-1",
        BODY,
        lambda reply: with_body(reply, reply.body.replace(b"contract", b"contr\xe4ct")),
    ),
    "bom": (
        "begins with a byte order mark",
        BODY,
        lambda reply: with_body(reply, b"\xef\xbb\xbf" + reply.body),
    ),
}
CLIENT: dict[str, tuple[str, tuple[str, ...], Callable[[Reply], Reply]]] = {
    "page-as-success": (
        "answers with a page",
        ("media_type_is_documented", "body_conforms"),
        lambda reply: with_header(with_body(reply, PAGE), "Content-Type", "text/html"),
    ),
    "unknown-status": (
        "knows a status that nobody documents",
        BODY,
        _edited(lambda body: {**body, "status": "paused"}),
    ),
    "unknown-kind": (
        "knows a kind of cluster that nobody documents",
        BODY,
        _edited(lambda body: {**body, "type": "dataLake"}),
    ),
    "null-id": ("answers with a null id", BODY, _edited(lambda body: {**body, "id": None})),
    "null-links": ("answers with null links", BODY, _edited(lambda body: {**body, "links": None})),
    "huge-size": (
        "tells a size beyond all numbers",
        BODY,
        _edited(lambda body: {**body, "storageSizeBytes": "9" * 400}),
    ),
    "list-instead": ("answers with a list", BODY, lambda reply: with_body(reply, b"[" + reply.body + b"]")),
    "redirect": (
        "redirects",
        ("status_is_documented",),
        lambda reply: replace(with_header(with_body(reply, b""), "Location", "/elsewhere"), status=307),
    ),
}
