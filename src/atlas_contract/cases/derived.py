"""The derived cases: everything that follows from the contract on a ground, in the order in which it is best sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from atlas_contract.cases.access import (
    login_cases,
    method_cases,
    override_cases,
    stranger_cases,
    token_cases,
    version_cases,
)
from atlas_contract.cases.arguments import header_cases, path_cases, query_cases
from atlas_contract.cases.bench import Bench
from atlas_contract.cases.bodies import body_cases
from atlas_contract.cases.ground import Ground, is_sharded
from atlas_contract.cases.scenes import scene_cases
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Case

Maker = Callable[[Bench], Iterator[Case]]


def _plain(bench: Bench) -> Iterator[Case]:
    yield bench.plain


KINDS: Mapping[str, tuple[Maker, ...]] = {
    "plain": (_plain,),
    "scenes": (scene_cases,),
    "access": (login_cases, version_cases, method_cases, override_cases, stranger_cases),
    "arguments": (path_cases, query_cases, header_cases),
    "bodies": (body_cases,),
}
"""What cases there are, by the kind that a test of the suite asks for."""

TOKEN_KINDS: Mapping[str, tuple[Maker, ...]] = {
    **KINDS,
    "access": (token_cases,),
}


@lru_cache(maxsize=64)
def derived_cases(contract: Contract, ground: Ground, kind: str = "") -> tuple[Case, ...]:
    """Every case of every operation that the ground carries; of one kind (a key of `KINDS`) or of all.

    The operation that issues tokens comes first: nothing else can be asked before it works.
    """
    judge = judge_of(contract)
    made: dict[str, Case] = {}
    for operation in sorted(contract.operations.values(), key=lambda each: each.id != contract.token.id):
        if is_sharded(contract, operation) and not ground.sharded:
            continue
        bench = Bench(contract, judge, ground, operation)
        for case in _of(bench, kind):
            if ground.carries(case):
                made.setdefault(case.name, case)
    return tuple(made.values())


def _of(bench: Bench, kind: str) -> Iterator[Case]:
    kinds = TOKEN_KINDS if bench.operation.id == bench.contract.token.id else KINDS
    for name, makers in kinds.items():
        if kind in ("", name):
            for maker in makers:
                yield from maker(bench)
