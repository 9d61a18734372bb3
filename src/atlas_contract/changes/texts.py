"""Where two documents differ in words only: what no rule about requests, replies and promises has spoken of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from atlas_contract.changes.change import Change, Grade, Side
from atlas_contract.changes.wording import subject
from atlas_contract.contract import Contract, pointers

_ELSEWHERE = ("x-atlas-behaviours", "x-atlas-generated", "x-atlas-provenance")
_SOURCE = ("source", "date", "evidence", "reason")
_ELSEWHERE_TOLD = "; what that changes, if anything, is told on its own"
_PARAMETER = re.compile(r"/parameters/\d+$")
"""A parameter that is listed or not: whether that matters is asked of the parameter, wherever it stands."""
_WORDS: Mapping[str, str] = {
    "description": "the description", "summary": "the summary", "title": "the title", "example": "an example",
    "examples": "an example", "operationId": "the operation's id", "default": "the default",
    "x-atlas-essential": "what a client cannot do without", "x-atlas-companion": "what the contract is about",
}  # fmt: skip


def changes(old: Contract, new: Contract, graded: Collection[str]) -> Iterator[Change]:
    """An editorial change for each place that differs and is neither above nor below one of the graded clauses."""
    known = _Clauses(graded)
    before, after = (_without(contract.document) for contract in (old, new))
    for pointer in dict.fromkeys(_leaves(before, after, "#")):
        if not (known.meet(pointer) or _PARAMETER.search(pointer)):
            yield Change(pointer, Side.TEXT, Grade.EDITORIAL, _told(pointer, old, new))
    yield from _sources(old, new, known)


class _Clauses:
    """Clauses that were graded, with everything above them."""

    def __init__(self, clauses: Collection[str]) -> None:
        self._clauses = frozenset(clauses)
        self._above = frozenset(above for clause in clauses for above in _ancestors(clause))

    def meet(self, pointer: str) -> bool:
        """Whether a place is a graded one, or above or below one."""
        return pointer in self._above or any(each in self._clauses for each in _ancestors(pointer))


def _ancestors(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _without(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _ELSEWHERE}


def _leaves(old: Any, new: Any, pointer: str) -> Iterator[str]:
    """The smallest places that differ, be it in order; lists whose items can be told apart are compared by item."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            here = pointers.join(pointer, key)
            if key in old and key in new:
                yield from _leaves(old[key], new[key], here)
            else:
                yield here
        if [key for key in old if key in new] != [key for key in new if key in old]:
            yield pointer
    elif isinstance(old, list) and isinstance(new, list):
        yield from _items(old, new, pointer)
    elif old != new or type(old) is not type(new):
        yield pointer


def _items(old: list[Any], new: list[Any], pointer: str) -> Iterator[str]:
    known, stated = ({_key(item, index): index for index, item in enumerate(each)} for each in (old, new))
    if [key for key in known if key in stated] != [key for key in stated if key in known]:
        yield pointer
    for key, index in known.items():
        if key in stated:
            yield from _leaves(old[index], new[stated[key]], pointers.join(pointer, stated[key]))
        else:
            yield pointers.join(pointer, index)
    yield from (pointers.join(pointer, index) for key, index in stated.items() if key not in known)


def _key(item: Any, index: int) -> str:
    """What tells an item from the others of its list."""
    if not isinstance(item, dict):
        return repr(item)
    own = [item[key] for key in ("$ref", "in", "name", "url") if isinstance(item.get(key), str)]
    return repr(own) if own else str(index)


def _told(pointer: str, old: Contract, new: Contract) -> str:
    if pointer == "#" or _order_only(pointer, old, new):
        return f"the order of what stands in {subject(pointer)} is another one"
    keyword = next((token for token in reversed(pointers.split(pointer)) if token in _WORDS), "")
    where = subject(pointer.rpartition("/")[0])
    if keyword:
        return f"{_WORDS[keyword]} of {where} is another one"
    if pointer.endswith("/$ref"):
        return f"{where} refers to something else{_ELSEWHERE_TOLD}"
    verb = "is written otherwise"
    if _has(old, pointer) != _has(new, pointer):
        verb = "is new" if _has(new, pointer) else "is no longer there"
    named = subject(pointer)
    last = named if named != where else f"{pointers.split(pointer)[-1]} of {where}"
    return f"{last} {verb}{_ELSEWHERE_TOLD}"


def _order_only(pointer: str, old: Contract, new: Contract) -> bool:
    if not (_has(old, pointer) and _has(new, pointer)):
        return False
    before, after = (pointers.get(contract.document, pointer) for contract in (old, new))
    return isinstance(before, (dict, list)) and isinstance(after, type(before))


def _has(contract: Contract, pointer: str) -> bool:
    try:
        pointers.get(contract.document, pointer)
    except (KeyError, IndexError):
        return False
    return True


def _sources(old: Contract, new: Contract, known: _Clauses) -> Iterator[Change]:
    before, after = (contract.document.get("x-atlas-provenance", {}) for contract in (old, new))
    for pointer in {**before, **after}:
        facts = before.get(pointer, {}), after.get(pointer, {})
        if facts[0] == facts[1] or known.meet(pointer):
            continue
        told = [fact for fact in _SOURCE if facts[0].get(fact) != facts[1].get(fact)]
        sources = [each.get("source", "documented") for each in facts]
        what = f"{subject(pointer)} is known in another way: {', '.join(told)}"
        if sources[0] != sources[1]:
            what = f"{subject(pointer)} is known as {sources[1]}, not as {sources[0]} any more"
        yield Change(pointer, Side.TEXT, Grade.EDITORIAL, what, old=sources[0], new=sources[1])
