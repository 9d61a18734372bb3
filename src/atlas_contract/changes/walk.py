"""Leads through two schemas side by side, to every place where they differ."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TypeAlias

from atlas_contract.changes.allowed import Documents
from atlas_contract.changes.differences import Difference, Step, differences, steps, two
from atlas_contract.changes.nodes import Node

Seen: TypeAlias = dict[tuple[Node, Node], tuple[tuple[Difference, ...], tuple[Step, ...]]]
"""Pairs of schemas that were compared before: many replies share the same ones."""


def walk(
    documents: Documents, old: Node, new: Node, seen: Seen, barrier: str
) -> Iterator[tuple[Difference, tuple[Step, ...]]]:
    """Every difference with the steps that lead to it; a pair of schemas that is met again is not entered again.

    Members that both sides flag with the barrier are passed by: this half of an exchange never carries them.
    """
    waiting: deque[tuple[Node, Node, tuple[Step, ...]]] = deque([(old, new, ())])
    entered = set()
    while waiting:
        old, new, path = waiting.popleft()
        if (old, new) in entered:
            continue
        entered.add((old, new))
        found, onward = seen.get((old, new)) or seen.setdefault((old, new), _compared(documents, old, new))
        yield from ((difference, path) for difference in found)
        waiting.extend((step.old, step.new, (*path, step)) for step in onward if barrier not in step.flags)


def _compared(documents: Documents, old: Node, new: Node) -> tuple[tuple[Difference, ...], tuple[Step, ...]]:
    both = two(documents, old, new)
    return tuple(differences(both)), tuple(steps(both))
