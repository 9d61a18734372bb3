"""Reads the hand-written YAML and JSON files so that every complaint can name file, line and place."""

from __future__ import annotations

import gc
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from atlas_contract.errors import BadInput
from atlas_contract.quoting import printable
from atlas_contract.spec.files import LARGEST, short, text_of
from atlas_contract.spec.nesting import MOST_VALUES, Allowance, check_depth, check_layers

Pointer = str
_MOST_DIGITS = 300
_INTEGER = re.compile(rf"[-+]?[0-9]{{1,{_MOST_DIGITS}}}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")
_WORDS: Mapping[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_PLAIN_TAGS = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Document:
    """One file as plain dicts, lists and scalars, with the line of each JSON pointer."""

    name: str
    content: dict[str, Any]
    lines: Mapping[Pointer, int] = field(default_factory=dict)

    def place(self, pointer: Pointer = "") -> str:
        """`file, line N, at /pointer`; the line is that of the nearest ancestor the file has."""
        known = next((at for at in ancestors(pointer) if at in self.lines), None)
        line = f", line {self.lines[known]}" if known is not None else ""
        return printable(f"{self.name}{line}" + (f", at {pointer}" if pointer else ""))


def pointer_of(parts: Iterable[str | int]) -> Pointer:
    """The JSON pointer (RFC 6901) of a path given as keys and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def parts_of(pointer: Pointer) -> list[str]:
    """The keys and indexes of a JSON pointer, unescaped."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def ancestors(pointer: Pointer) -> Iterator[Pointer]:
    """The pointer itself, then each of its parents up to the root."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def load(path: Path, *, largest: int = LARGEST, most: int = MOST_VALUES) -> Document:
    """Reads a .yaml, .yml or .json file whose top is a mapping.

    Raises BadInput, naming file and line, for a missing, unreadable or huge file, bad syntax, a duplicate key,
    a key that is no string, a custom tag, an alias that contains itself, endless nesting or unfolding, or another
    top than a mapping. More than `largest` bytes, or `most` values with aliases unfolded, are refused, too.
    """
    return parse(text_of(path, largest), short(path), most=most)


def parse(text: str, name: str, *, most: int = MOST_VALUES) -> Document:
    """The document in `text`; `name` is what complaints call it, and its suffix chooses JSON or YAML."""
    with _garbage_left():
        document = _parse_json(text, name) if name.endswith(".json") else _parse_yaml(text, name, most)
    if "\\u" in text:
        _check_text(document)
    return document


def _check_text(document: Document) -> None:
    """Raises BadInput where an escape stands for half a character, which no UTF-8 can write."""
    try:
        json.dumps(document.content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        msg = f"the text has half a character: \\u{ord(error.object[error.start]):04x}"
        raise BadInput(msg, where=document.name, hint="write the character itself") from error


def _parse_json(text: str, name: str) -> Document:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            msg = f"the key {twice!r} appears twice in one object"
            raise BadInput(msg, where=name, hint="keep one of them")
        return found

    try:
        content = json.loads(
            text, object_pairs_hook=unique, parse_int=_whole, parse_float=_finite, parse_constant=_finite
        )
    except json.JSONDecodeError as error:
        msg = f"not valid JSON: {error.msg}"
        raise BadInput(msg, where=f"{name}, line {error.lineno}, column {error.colno}") from error
    except ValueError as error:
        msg = f"not usable JSON: {error}"
        raise BadInput(msg, where=name) from error
    except RecursionError as error:
        msg = "the document is nested too deeply"
        raise BadInput(msg, where=name) from error
    check_layers(content, name)
    return Document(name, _mapping_at_top(content, name))


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        msg = f"a number of {len(digits):,} digits, and {_MOST_DIGITS} are the most that are read"
        raise ValueError(msg)
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        msg = f"{digits} is no finite number"
        raise ValueError(msg)
    return number


def _parse_yaml(text: str, name: str, most: int) -> Document:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        check_depth(text, name, loader)
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = ": ".join(part for part in (error.context, error.problem) if part)
        msg = f"not valid YAML: {problem}"
        raise BadInput(msg, where=name + line) from error
    except yaml.YAMLError as error:
        msg = f"not valid YAML: {error}"
        raise BadInput(msg, where=name) from error
    except RecursionError as error:
        msg = "the document is nested too deeply"
        raise BadInput(msg, where=name) from error
    reader = _NodeReader(name, most)
    content = reader.read(root, "") if root is not None else None
    return Document(name, _mapping_at_top(content, name), reader.lines)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Collects no garbage meanwhile: where all that is made is needed, looking for any took most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _mapping_at_top(content: Any, name: str) -> dict[str, Any]:
    if isinstance(content, dict):
        return content
    found = "nothing" if content is None else f"a {type(content).__name__}"
    msg = f"the document holds {found}"
    raise BadInput(msg, where=f"{name}, line 1", expected="a mapping at the top")


class _NodeReader:
    """Turns YAML nodes into plain values by the YAML 1.2 core rules: dates stay text, `no` is not false."""

    def __init__(self, name: str, most: int) -> None:
        self.lines: dict[Pointer, int] = {}
        self._name = name
        self._open: list[yaml.Node] = []
        self._allowance = Allowance(name, most)

    def read(self, node: yaml.Node, pointer: Pointer) -> Any:
        if node in self._open:
            raise self._bad(node, pointer, "an alias contains itself", hint="write the value out")
        self._open.append(node)
        self._allowance.spend(self._open)
        self.lines[pointer] = node.start_mark.line + 1
        value = self._value(node, pointer)
        self._open.pop()
        return value

    def _value(self, node: yaml.Node, pointer: Pointer) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, pointer)
        self._check_tag(node, pointer)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        return self._list(node, pointer)

    def _list(self, node: yaml.Node, pointer: Pointer) -> list[Any]:
        return [self.read(item, f"{pointer}/{index}") for index, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, pointer)
            if key in found:
                first = self.lines[pointer + pointer_of([key])]
                raise self._bad(
                    key_node,
                    pointer,
                    f"the key {key!r} appears twice (first on line {first})",
                    hint="keep one of them",
                )
            found[key] = self.read(value_node, pointer + pointer_of([key]))
            self.lines[pointer + pointer_of([key])] = key_node.start_mark.line + 1
        return found

    def _key(self, node: yaml.Node, pointer: Pointer) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._bad(node, pointer, "a key is a list or mapping", expected="a plain word as key")
        if node.value == "<<" and not node.style:
            raise self._bad(
                node, pointer, "merge keys (<<) are not read", hint="use $ref or write the keys out"
            )
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode, pointer: Pointer) -> Any:
        self._check_tag(node, pointer)
        text = str(node.value)
        if node.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _check_tag(self, node: yaml.Node, pointer: Pointer) -> None:
        if not node.tag.startswith(_PLAIN_TAGS):
            raise self._bad(node, pointer, f"the tag {node.tag!r} is not read", hint="remove it")

    def _bad(
        self, node: yaml.Node, pointer: Pointer, what: str, *, expected: str = "", hint: str = ""
    ) -> BadInput:
        line = node.start_mark.line + 1
        at = f", at {pointer}" if pointer else ""
        return BadInput(what, where=f"{self._name}, line {line}{at}", expected=expected, hint=hint)
