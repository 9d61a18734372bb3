"""What two conjunctions of schemas allow: edits of types, of listed values, and of keywords that each piece adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from atlas_contract.changes.nodes import Pieces, expanded, targets, told_apart
from atlas_contract.changes.suspect import Direction, Edit
from atlas_contract.changes.wording import gone_and_new, moved, shown, subject
from atlas_contract.contract import pointers

Documents: TypeAlias = tuple[Mapping[str, Any], Mapping[str, Any]]
Sides: TypeAlias = tuple[Pieces, Pieces]
_RISING = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"})
_FALLING = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"})
_EMPTY: Mapping[str, Any] = {
    "minItems": 0, "minLength": 0, "minProperties": 0, "uniqueItems": False, "additionalProperties": True,
}  # fmt: skip
"""Values that say no more than silence."""
_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def types(sides: Sides) -> Iterator[Edit]:
    """An edit of the types that all pieces together allow."""
    old, new = (_type_sets(found) for found in sides)
    known, stated = (frozenset.intersection(*sets.values()) if sets else None for sets in (old, new))
    if known != stated:
        clause = clause_of(old, new)
        before, after = _type_names(known), _type_names(stated)
        what = moved("type", clause.rpartition("/")[0], before, after)
        yield Edit(clause, what, _direction_of_sets(known, stated), frozenset({*old, *new}), before, after)


def listed(sides: Sides) -> Iterator[Edit]:
    """An edit of the values that `enum` and `const` of all pieces together allow."""
    old, new = (_value_sets(found) for found in sides)
    known, stated = (_common(sets) for sets in (old, new))
    if (known is None) == (stated is None) and set(known or ()) == set(stated or ()):
        return
    clause = clause_of(old, new)
    at, _, keyword = clause.rpartition("/")
    before, after = (None if each is None else list(each.values()) for each in (known, stated))
    if known is None or stated is None:
        what = moved(keyword, at, before, after)
    else:
        gone = [shown(value) for key, value in known.items() if key not in stated]
        more = [shown(value) for key, value in stated.items() if key not in known]
        what = f"{subject(at)}: " + gone_and_new("{}", gone, more)
    sets = (None if each is None else frozenset(each) for each in (known, stated))
    yield Edit(clause, what, _direction_of_sets(*sets), frozenset({*old, *new}), before, after)


def added(documents: Documents, sides: Sides, keyword: str) -> Iterator[Edit]:
    """Edits of a keyword that each piece adds to the rest: whatever only one side says."""
    raw = [_stated(found, keyword) for found in sides]
    old, new = (
        {clause: expanded(document, value) for clause, value in stated.items()}
        for document, stated in zip(documents, raw, strict=True)
    )
    known, stated = ({told_apart(value) for value in side.values()} for side in (old, new))
    gone = {clause: value for clause, value in old.items() if told_apart(value) not in stated}
    more = {clause: value for clause, value in new.items() if told_apart(value) not in known}
    for one, other in _matched(gone, more):
        what = moved(keyword, (other or one).rpartition("/")[0], raw[0].get(one), raw[1].get(other))
        before, after = gone.get(one), more.get(other)
        within = frozenset({one, other} - {""}).union(
            targets(documents[0], raw[0].get(one)), targets(documents[1], raw[1].get(other))
        )
        direction = _direction(keyword, before, after)
        yield Edit(other or one, what, direction, old=before, new=after, within=within)


def clause_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Where a keyword stands that counts for all pieces together: where it differs, rather in the new document."""
    different = [clause for clause in new if old.get(clause) != new[clause]]
    gone = [clause for clause in old if new.get(clause) != old[clause]]
    return next(iter([*different, *gone, *new, *old]))


def _type_sets(found: Pieces) -> dict[str, frozenset[str]]:
    """By clause, the types that it allows; where numbers are allowed, integers are."""
    sets = {}
    for pointer, schema in found:
        if "type" in schema:
            stated = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            whole = ["integer"] if "number" in stated else []
            sets[pointers.join(pointer, "type")] = frozenset((*stated, *whole))
    return sets


def _type_names(types: frozenset[str] | None) -> Any:
    if types is None:
        return None
    named = [name for name in _TYPES if name in types and not (name == "integer" and "number" in types)]
    return named[0] if len(named) == 1 else named


def _value_sets(found: Pieces) -> dict[str, dict[str, Any]]:
    """By clause, the values that it allows, each by a key that tells it from every other JSON value."""
    return {
        pointers.join(pointer, keyword): {told_apart(value): value for value in values}
        for pointer, schema in found
        for keyword, values in (("enum", schema.get("enum", ())), ("const", [schema.get("const")]))
        if keyword in schema
    }


def _common(sets: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    if not sets:
        return None
    first, *others = sets.values()
    return {key: value for key, value in first.items() if all(key in other for other in others)}


def _direction_of_sets(old: frozenset[Any] | None, new: frozenset[Any] | None) -> Direction:
    """The direction from one set of allowed things to another; None allows everything."""
    if new is None or (old is not None and old < new):
        return Direction.WIDER
    return Direction.NARROWER if old is None or new < old else Direction.BOTH


def _stated(found: Pieces, keyword: str) -> dict[str, Any]:
    return {
        pointers.join(pointer, keyword): schema[keyword]
        for pointer, schema in found
        if keyword in schema and not (keyword in _EMPTY and schema[keyword] == _EMPTY[keyword])
    }


def _matched(gone: Mapping[str, Any], more: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands at the same place belongs together, then what is left, in order; "" where nothing is left."""
    same = [clause for clause in gone if clause in more]
    yield from ((clause, clause) for clause in same)
    left, right = ([each for each in side if each not in same] for side in (gone, more))
    for index in range(max(len(left), len(right))):
        yield (left[index] if index < len(left) else "", right[index] if index < len(right) else "")


def _direction(keyword: str, old: Any, new: Any) -> Direction:
    if old is None or new is None:
        narrower = (old is None) != (keyword == "default")  # a default gives callers something to rely on
        return Direction.NARROWER if narrower else Direction.WIDER
    if keyword in _RISING | _FALLING:
        return Direction.NARROWER if (new > old) == (keyword in _RISING) else Direction.WIDER
    if keyword in ("uniqueItems", "additionalProperties") and isinstance(new, bool):
        return Direction.NARROWER if new == (keyword == "uniqueItems") else Direction.WIDER
    return Direction.UNCLEAR
