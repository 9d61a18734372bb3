"""The catalogue of faults, by id. Each bends the mock's handler; the mock itself knows nothing of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from atlas_contract.contract.document import body_properties
from atlas_contract.errors import BadInput
from atlas_contract.model import REDIRECTED, Reply, Request

if TYPE_CHECKING:
    from atlas_contract.mock import Handler, Mock

Bend = Callable[["Mock"], "Handler"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect a server could have: its id, what it does, and how to bend a sound mock into having it."""

    id: str
    harm: str
    bend: Bend


def with_fault(fault_id: str, mock: Mock) -> Handler:
    """The mock's handler, bent by one fault.

    Raises:
        BadInput: the catalogue has no fault of that id.
    """
    if fault_id not in FAULTS:
        nearest = get_close_matches(fault_id, FAULTS, n=1)
        hint = f"did you mean {nearest[0]!r}?" if nearest else "`atlas-contract faults list` shows them all"
        msg = f"There is no fault called {fault_id!r}."
        raise BadInput(msg, where="--fault", expected=", ".join(sorted(FAULTS)), hint=hint)
    return FAULTS[fault_id].bend(mock)


def _accept_upper_case_project(mock: Mock) -> Handler:
    known = mock.world.home.id

    def handle(request: Request) -> Reply:
        return mock.handle(replace(request, target=request.target.replace(known.upper(), known)))

    return handle


def _accept_zero_retention(mock: Mock) -> Handler:
    least = {
        name: schema["minimum"]
        for name, (_, schema) in body_properties(mock.contract, mock.contract.main).items()
        if "minimum" in schema
    }

    def handle(request: Request) -> Reply:
        body = _json(request.body)
        sent = body if isinstance(body, dict) else {}
        lifted = {
            name: bound
            for name, bound in least.items()
            if type(sent.get(name)) is int and sent[name] == bound - 1
        }
        if lifted:
            request = replace(request, body=json.dumps({**sent, **lifted}).encode())
        return mock.handle(request)

    return handle


def _drop_id(mock: Mock) -> Handler:
    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        body = _json(reply.body)
        if reply.succeeded and isinstance(body, dict) and "id" in body:
            del body["id"]
            return _with_body(reply, body)
        return reply

    return handle


def _undocumented_status(mock: Mock) -> Handler:
    main = mock.contract.main
    success = main.success.status
    another = next(status for status in range(success + 1, REDIRECTED) if status not in main.replies)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        return (
            replace(reply, status=another) if reply.status == success and _is_main(mock, request) else reply
        )

    return handle


def _ignore_auth(mock: Mock) -> Handler:
    def handle(request: Request) -> Reply:
        if not _is_main(mock, request):
            return mock.handle(request)
        others = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
        token = mock.token_for(mock.world.manager.account)
        return mock.handle(replace(request, headers=(*others, ("Authorization", f"Bearer {token}"))))

    return handle


def _is_main(mock: Mock, request: Request) -> bool:
    found = mock.contract.match(request.method, request.target.split("?", 1)[0])
    return found is not None and found[0].id == mock.contract.main.id


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _with_body(reply: Reply, body: Any) -> Reply:
    raw = json.dumps(body, separators=(",", ":")).encode()
    length = ("Content-Length", str(len(raw)))
    headers = tuple(
        length if name.lower() == "content-length" else (name, value) for name, value in reply.headers
    )
    return replace(reply, headers=headers, body=raw)


FAULTS: dict[str, Fault] = {
    fault.id: fault
    for fault in (
        Fault("accepts-upper-case-project", "takes a project id in upper case", _accept_upper_case_project),
        Fault("accepts-zero-retention", "takes a retention of zero days", _accept_zero_retention),
        Fault("drops-id", "leaves the id out of a snapshot", _drop_id),
        Fault(
            "undocumented-status", "answers a success with a status nobody documents", _undocumented_status
        ),
        Fault("ignores-auth", "serves whoever asks", _ignore_auth),
    )
}
