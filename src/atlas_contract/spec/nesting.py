"""Bounds YAML before it is built: how deep it nests, and how much its aliases unfold to."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import yaml

from atlas_contract.errors import BadInput

DEEPEST = 100
MOST_VALUES = 100_000
"""Values of one file, those of its aliases counted at each place; the largest file of the project has 3,000."""


def check_depth(text: str, name: str, loader: Any) -> None:
    """Raises BadInput where a value nests deeper than DEEPEST; on deeper ones the C library overruns its stack."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                msg = f"the document is nested too deeply: more than {DEEPEST} levels"
                line = f", line {event.start_mark.line + 1}" if event.start_mark else ""
                raise BadInput(msg, where=name + line, hint="flatten it")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def check_layers(content: Any, name: str) -> None:
    """Raises BadInput where a value that was built already nests deeper than DEEPEST."""
    layer = [content]
    for _ in range(DEEPEST + 1):
        holders = (
            each.values() if isinstance(each, dict) else each
            for each in layer
            if isinstance(each, (dict, list))
        )
        layer = [inner for holder in holders for inner in holder]
    if layer:
        msg = f"the document is nested too deeply: more than {DEEPEST} levels"
        raise BadInput(msg, where=name, hint="flatten it")


class Allowance:
    """Counts the values of one file as they are read, and refuses to go on where there are too many."""

    def __init__(self, name: str, most: int = MOST_VALUES) -> None:
        self._name = name
        self._most = most
        self._read = 0

    def spend(self, path: list[yaml.Node]) -> None:
        """Counts one value; `path` are the nodes that lead to it from the root, itself included."""
        self._read += 1
        if self._read <= self._most:
            return
        holder = _first_holder(path)
        msg = f"the document holds more than {self._most:,} values"
        if holder is not None:
            msg += ", with each alias (*) unfolded"
        line = (holder or path[-1]).start_mark.line + 1
        hint = "write the values out, or have fewer aliases of aliases" if holder else "take some out"
        raise BadInput(msg, where=f"{self._name}, line {line}", hint=hint)


def _first_holder(path: list[yaml.Node]) -> yaml.Node | None:
    """The outermost node on the path that holds an alias leading on: its next node was written outside it."""
    for holder, value in pairwise(path):
        if value.start_mark.index < holder.start_mark.index:
            return holder
    return None
