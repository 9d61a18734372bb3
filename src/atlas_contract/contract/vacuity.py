"""Replies that prove nothing, because their schema is content with an empty object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from atlas_contract.contract.document import Contract
from atlas_contract.contract.judge import judge_of


class Vacuous(NamedTuple):
    """A reply of an operation, and the pointer of its schema in the effective contract, without the `#`."""

    operation: str
    status: int
    pointer: str


def vacuous(contract: Contract) -> Iterator[Vacuous]:
    """The replies that would be right whatever the server forgot."""
    judge = judge_of(contract)
    for operation in contract.operations.values():
        for rule in operation.replies.values():
            for content in rule.contents:
                if content.pointer is not None and judge.conforms(content.pointer, {}):
                    yield Vacuous(operation.id, rule.status, content.pointer.removeprefix("#"))
