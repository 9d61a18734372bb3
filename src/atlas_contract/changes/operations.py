"""Where the operations of two contracts differ; the same method and path make the same operation, whatever its id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from atlas_contract.changes import access, contents, parameters, replies
from atlas_contract.changes.change import Side
from atlas_contract.changes.exchanges import request
from atlas_contract.changes.parts import other_keys
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.walk import Seen
from atlas_contract.contract import Contract
from atlas_contract.contract.document import METHODS
from atlas_contract.errors import BadInput
from atlas_contract.model import Json, Operation

_JUDGED = frozenset(
    {
        "operationId", "parameters", "requestBody", "responses", "security", "tags",
        "x-atlas-cli", "x-atlas-companion", "x-atlas-roles",
    }
)  # fmt: skip
_PATH_JUDGED = frozenset({*METHODS, "parameters"})
_ROOT_JUDGED = frozenset(
    {"components", "info", "openapi", "paths", "security", "servers", "x-atlas-behaviours", "x-atlas-generated",
     "x-atlas-provenance"}
)  # fmt: skip
_NAME = re.compile(r"\{[^}]*\}")


def pairs(old: Contract, new: Contract) -> list[Pair]:
    """The operations that both contracts have, the one that the new contract is about before all others."""
    known = {_key(operation): operation for operation in old.operations.values()}
    both = [
        Pair(old, new, known[_key(operation)], operation)
        for operation in new.operations.values()
        if _key(operation) in known
    ]
    return sorted(both, key=lambda pair: pair.new_operation.companion)


def suspects(old: Contract, new: Contract, both: list[Pair]) -> Iterator[Suspect]:
    """Every difference of the operations, and of what surrounds them."""
    yield from _one_sided(old, new, both)
    seen: Seen = {}
    alike: replies.Alike = set()
    for pair in both:
        yield from access.suspects(pair)
        yield from parameters.suspects(pair, seen)
        yield from contents.suspects(pair, seen)
        yield from replies.suspects(pair, seen, alike)
        at = pair.old_operation.pointer, pair.new_operation.pointer
        yield from other_keys(pair, Side.REQUEST, at, _JUDGED)
    if both:
        yield from access.server_suspects(both[0])
        yield from _surroundings(both)


def _key(operation: Operation) -> tuple[str, str]:
    return operation.method, _NAME.sub("{}", operation.path)


def _one_sided(old: Contract, new: Contract, both: list[Pair]) -> Iterator[Suspect]:
    kept = {_key(pair.new_operation) for pair in both}
    for contract, other, is_new in ((old, new, False), (new, old, True)):
        for operation in contract.operations.values():
            if _key(operation) not in kept:
                moved = other.operations.get(operation.id)
                yield _operation(contract, operation, moved, is_new=is_new)


def _operation(contract: Contract, operation: Operation, moved: Operation | None, *, is_new: bool) -> Suspect:
    def trials() -> Iterator[Json]:
        with suppress(BadInput):
            yield request(contract, operation)

    what = f"{operation.method} {operation.path} is {'new' if is_new else 'gone'}"
    if moved is not None:
        what += f"; {operation.id} {'was' if is_new else 'is now'} {moved.method} {moved.path}"
    direction = Direction.WIDER if is_new else Direction.NARROWER
    edit = Edit(operation.pointer, what, direction, frozenset({"#/paths"}))
    return Suspect(edit, Side.REQUEST, (operation.id,), trials)


def _surroundings(both: list[Pair]) -> Iterator[Suspect]:
    """Keys of paths, and of the document itself, that nothing else looks at."""
    yield from other_keys(both[0], Side.REQUEST, ("#", "#"), _ROOT_JUDGED)
    for pair in {_path(pair.new_operation): pair for pair in both}.values():
        at = _path(pair.old_operation), _path(pair.new_operation)
        yield from other_keys(pair, Side.REQUEST, at, _PATH_JUDGED)


def _path(operation: Operation) -> str:
    return operation.pointer.rpartition("/")[0]
