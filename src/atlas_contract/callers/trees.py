"""A generated client as griffe's tree of its public names, read as text: nothing of it is imported or run."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from atlas_contract.errors import BadInput, MissingExtra

if TYPE_CHECKING:
    import griffe

MACHINERY = ("limits", "open_enum", "reading", "writing")
"""Modules that the generated code keeps for itself; what callers see of them, they see through `models` and `api`."""
MADE = "made by attrs"
"""The label of a constructor that stands in no file."""
_ATTRS = ("attrs.define", "attrs.mutable", "attrs.frozen")


def read(package: Path) -> griffe.Module:
    """The tree of a client package, each attrs class with the `__init__` that attrs will give it.

    Raises:
        BadInput: there is no such package, or a module of it is no Python.
        MissingExtra: griffe is not installed.
    """
    try:
        import griffe
    except ModuleNotFoundError as error:
        msg = "To compare the surfaces of clients griffe is needed, which is not installed."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[generate]'") from error
    package = package.resolve()
    if not (package / "__init__.py").is_file():
        msg = "There is no client."
        raise BadInput(msg, where=str(package), expected="the package of a generated client")
    logging.getLogger("griffe").addHandler(logging.NullHandler())  # or its complaints land on standard error
    try:
        loaded = griffe.load(package.name, search_paths=[package.parent], allow_inspection=False)
    except (griffe.GriffeError, ImportError, OSError, ValueError) as error:
        msg = f"The client cannot be read: {error}"
        raise BadInput(msg, where=str(package)) from error
    tree = cast("griffe.Module", loaded)  # since there is an __init__.py
    _refuse_holes(tree, package)
    for name in MACHINERY:
        tree.members.pop(name, None)
    for each in classes(tree):
        _add_constructor(each)
    return tree


def classes(tree: griffe.Module) -> Iterator[griffe.Class]:
    """Every class of the tree, once."""
    for module in modules(tree):
        yield from (each for each in module.classes.values() if not each.is_alias)


def modules(tree: griffe.Module) -> Iterator[griffe.Module]:
    """The module and all below it."""
    yield tree
    for inner in tree.modules.values():
        if not inner.is_alias:
            yield from modules(inner)


def _refuse_holes(tree: griffe.Module, package: Path) -> None:
    """Griffe leaves a module out that it cannot parse; here that would read as a module that was removed."""
    known = {Path(str(module.filepath)) for module in modules(tree)}
    for path in sorted(package.rglob("*.py")):
        if path not in known:
            msg = "This module of the client cannot be read."
            raise BadInput(msg, where=str(path), expected="Python, in a folder with an __init__.py")


def _add_constructor(owner: griffe.Class) -> None:
    import griffe

    made = next((each for each in owner.decorators if each.callable_path in _ATTRS), None)
    if made is None or "__init__" in owner.members:
        return
    by_keyword = _options(str(made.value)).get("kw_only") == "True"
    fields = (each for each in owner.attributes.values() if each.annotation is not None)
    parameters = [found for each in fields if (found := _parameter(each, by_keyword=by_keyword))]
    constructor = griffe.Function("__init__", parameters=griffe.Parameters(_itself(), *parameters))
    constructor.labels.add(MADE)
    owner.set_member("__init__", constructor)


def _itself() -> griffe.Parameter:
    import griffe

    return griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword)


def _parameter(field: griffe.Attribute, *, by_keyword: bool) -> griffe.Parameter | None:
    """The argument of the constructor that sets a field; None where none does."""
    import griffe

    text = None if field.value is None else str(field.value)
    options = _options(text)
    if options.get("init") == "False":
        return None
    only = by_keyword or options.get("kw_only") == "True"
    kind = griffe.ParameterKind.keyword_only if only else griffe.ParameterKind.positional_or_keyword
    default = default_of(text)
    return griffe.Parameter(
        field.name.lstrip("_"), annotation=field.annotation, kind=kind, default=default or None
    )


def default_of(value: str | None) -> str:
    """What a field is where nobody sets it, from the right side of its definition; "" where it has to be set."""
    options = _options(value)
    if "factory" in options:
        return f"{options['factory']}()"
    if value is None or _call(value) is not None:
        return options.get("default", "")
    return value


def _options(value: str | None) -> dict[str, str]:
    """The keyword arguments of a call of attrs' `define` or `field`, as text."""
    call = _call(value)
    return {each.arg: ast.unparse(each.value) for each in call.keywords if each.arg} if call else {}


def _call(value: str | None) -> ast.Call | None:
    try:
        node: Any = ast.parse(value or "None", mode="eval").body
    except SyntaxError:
        return None
    known = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1].lstrip("_") in (
        "field",
        "define",
        "frozen",
        "mutable",
    )
    return node if known else None
