"""The entries of a recording, in whichever of four forms it is: HAR, a list, one value a line, a single value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atlas_contract.recordings.window import ONE_OF_TWO, Window


def entries(window: Window) -> Iterator[tuple[Any, str]]:
    """Each entry as JSON has it, with the name of its place; BadInput where the text is none of the four forms."""
    first = window.peek()
    if first == "[":
        yield from _items(window)
        _end(window)
    elif first == "{":
        yield from _objects(window)
    else:
        told = f"it starts with {first!r}, not with an object or a list" if first else "it is empty"
        raise window.bad(told, hint="give a HAR file, or exchanges as JSON")


def _objects(window: Window) -> Iterator[tuple[Any, str]]:
    """A HAR, if that is what the first object turns out to be, else this object and those after it."""
    line, archive = window.line, False
    window.take("{")
    first: dict[str, Any] = {}
    for name in _names(window, first):
        if name == "log" and window.peek() == "{":
            window.take("{")
            yield from _log(window)
            first[name], archive = None, True
        else:
            first[name] = window.value()
    if archive:
        _end(window)
        return
    yield first, _at_line(window, line)
    while window.peek():
        line = window.line
        yield window.value(), _at_line(window, line)


def _log(window: Window) -> Iterator[tuple[Any, str]]:
    log: dict[str, Any] = {}
    for name in _names(window, log):
        if name == "entries" and window.peek() == "[":
            yield from _items(window)
            log[name] = []
        else:
            log[name] = window.value()
    if not isinstance(log.get("entries"), list):
        msg = "the log has no entries, so it is no HAR"
        raise window.bad(msg, hint="export it again, with content")


def _items(window: Window) -> Iterator[tuple[Any, str]]:
    window.take("[")
    if window.peek() == "]":
        window.take("]")
        return
    number = 1
    while True:
        yield window.value(), f"{window.name}, entry {number}"
        if window.take(",", "]") == "]":
            return
        number += 1


def _names(window: Window, known: dict[str, Any]) -> Iterator[str]:
    """The names of an object's members, the window being moved to the value of each; the brace before is taken."""
    if window.peek() == "}":
        window.take("}")
        return
    while True:
        window.peek()
        name = window.value() if window.peek() == '"' else window.take('"')
        if name in known:
            msg = f"the key {name!r} appears twice in one object"
            raise window.bad(msg, hint=ONE_OF_TWO)
        window.take(":")
        yield name
        if window.take(",", "}") == "}":
            return


def _end(window: Window) -> None:
    if window.peek():
        msg = "something follows after its end"
        raise window.bad(msg, hint="one recording a file; several go one after the other on the command line")


def _at_line(window: Window, line: int) -> str:
    return window.name if line == 1 else f"{window.name}, line {line}"
