"""The catalogue of faults, by id: those derived from the contract, and those named by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.faults.acceptance import acceptance_faults
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.faults.promises import promise_faults, request_faults
from atlas_contract.faults.protocol import protocol_faults
from atlas_contract.faults.refusals import refusal_faults
from atlas_contract.faults.replies import body_faults, header_faults
from atlas_contract.faults.states import state_faults
from atlas_contract.faults.wire import wire_faults
from atlas_contract.mock import Handler

MAKERS: tuple[Callable[[Contract], Iterator[Fault]], ...] = (
    body_faults,
    header_faults,
    protocol_faults,
    acceptance_faults,
    refusal_faults,
    promise_faults,
    request_faults,
    state_faults,
    wire_faults,
)


@lru_cache(maxsize=8)
def catalogue(contract: Contract) -> Mapping[str, Fault]:
    """Every fault that a server of this contract could have, by id, in an order that never changes."""
    found: dict[str, Fault] = {}
    for make in MAKERS:
        for fault in make(contract):
            found.setdefault(fault.id, fault)
    return found


def with_fault(fault_id: str, contract: Contract, build: Build) -> Handler:
    """The handler of a mock with one fault.

    Raises:
        BadInput: the catalogue has no fault of that id.
    """
    faults = catalogue(contract)
    if fault_id not in faults:
        near = get_close_matches(fault_id, faults, n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}?" if near else "`atlas-contract faults list` shows them all"
        msg = f"There is no fault called {fault_id!r}."
        raise BadInput(msg, where="--fault", expected="an id of `atlas-contract faults list`", hint=hint)
    return faults[fault_id].bend(contract, build)
