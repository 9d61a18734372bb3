"""The catalogue of faults, by id: those derived from the contract, and those named by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.faults.acceptance import acceptance_faults
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.faults.lies import lie_faults
from atlas_contract.faults.logins import login_faults
from atlas_contract.faults.memory import memory_faults
from atlas_contract.faults.promises import promise_faults, request_faults
from atlas_contract.faults.protocol import protocol_faults
from atlas_contract.faults.refusals import refusal_faults
from atlas_contract.faults.replies import body_faults, header_faults
from atlas_contract.faults.wire import wire_faults
from atlas_contract.faults.wrapping import wrapping_faults
from atlas_contract.mock import Handler

MAKERS: tuple[Callable[[Contract], Iterator[Fault]], ...] = (
    body_faults,
    header_faults,
    protocol_faults,
    acceptance_faults,
    refusal_faults,
    promise_faults,
    request_faults,
    lie_faults,
    memory_faults,
    wrapping_faults,
    login_faults,
    wire_faults,
)


SHORT = {
    "accepts-upper-case-project": "accepts.{main}.malformed-groupId",
    "accepts-zero-retention": "accepts.{main}.body-retentionInDays-minimum",
    "undocumented-status": "protocol.{main}.200.undocumented-status",
    "ignores-auth": "accepts.{main}.credentials-missing",
}
"""Short names of some derived faults of the main operation, for people and for documentation."""


@lru_cache(maxsize=8)
def catalogue(contract: Contract) -> Mapping[str, Fault]:
    """Every fault that a server of this contract could have, by id, in an order that never changes."""
    found: dict[str, Fault] = {}
    for make in MAKERS:
        for fault in make(contract):
            found.setdefault(fault.id, fault)
    return found


def find(fault_id: str, contract: Contract, where: str = "--fault") -> Fault:
    """The fault of an id, or of a short name; `where` it was named.

    Raises:
        BadInput: the catalogue has no such fault.
    """
    faults = catalogue(contract)
    found = faults.get(_whole(fault_id, contract))
    if found is None:
        near = get_close_matches(fault_id, [*SHORT, *faults], n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else ""
        msg = f"There is no fault called {fault_id!r}."
        listed = "an id of `atlas-contract faults list`"
        raise BadInput(msg, where=where, expected=listed, hint=hint or f"look for {listed}")
    return found


def with_fault(fault_id: str, contract: Contract, build: Build) -> Handler:
    """The handler of a mock with one fault.

    Raises:
        BadInput: the catalogue has no fault of that id.
    """
    return find(fault_id, contract).bend(contract, build)


def _whole(fault_id: str, contract: Contract) -> str:
    return SHORT[fault_id].format(main=contract.main.id) if fault_id in SHORT else fault_id
