"""The operations beside the main one by which a snapshot is followed: read, list, remove."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.ground import Ground
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge, judge_of
from atlas_contract.errors import BadInput
from atlas_contract.model import Case, Operation


class Neighbours:
    """Plain cases of the operations that take, read, list, remove and log in; told by method and path alone."""

    def __init__(self, contract: Contract, judge: Judge, ground: Ground) -> None:
        main = contract.main.path

        def plain(operation: Operation) -> Case:
            return Bench(contract, judge, ground, operation).plain

        self.take = plain(contract.main)
        self.list = plain(_first(contract, "GET", main))
        self.token = plain(contract.token)
        on_one = [each for each in contract.operations.values() if _is_below(each.path, main)]
        self.read = plain(next(_by(on_one, "GET")))
        self.remove = plain(next(_by(on_one, "DELETE")))


@lru_cache(maxsize=16)
def neighbours_of(contract: Contract, ground: Ground) -> Neighbours:
    """The neighbours at a target; the same ones for all who ask, since making their cases takes its time."""
    return Neighbours(contract, judge_of(contract), ground)


def _first(contract: Contract, method: str, path: str) -> Operation:
    found = (each for each in contract.operations.values() if (each.method, each.path) == (method, path))
    operation = next(found, None)
    if operation is None:
        msg = f"The contract has no {method} {path}."
        raise BadInput(msg, where="spec/atlas-snapshots.yaml", hint="the suite follows snapshots by it")
    return operation


def _by(operations: list[Operation], method: str) -> Iterator[Operation]:
    return (each for each in operations if each.method == method)


def _is_below(path: str, main: str) -> bool:
    """Whether a path is the main one and one argument more."""
    rest = path.removeprefix(main + "/")
    return rest != path and rest.startswith("{") and "/" not in rest
