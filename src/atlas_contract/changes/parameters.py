"""Where the parameters of an operation differ: those that are gone or new, what is required, what each may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from atlas_contract.changes import schemas
from atlas_contract.changes.change import Side
from atlas_contract.changes.exchanges import ABSENT, argument_text, request, text_of
from atlas_contract.changes.parts import other_keys
from atlas_contract.changes.rules import ParameterRule, parameter_rules
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.walk import Seen
from atlas_contract.contract import Contract, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import Json, Operation, Place

_JUDGED = ("name", "in", "required", "schema")
_LONGEST = 400  # characters of an argument that a witness shows


def suspects(pair: Pair, seen: Seen) -> Iterator[Suspect]:
    """Every difference of the parameters; those in a path are matched by position, since their names are not sent."""
    old, new = (_by_key(contract, operation) for contract, operation in pair.sides)
    for key in {**old, **new}:
        if key in old and key in new:
            yield from _compared(pair, old[key], new[key], seen)
        else:
            yield _one_sided(pair, old.get(key), new.get(key))


def _by_key(contract: Contract, operation: Operation) -> dict[tuple[Place, str], ParameterRule]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    found = {}
    for rule in parameter_rules(contract, operation):
        place, name = rule.parameter.place, rule.parameter.name
        if place is Place.PATH and name in names:
            name = f"{names.index(name)}"
        found[place, name.lower() if place is Place.HEADER else name] = rule
    return found


def _compared(pair: Pair, old: ParameterRule, new: ParameterRule, seen: Seen) -> Iterator[Suspect]:
    parameter = new.parameter
    if old.parameter.required != parameter.required:
        what = f"`{parameter.name}` is {'required now' if parameter.required else 'no longer required'}"
        direction = Direction.NARROWER if parameter.required else Direction.WIDER
        yield _with_and_without(pair, pointers.join(new.pointer, "required"), what, direction, (old, new))
    yield from other_keys(pair, Side.REQUEST, (old.pointer, new.pointer), _JUDGED)
    is_sent_by_name = parameter.place is not Place.PATH
    place = f"/{parameter.place}/{parameter.name}" if is_sent_by_name else f"/{parameter.place}"
    site = schemas.Site(
        pair,
        Side.REQUEST,
        place,
        (pointers.join(old.pointer, "schema"),),
        (pointers.join(new.pointer, "schema"),),
        partial(_carrying, old, new),
    )
    yield from schemas.suspects(site, seen)


def _carrying(
    old: ParameterRule, new: ParameterRule, contract: Contract, operation: Operation, value: Json
) -> Json | None:
    """A request that carries the value as the parameter; None where no request could."""
    if isinstance(value, (list, dict)) or value is None:
        return None
    text = text_of(value)
    place = new.parameter.place
    printable = text.isascii() and text.isprintable() and text == text.strip()
    if (
        len(text) > _LONGEST
        or (place is Place.HEADER and not printable)
        or (place is Place.PATH and not text)
    ):
        return None
    own = {rule.pointer: rule for rule in parameter_rules(contract, operation)}
    rule = next(each for each in (new, old) if own.get(each.pointer) == each)
    return request(contract, operation, {(place, rule.parameter.name): text})


def _one_sided(pair: Pair, old: ParameterRule | None, new: ParameterRule | None) -> Suspect:
    rule = new or old
    assert rule is not None  # noqa: S101  for the type checker: one side has the parameter
    required = rule.parameter.required
    clause = pointers.join(rule.pointer, "required") if required else rule.pointer
    what = f"the {rule.parameter.place} parameter `{rule.parameter.name}` is {'new' if new else 'gone'}"
    if new and required:
        what += ", and required"
    direction = Direction.UNCLEAR if required else Direction.WIDER if new else Direction.NARROWER
    return _with_and_without(pair, clause, what, direction, (old, new))


def _with_and_without(
    pair: Pair,
    clause: str,
    what: str,
    direction: Direction,
    rules: tuple[ParameterRule | None, ParameterRule | None],
) -> Suspect:
    """A parameter that one side has, or has to have: requests with it and without it tell."""
    owned = [
        (owner, rule) for owner, rule in zip((pair.old, pair.new), rules, strict=True) if rule is not None
    ]
    parameter = owned[0][1].parameter
    key = parameter.place, parameter.name

    def trials() -> Iterator[Json]:
        for contract, operation in pair.sides:
            with suppress(BadInput):
                yield request(contract, operation, {key: ABSENT})
                yield from (request(contract, operation, {key: argument_text(*each)}) for each in owned)

    lists = {pointers.join(operation.pointer, "parameters") for _, operation in pair.sides}
    rules_of = {pointer for _, rule in owned for pointer in (rule.pointer, rule.parameter.pointer)}
    before, after = (None if rule is None else rule.parameter.required for rule in rules)
    edit = Edit(clause, what, direction, frozenset(lists), before, after, within=frozenset(rules_of))
    return Suspect(edit, Side.REQUEST, (pair.operation,), trials)
