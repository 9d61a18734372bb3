"""Everything of a client that a caller can name, in one flat table: modules, classes, fields, arguments, results."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING, TypeVar

from atlas_contract.callers import trees
from atlas_contract.callers.annotations import names

if TYPE_CHECKING:
    import griffe

Thing = TypeVar("Thing", bound="griffe.Object | griffe.Alias")

BUILDER = "build_request"
CALLS = (BUILDER, "parse_response", "sync_detailed", "asyncio_detailed")
"""The functions in the module of an operation, which all belong to one call."""


class Role(Flag):
    """The way a value travels: from the caller to the client, or back."""

    GIVEN = auto()
    GOT = auto()


@dataclass(frozen=True, slots=True)
class Member:
    """One name: its type and value as text, "" where it has none; whether a caller must give it, and how it travels.

    `is_constant` is for values that callers compare with, such as those of an enum.
    """

    annotation: str = ""
    value: str = ""
    required: bool = False
    is_constant: bool = False
    roles: Role = Role.GIVEN | Role.GOT


def members(tree: griffe.Module) -> dict[str, Member]:
    """The table of a client, in the order of its modules. An operation's four functions share their entries."""
    found: dict[str, Member] = {}
    roles = _roles(tree)
    for module in trees.modules(tree):
        path = inside(module)
        if path and not path.startswith("models."):
            found[path] = Member()
        for function in _own(module.functions):
            found |= dict(_function(function))
        for attribute in _own(module.attributes):
            found[shown(inside(attribute))] = Member(annotation=_text(attribute.annotation))
        for each in _own(module.classes):
            found |= dict(_class(each, roles.get(each.name, Role.GIVEN | Role.GOT)))
    return found


def inside(thing: griffe.Object | griffe.Alias) -> str:
    """The path of a thing within its package."""
    return thing.path.partition(".")[2]


def shown(path: str) -> str:
    """A path as callers write it: models are imported from `models`, whatever file each is in."""
    parts = path.split(".")
    return ".".join([parts[0], *parts[2:]]) if parts[0] == "models" and len(parts) > 2 else path  # noqa: PLR2004 - models, its file


def argument_name(function: griffe.Function, argument: str) -> str:
    """The name of an argument: of a call, of a function, or the field that it sets."""
    path = shown(inside(function))
    owner, _, name = path.rpartition(".")
    if name == "__init__":
        return f"{owner}.{argument}" if trees.MADE in function.labels else f"{owner}({argument})"
    return f"{owner if name in CALLS else path}({argument})"


def _own(things: Mapping[str, Thing]) -> Iterator[Thing]:
    """Those that are public, and at home here."""
    return (each for each in things.values() if each.is_public and not each.is_alias)


def _function(function: griffe.Function) -> Iterator[tuple[str, Member]]:
    path = shown(inside(function))
    if function.name != "__init__":
        yield path, Member()
        owner = path.rpartition(".")[0] if function.name in CALLS and function.name != BUILDER else path
        yield f"{owner}()", Member(annotation=_text(function.returns), roles=Role.GOT)
    for each in function.parameters:
        if each.name not in ("self", "cls"):
            yield (
                argument_name(function, each.name),
                Member(annotation=_text(each.annotation), required=each.required, roles=Role.GIVEN),
            )


def _class(owner: griffe.Class, roles: Role) -> Iterator[tuple[str, Member]]:
    yield shown(inside(owner)), Member()
    constructor = owner.members.get("__init__")
    made = constructor is not None and trees.MADE in constructor.labels
    required = {each.name for each in owner.parameters if each.required} if made else set()
    for each in _own(owner.attributes):
        yield (
            shown(inside(each)),
            Member(
                annotation=_text(each.annotation),
                value=_text(each.value),
                required=each.name in required,
                is_constant=each.annotation is None,
                roles=roles,
            ),
        )
    for function in _own(owner.functions):
        if trees.MADE not in function.labels:
            yield from _function(function)


def _text(expression: object) -> str:
    return "" if expression is None else str(expression)


# --- Which way a class travels ----------------------------------------------------------------------------------------


def _roles(tree: griffe.Module) -> dict[str, Role]:
    """How the values of each class travel that the operations take or give, directly or as part of another."""
    parts = {each.name: _mentioned(each) for each in trees.classes(tree)}
    given, got = set[str](), set[str]()
    for module in trees.modules(tree):
        for function in module.functions.values() if inside(module).startswith("api.") else ():
            got |= names(_text(function.returns))
            given |= {name for each in function.parameters for name in names(_text(each.annotation))}
    found: dict[str, Role] = {}
    for role, start in ((Role.GIVEN, given), (Role.GOT, got)):
        for name in _reached(start, parts):
            found[name] = found.get(name, Role(0)) | role
    return found


def _mentioned(owner: griffe.Class) -> set[str]:
    return {name for each in owner.attributes.values() for name in names(_text(each.annotation))}


def _reached(start: set[str], parts: dict[str, set[str]]) -> set[str]:
    seen, waiting = set[str](), deque(start)
    while waiting:
        name = waiting.popleft()
        if name in parts and name not in seen:
            seen.add(name)
            waiting.extend(parts[name])
    return seen
