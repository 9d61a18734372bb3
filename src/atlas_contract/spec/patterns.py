"""Holds every pattern to what Python can read: arguments are checked, and cases made, with its `re`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.quoting import printable
from atlas_contract.spec.documents import Document, Pointer, pointer_of

_VALUES = ("const", "default", "enum", "example", "examples", "value")
_PROPERTY = re.compile(r"\\[pP](\{\^?\w+(=\w+)?\}|\w)?")
_SPELT = r"the characters spelt out: [A-Za-z] or [^\W\d_] for letters, \d for digits, \w for both and _"
_HINT = "correct the fragment, or the overlay action that touches this place"


def check(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput, naming file and line, at the first pattern that Python cannot read."""
    for pointer, pattern in _patterns(content, ""):
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise _unread(source.place(pointer), pattern, str(error)) from error


def _patterns(node: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _patterns(item, f"{pointer}/{index}")
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        here = pointer + pointer_of([key])
        if key == "pattern" and isinstance(value, str):
            yield here, value
        if key == "patternProperties" and isinstance(value, Mapping):
            yield from ((here + pointer_of([each]), each) for each in value)
        if key not in _VALUES and not key.startswith("x-"):
            yield from _patterns(value, here)


def _unread(where: str, pattern: str, why: str) -> BadInput:
    found = _PROPERTY.search(pattern)
    if found:
        what = f"Python cannot read {found[0]} in the pattern {printable(pattern)}"
        return BadInput(what, where=where, expected=_SPELT, hint=_HINT)
    what = f"Python cannot read the pattern {printable(pattern)}: {why}"
    return BadInput(what, where=where, hint=_HINT)
