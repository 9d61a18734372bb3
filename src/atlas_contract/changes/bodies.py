"""Plain bodies that have a certain place in them, and the same bodies with another value there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atlas_contract.changes.differences import Step
from atlas_contract.changes.nodes import Node
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.contract.plain import full_value, plain_value
from atlas_contract.model import Json

OLD, NEW = 0, 1


def made(contract: Contract, node: Node, *, full: bool = False) -> Json:
    """A value for a node: the first that one of its schemas makes and all of them take, else the first.

    Raises:
        BadInput: a schema has a pattern for which no value could be guessed.
    """
    make, judge = full_value if full else plain_value, judge_of(contract)
    values = [make(contract.document, pointer) for pointer in node]
    fitting = (value for value in values if all(judge.conforms(pointer, value) for pointer in node))
    return next(fitting, values[0])


def grown(contract: Contract, value: Json, path: Sequence[Step], side: int) -> Json:
    """The value with the place in it that the steps lead to, made where it is missing."""
    if not path:
        return value
    step, *rest = path
    node = step.new if side == NEW else step.old
    if step.kind == "member":
        holder = value if isinstance(value, dict) else {}
        inner = holder[step.name] if step.name in holder else made(contract, node)
        return {**holder, step.name: grown(contract, inner, rest, side)}
    if step.kind == "item":
        first, *others = value if isinstance(value, list) and value else [made(contract, node)]
        return [grown(contract, first, rest, side), *others]
    fits = all(judge_of(contract).conforms(pointer, value) for pointer in node)
    return grown(contract, value if fits else made(contract, node), rest, side)


def at(value: Json, path: Sequence[Step]) -> Json:
    """What stands at the place."""
    for step in path:
        if step.kind != "variant":
            value = value[step.name if step.kind == "member" else 0]
    return value


def put(value: Any, path: Sequence[Step], replacement: Json) -> Json:
    """The value with something else at the place."""
    if not path:
        return replacement
    step, *rest = path
    if step.kind == "member":
        return {**value, step.name: put(value[step.name], rest, replacement)}
    if step.kind == "item":
        return [put(value[0], rest, replacement), *value[1:]]
    return put(value, rest, replacement)
