"""What a fault is: a defect a server could have, and how to bend a sound mock into having it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.mock import Handler, Mock

Build: TypeAlias = Callable[[Contract], Mock]
"""Makes a mock over a contract, in a fresh world of the run's own."""

Bend: TypeAlias = Callable[[Contract, Build], Handler]


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect.

    Args:
        id: stable, readable, safe in a shell.
        family: how it was come by: reply, header, protocol, acceptance, refusal, promise, request, state, wire, client.
        harm: what the server does wrong, as the end of "a server that …".
        clause: the clause that it breaks.
        caught_by: the checks of which at least one must find it.
        bend: makes the faulty handler.
        derived: whether it follows from the contract without having been named by hand.
        equivalent: why nobody outside the server could tell, "" if somebody could.
    """

    id: str
    family: str
    harm: str
    clause: str
    caught_by: frozenset[str]
    bend: Bend
    derived: bool = True
    equivalent: str = ""
