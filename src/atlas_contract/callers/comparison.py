"""Two generated clients compared in the layers that a Python caller sees, as far as both can be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas_contract.callers import surface, trees
from atlas_contract.callers.difference import Difference, of_contract
from atlas_contract.changes import Change
from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasContractError
from atlas_contract.recordings import Recorded


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that was found, how much went through both clients, what could not be compared, and with what."""

    differences: tuple[Difference, ...] = ()
    replies: int = 0
    calls: int = 0
    troubles: tuple[AtlasContractError, ...] = ()
    against: str = ""


def compare_clients(
    old_folder: Path,
    new_folder: Path,
    old_contract: Contract,
    new_contract: Contract,
    *,
    changes: Sequence[Change] = (),
    recorded: Iterable[Recorded] = (),
    seed: int = 0,
) -> Comparison:
    """Compare the client packages in two folders: the changes of their contracts, their surfaces, their behaviour.

    A layer that cannot be compared, because a client is broken or a library is missing, is named in `troubles`; the
    others are compared all the same. Behaviour is compared by importing both packages into this process.
    """
    wire = tuple(map(of_contract, changes))
    troubles: list[AtlasContractError] = []
    try:
        names = surface.compare(trees.read(old_folder), trees.read(new_folder))
    except AtlasContractError as error:
        names = ()
        troubles.append(error)
    try:
        from atlas_contract.callers import behaviour  # httpx and attrs come with it

        replay = behaviour.compare((old_folder, old_contract), (new_folder, new_contract), recorded, seed)
    except AtlasContractError as error:
        troubles.append(error)
        return Comparison((*wire, *names), troubles=tuple(troubles))
    return Comparison((*wire, *names, *replay.differences), replay.replies, replay.calls, tuple(troubles))
