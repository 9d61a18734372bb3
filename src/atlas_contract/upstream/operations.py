"""The operations of a document, and which of the published ones is which of ours, whatever they are called by now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from atlas_contract.spec.documents import pointer_of
from atlas_contract.spec.validity import METHODS
from atlas_contract.upstream.side import Part, Side

_OVERRIDE = "x-xgen-operation-id-override"
_CLI = "x-atlas-cli"
_NAMED = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Told:
    """An operation as one document tells it; `names` are all it is known by there, the operationId first."""

    method: str
    path: str
    part: Part
    names: tuple[str, ...]

    @property
    def id(self) -> str:
        """The operationId, or method and path where it has none."""
        return self.names[0] if self.names else self.line

    @property
    def line(self) -> str:
        """Method and path, as the first line of a request has them."""
        return f"{self.method.upper()} {self.path}"

    @property
    def template(self) -> str:
        """The path without the names of its parameters."""
        return _NAMED.sub("{}", self.path).rstrip("/")

    @property
    def path_names(self) -> list[str]:
        """The names of the parameters in the path, in order."""
        return [name[1:-1] for name in _NAMED.findall(self.path)]


class How(StrEnum):
    """By what an operation was found, the surest first."""

    PATH = "method and path"
    TEMPLATE = "path, with parameters of other names"
    ID = "operationId"
    ALIAS = "a name of the Atlas CLI"


@dataclass(frozen=True, slots=True)
class Match:
    """One of our operations and the published one that it is; None where there is none any more."""

    ours: Told
    theirs: Told | None
    how: How | None = None

    @property
    def renamed(self) -> bool:
        """Whether it is published under another operationId than ours."""
        return self.theirs is not None and self.theirs.id != self.ours.id

    @property
    def moved(self) -> bool:
        """Whether it is published with another method or path than ours."""
        return self.theirs is not None and self.theirs.line != self.ours.line


_STEPS: tuple[tuple[How, Callable[[Told], Iterable[object]], Callable[[Told], Iterable[object]]], ...] = (
    (How.PATH, lambda ours: [ours.line], lambda theirs: [theirs.line]),
    (
        How.TEMPLATE,
        lambda ours: [(ours.method, ours.template)],
        lambda theirs: [(theirs.method, theirs.template)],
    ),
    (How.ID, lambda ours: ours.names[:1], lambda theirs: theirs.names),
    (How.ALIAS, lambda ours: ours.names[1:], lambda theirs: theirs.names),
)
"""How operations are found: by what ours offers, and by what a published one offers."""


def operations(side: Side) -> tuple[Told, ...]:
    """Every operation of a document, in order. Raises BadInput where a path or an operation is no mapping."""
    return tuple(_operations(side))


def matched(ours: Sequence[Told], theirs: Sequence[Told]) -> tuple[Match, ...]:
    """For each of our operations the published one; none of those is found twice."""
    found: dict[int, Match] = {}
    taken: set[int] = set()
    for how, offers, wanted in _STEPS:
        known = {key: index for index, each in reversed(list(enumerate(theirs))) for key in wanted(each)}
        for number, each in enumerate(ours):
            index = next((known[key] for key in offers(each) if key in known), None)
            if number not in found and index is not None and index not in taken:
                taken.add(index)
                found[number] = Match(each, theirs[index], how)
    return tuple(found.get(number, Match(each, None)) for number, each in enumerate(ours))


def beside(matches: Sequence[Match], theirs: Sequence[Told]) -> Iterator[tuple[Told, Told]]:
    """Published operations that share a path with one of ours and are none of ours, each with that one of ours."""
    ours = {match.theirs.path: match.ours for match in reversed(matches) if match.theirs}
    known = {match.theirs.part.pointer for match in matches if match.theirs}
    yield from (
        (ours[each.path], each) for each in theirs if each.path in ours and each.part.pointer not in known
    )


def _operations(side: Side) -> Iterator[Told]:
    paths = Part(side.source.content["paths"], pointer_of(["paths"]))
    for path in (path for path in side.mapping(paths) if not path.startswith("x-")):
        item = side.followed(paths.at(path))
        for method in (method for method in METHODS if method in side.mapping(item)):
            part = item.at(method)
            yield Told(method, path, part, _names(side.mapping(part)))


def _names(operation: dict[str, object]) -> tuple[str, ...]:
    cli = operation.get(_CLI)
    told = [operation.get("operationId"), operation.get(_OVERRIDE)]
    if isinstance(cli, dict):
        told += [cli.get("command"), *cli.get("aliases", ())]
    return tuple(dict.fromkeys(name for name in told if isinstance(name, str) and name))
