"""Whether the values of one type annotation all belong to another, as far as the text of both tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

_ANYTHING = ("Any", "object")
_TOWER = {"int": "float"}
"""Types whose values a type checker takes for another's."""


def fits(narrow: str, wide: str, bases: Mapping[str, str]) -> bool:
    """Whether each value of the annotation `narrow` is one of `wide`.

    `bases` names the builtin type that the values of a class are as well, as those of a text enum are texts. What
    is no annotation fits only itself; none at all is anything.
    """
    if narrow == wide:
        return True
    try:
        one, other = (ast.parse(text or "Any", mode="eval").body for text in (narrow, wide))
    except SyntaxError:
        return False
    return _fits(one, other, bases)


def names(annotation: str) -> set[str]:
    """Every name that an annotation mentions."""
    try:
        tree = ast.parse(annotation or "None", mode="eval")
    except SyntaxError:
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _fits(narrow: ast.expr, wide: ast.expr, bases: Mapping[str, str]) -> bool:
    choices = list(_choices(wide))
    return all(any(_one_fits(each, choice, bases) for choice in choices) for each in _choices(narrow))


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """The alternatives of a union; each constant of a `Literal` is one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _choices(node.left)
        yield from _choices(node.right)
    elif isinstance(node, ast.Subscript) and _name(node.value) == "Literal":
        yield from _arguments(node)
    else:
        yield node


def _one_fits(narrow: ast.expr, wide: ast.expr, bases: Mapping[str, str]) -> bool:
    if _name(wide) in _ANYTHING or ast.dump(narrow) == ast.dump(wide):
        return True
    if isinstance(narrow, ast.Constant):
        return type(narrow.value).__name__ == _name(wide)
    if isinstance(narrow, ast.Subscript) and isinstance(wide, ast.Subscript):
        pairs = _arguments(narrow), _arguments(wide)
        alike = ast.dump(narrow.value) == ast.dump(wide.value) and len(pairs[0]) == len(pairs[1])
        return alike and all(_fits(one, other, bases) for one, other in zip(*pairs, strict=True))
    name = _name(narrow)
    return _name(wide) in {_TOWER.get(name, name), bases.get(name, name)} - {""}


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
