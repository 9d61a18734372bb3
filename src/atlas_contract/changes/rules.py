"""Where the parts of an operation stand in its document: its parameters, its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from atlas_contract.contract import Contract, pointers
from atlas_contract.model import Operation, Parameter


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """A parameter, the pointer of the object that describes it, and that object."""

    parameter: Parameter
    pointer: str
    raw: Mapping[str, Any]


def parameter_rules(contract: Contract, operation: Operation) -> tuple[ParameterRule, ...]:
    """The parameters of an operation, those that it shares with its path first."""
    return _parameter_rules(contract, operation.id)


@lru_cache(maxsize=128)
def _parameter_rules(contract: Contract, operation_id: str) -> tuple[ParameterRule, ...]:
    operation = contract.operations[operation_id]
    item = operation.pointer.rpartition("/")[0]
    found = []
    for holder in (item, operation.pointer):
        listed = pointers.get(contract.document, holder).get("parameters", ())
        found += [pointers.join(holder, "parameters", index) for index in range(len(listed))]
    at = [pointers.follow(contract.document, pointer) for pointer in found]
    return tuple(
        ParameterRule(parameter, pointer, raw)
        for parameter, (pointer, raw) in zip(operation.parameters, at, strict=True)
    )


def raw(contract: Contract, operation: Operation) -> Mapping[str, Any]:
    """The operation as its document has it."""
    found: Mapping[str, Any] = pointers.get(contract.document, operation.pointer)
    return found


def body_rule(contract: Contract, operation: Operation) -> str:
    """The pointer of the object that describes an operation's body; where it would stand, if it has none."""
    pointer = pointers.join(operation.pointer, "requestBody")
    if "requestBody" not in raw(contract, operation):
        return pointer
    return pointers.follow(contract.document, pointer)[0]
