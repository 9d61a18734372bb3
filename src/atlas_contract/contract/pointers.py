"""JSON pointers (RFC 6901) into the effective contract: the ids of its schema clauses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def join(pointer: str, *tokens: str | int) -> str:
    """Extend a pointer by tokens, escaping each."""
    return "/".join((pointer, *map(_escaped, tokens)))


def split(pointer: str) -> list[str]:
    """The unescaped tokens of a pointer; an optional leading '#' is ignored."""
    tokens = pointer.removeprefix("#").split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


@lru_cache(maxsize=8192)
def _escaped(token: str | int) -> str:
    return str(token).replace("~", "~0").replace("/", "~1")


_tokens = lru_cache(maxsize=8192)(split)  # places of a document are asked for again and again


def get(document: Any, pointer: str) -> Any:
    """The value that a pointer leads to in a document as JSON is read; KeyError where it leads nowhere."""
    for token in _tokens(pointer):
        if isinstance(document, dict):
            document = document[token]
        elif isinstance(document, list) and token.isdigit():
            document = document[int(token)]
        else:
            raise KeyError(pointer)
    return document


def follow(document: Any, pointer: str) -> tuple[str, Any]:
    """Follow `$ref` after `$ref` from a pointer: where it ends, and the value that stands there."""
    value = get(document, pointer)
    while isinstance(value, dict) and "$ref" in value:
        pointer = value["$ref"]
        value = get(document, pointer)
    return pointer, value
