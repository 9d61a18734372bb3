"""Holds the contract to what the client's hand-written face takes from the generated code, read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec import places
from atlas_contract.spec.documents import Document, Pointer, parts_of, pointer_of
from atlas_contract.spec.files import short, text_of
from atlas_contract.spec.schemas import flatten, followed
from atlas_contract.spec.wording import nearest, one_of

FACE = Path(__file__).parents[1] / "client"
_APIS, _MODELS = "atlas_snapshots.api.", "atlas_snapshots.models"
_BODY = "body"
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|\W+")


@dataclass(frozen=True, slots=True)
class Use:
    """A name that the face takes, and whose: a tag has operations, these have arguments, schemas have members."""

    name: str
    place: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Uses:
    """Everything that the face takes from generated code."""

    operations: tuple[Use, ...]
    schemas: tuple[Use, ...]
    arguments: tuple[Use, ...]
    members: tuple[Use, ...]


def check(content: Mapping[str, Any], source: Document, folder: Path = FACE) -> None:
    """Raises BadInput for an operation, argument, schema or member that the face uses and the contract has not.

    `source` is the fragment, for lines; `folder` has the face's modules.
    """
    used = uses_of(folder)
    operations = {module_of(each)[1]: (at, each) for at, each in places.operations(content)}
    schemas = dict(content.get("components", {}).get("schemas", {}))
    for use in used.operations:
        tagged = [each["operationId"] for _, each in operations.values() if module_of(each)[0] == use.of]
        _check(use, used.operations, tagged, f"operation with the tag `{use.of}`", source.place("/paths"))
    for use in used.schemas:
        _check(use, used.schemas, schemas, "schema", source.place("/components/schemas"))
    for use in used.arguments:
        at, operation = operations[use.of]
        names = _arguments(content, at, operation)
        _check(use, used.arguments, names, f"argument of {operation['operationId']}", source.place(at))
    for use in used.members:
        names = list(flatten(content, followed(content, schemas[use.of])).get("properties", {}))
        where = source.place(pointer_of(["components", "schemas", use.of]))
        _check(use, used.members, names, f"property of {use.of}", where)


@cache
def uses_of(folder: Path) -> Uses:
    """What the modules in a folder take from the generated package."""
    modules = [_Module(path) for path in sorted(folder.glob("*.py"))]
    return Uses(
        tuple(use for module in modules for use in module.operations.values()),
        tuple(use for module in modules for use in module.schemas.values()),
        tuple(use for module in modules for use in module.arguments()),
        tuple(use for module in modules for use in module.members()),
    )


class _Module:
    """One module of the face, as a tree."""

    def __init__(self, path: Path) -> None:
        self._name = short(path)
        self._tree = ast.parse(text_of(path))
        self.operations = self._imported(_APIS)
        self.schemas = self._imported(_MODELS)
        self._calls = list(self._calls_in_functions())
        self._callers: dict[str, list[tuple[ast.FunctionDef, ast.Call]]] = {}
        for function, call in self._calls:
            if isinstance(call.func, ast.Name) and call.func.id != function.name:
                self._callers.setdefault(call.func.id, []).append((function, call))

    def arguments(self) -> Iterator[Use]:
        """The keywords of each call that is handed an operation, by its name or as an argument of the caller."""
        for function, call in self._calls:
            for operation in {found for each in call.args for found in self._operations(each, function)}:
                for keyword in call.keywords:
                    if keyword.arg not in (None, _BODY):
                        yield Use(str(keyword.arg), self._place(keyword), operation)

    def members(self) -> Iterator[Use]:
        """The keywords of each call of a generated model."""
        for _, call in self._calls:
            if isinstance(call.func, ast.Name) and call.func.id in self.schemas:
                named = (keyword for keyword in call.keywords if keyword.arg)
                yield from (Use(str(each.arg), self._place(each), call.func.id) for each in named)

    def _imported(self, package: str) -> dict[str, Use]:
        taken = (node for node in ast.walk(self._tree) if isinstance(node, ast.ImportFrom))
        return {
            each.name: Use(each.name, self._place(each), str(node.module).rpartition(".")[2])
            for node in taken
            if (node.module or "").startswith(package)
            for each in node.names
        }

    def _calls_in_functions(self) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
        for function in self._tree.body:
            if isinstance(function, ast.FunctionDef):
                yield from ((function, node) for node in ast.walk(function) if isinstance(node, ast.Call))

    def _operations(self, value: ast.expr, function: ast.FunctionDef) -> set[str]:
        """The operations that a name may stand for: itself, or what callers of its function hand over for it."""
        if not isinstance(value, ast.Name):
            return set()
        if value.id in self.operations:
            return {value.id}
        names = [each.arg for each in function.args.args]
        if value.id not in names:
            return set()
        index = names.index(value.id)
        given = (
            (call.args[index], caller)
            for caller, call in self._callers.get(function.name, ())
            if len(call.args) > index
        )
        return {found for argument, caller in given for found in self._operations(argument, caller)}

    def _place(self, node: ast.alias | ast.keyword) -> str:
        return f"{self._name}, line {node.lineno}"


def _check(use: Use, others: Collection[Use], known: Collection[str], kind: str, where: str) -> None:
    """Each of `known` is called in the client as it is, if it is a schema's, else in Python's way."""
    if use.name in known or use.name in map(_snake, known):
        return
    taken = {each.name for each in others}
    close = nearest(use.name, [each for each in known if not taken & {each, _snake(each)}])
    msg = f"there is no {kind} that the client would call `{use.name}`"
    hint = f"bring the name back, or mend the client first: {use.place} uses it"
    expected = one_of(sorted(known)) if known else ""
    raise BadInput(msg, where=where, expected=expected, hint=f"{close} {hint}" if close else hint)


def _arguments(content: Mapping[str, Any], at: Pointer, operation: Mapping[str, Any]) -> list[str]:
    path = content["paths"][parts_of(at)[1]]
    listed = (*path.get("parameters", ()), *operation.get("parameters", ()))
    return [followed(content, each)["name"] for each in listed]


def module_of(operation: Mapping[str, Any]) -> tuple[str, str]:
    """Package and module of an operation in the generated code; without a tag the package is `default`."""
    return _snake(next(iter(operation.get("tags", ())), "default")), _snake(operation["operationId"])


def _snake(name: str) -> str:
    """A name as the generated code spells it."""
    return _WORD.sub("_", name).lower()
