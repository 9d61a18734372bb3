"""The public surface of two clients compared: names, signatures, types.

Griffe finds the names and arguments whose change breaks a caller. What it leaves alone is found here: what is new,
types, and the values of enums. Types are judged by the way they travel: what a caller gives may become wider, what he
gets may become narrower.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from atlas_contract.callers import trees
from atlas_contract.callers.annotations import fits
from atlas_contract.callers.difference import Difference, Kind, Layer, gravity, plain
from atlas_contract.callers.members import Member, Role, argument_name, inside, members, shown
from atlas_contract.changes import Grade

if TYPE_CHECKING:
    import griffe

_ENUM_BASES = {"OpenStrEnum": "str", "StrEnum": "str", "OpenIntEnum": "int", "IntEnum": "int"}


def compare(old: griffe.Module, new: griffe.Module) -> tuple[Difference, ...]:
    """What differs in the surfaces of two clients, as `trees.read` them, by name.

    Nothing where only code and words differ.
    """
    before, after = members(old), members(new)
    found = [
        *_breakages(old, new),
        *_additions(before, after),
        *_changes(before, after, _bases(old, new)),
    ]
    return _once(found)


def _once(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """One difference a name and kind, the gravest; of equally grave ones the last, which says most."""
    kept: dict[tuple[str, Kind], Difference] = {}
    for each in found:
        known = kept.get((each.name, each.kind))
        if known is None or gravity(each.grade) <= gravity(known.grade):
            kept[each.name, each.kind] = each
    return tuple(sorted(kept.values(), key=lambda each: (each.name, each.kind)))


# --- What griffe finds ------------------------------------------------------------------------------------------------


def _breakages(old: griffe.Module, new: griffe.Module) -> Iterator[Difference]:
    import griffe

    for breakage in griffe.find_breaking_changes(old, new):
        kind = breakage.kind
        before, after = breakage.old_value, breakage.new_value
        at = inside(breakage.obj)
        if kind is griffe.BreakageKind.OBJECT_REMOVED:
            if not _is_folder_of_models(breakage.obj):
                yield _difference(Kind.REMOVED, at, "is gone")
        elif isinstance(before or after, griffe.Parameter):
            yield _argument(kind, breakage.obj, before, after)
        elif kind is griffe.BreakageKind.OBJECT_CHANGED_KIND:
            yield _difference(Kind.CHANGED, at, f"is now a {after.value}, was a {before.value}")
        elif kind is griffe.BreakageKind.CLASS_REMOVED_BASE:
            gone = ", ".join(str(base) for base in before if str(base) not in map(str, after))
            yield _difference(Kind.CHANGED, at, f"is no {gone} any more")
        else:
            yield _difference(Kind.CHANGED, at, f"is now {_code(after)}, was {_code(before)}")


def _argument(kind: griffe.BreakageKind, function: Any, before: Any, after: Any) -> Difference:
    import griffe

    name = argument_name(function, (before or after).name)
    if kind is griffe.BreakageKind.PARAMETER_REMOVED:
        return _named(Kind.REMOVED, name, "is gone")
    if kind is griffe.BreakageKind.PARAMETER_ADDED_REQUIRED:
        return _named(Kind.ADDED, name, f"is new and has to be given, {_code(after.annotation)}")
    said = {
        griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: "has to be given now",
        griffe.BreakageKind.PARAMETER_MOVED: "stands at another position",
        griffe.BreakageKind.PARAMETER_CHANGED_KIND: f"is now {_way(after)}, was {_way(before)}",
    }
    default = f"is {_code(after and after.default)} unless given, was {_code(before and before.default)}"
    return _named(Kind.CHANGED, name, said.get(kind, default))


def _way(parameter: griffe.Parameter) -> str:
    return parameter.kind.value if parameter.kind else "an argument"


def _is_folder_of_models(thing: griffe.Object | griffe.Alias) -> bool:
    """Whether it is one of the modules of `models`, whose classes are known by their shorter names."""
    return not thing.is_alias and thing.is_module and inside(thing).startswith("models.")


# --- What griffe leaves alone -----------------------------------------------------------------------------------------


def _additions(old: dict[str, Member], new: dict[str, Member]) -> Iterator[Difference]:
    added = new.keys() - old.keys()
    for name, member in new.items():
        if name in added and not _above(name) & added:
            said = f"is new, {_code(member.annotation)}" if member.annotation else "is new"
            yield _named(Kind.ADDED, name, said, Grade.COMPATIBLE)


def _above(name: str) -> set[str]:
    """The names of all that a member is part of: what is new with its owner is not told again."""
    parts = name.partition("(")[0].split(".")
    owners = {".".join(parts[:count]) for count in range(1, len(parts))}
    return owners | ({".".join(parts)} if "(" in name else set())


def _changes(old: dict[str, Member], new: dict[str, Member], bases: dict[str, str]) -> Iterator[Difference]:
    for name, before in old.items():
        after = new.get(name, before)
        if before.value != after.value and before.is_constant:
            yield _named(Kind.CHANGED, name, f"is now {_code(after.value)}, was {_code(before.value)}")
        wider = fits(before.annotation, after.annotation, bases)
        narrower = fits(after.annotation, before.annotation, bases)
        if not (wider and narrower):
            roles = before.roles | after.roles
            safe = (wider or Role.GIVEN not in roles) and (narrower or Role.GOT not in roles)
            said = f"is now {_code(after.annotation)}, was {_code(before.annotation)}"
            yield _named(Kind.CHANGED, name, said, Grade.COMPATIBLE if safe else Grade.BREAKING)
        elif before.required and not after.required:
            yield _named(Kind.CHANGED, name, "need not be given any more", Grade.COMPATIBLE)


def _bases(*both: griffe.Module) -> dict[str, str]:
    """The builtin type that the values of each enum class are as well."""
    found = {}
    for tree in both:
        for each in trees.classes(tree):
            base = next((_ENUM_BASES[str(base)] for base in each.bases if str(base) in _ENUM_BASES), None)
            if base:
                found[each.name] = base
    return found


# --- Words ------------------------------------------------------------------------------------------------------------


def _difference(kind: Kind, path: str, what: str, grade: Grade = Grade.BREAKING) -> Difference:
    return _named(kind, shown(path), what, grade)


def _named(kind: Kind, name: str, what: str, grade: Grade = Grade.BREAKING) -> Difference:
    last = name.removesuffix(")").replace("(", ".").split(".")[-1]
    return Difference(Layer.SURFACE, grade, kind, name, what, subjects=frozenset({plain(last)}))


def _code(value: Any) -> str:
    return f"`{value}`" if value is not None and str(value) else "nothing"
