"""Clauses in words: what a person reads instead of a JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from atlas_contract.contract import pointers
from atlas_contract.contract.document import Contract
from atlas_contract.model import Json

_NAMING = ("properties", "headers")
_LISTS = ("items",)
MOST_SAID = 80  # characters of a keyword's value


def title_of(contract: Contract, clause: str) -> str:
    """A clause in words: the statement of a behaviour, else what it is about and what its keyword says."""
    if clause in contract.behaviours:
        return contract.behaviours[clause].statement
    return f"{_subject(contract, clause)}: {_words(contract, clause)}"


def _subject(contract: Contract, clause: str) -> str:
    """The operation or the component of a clause, and the property of it."""
    for operation in contract.operations.values():
        if clause.startswith(f"{operation.pointer}/"):
            return operation.id
    tokens = pointers.split(clause)
    return ".".join((*tokens[2:3], *_properties(tokens[3:])))


def _properties(tokens: list[str]) -> Iterator[str]:
    """The names that follow `properties` or `headers`, with `[]` for the items of a list."""
    rest = iter(tokens)
    for token in rest:
        if token in _NAMING:
            yield next(rest, "")
        if token in _LISTS:
            yield "[]"


def _words(contract: Contract, clause: str) -> str:
    keyword = pointers.split(clause)[-1]
    if keyword == "schema":
        return "an allowed value"
    if keyword == "responses":
        return "a documented status"
    try:
        value = pointers.get(contract.document, clause)
    except (KeyError, IndexError):
        return keyword
    if keyword == "required" and value is True:
        return "required"
    return f"{keyword} {_shown(value)}".rstrip()


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SAID else text[:MOST_SAID] + "…"
