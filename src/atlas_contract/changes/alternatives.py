"""The variants of a union, matched between two contracts by what they refer to, or by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.changes.nodes import Pieces, expanded, pieces
from atlas_contract.contract import pointers

KEYWORDS = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Union:
    """One side's union: its keyword's pointer, "" where there is none, and the pointer of each variant by its key."""

    clause: str
    variants: Mapping[str, str]
    mapping: Mapping[str, Any]
    """The discriminator: `propertyName`, and the tag of each variant that has one, by the variant's key."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The variants of both sides, those of one side only, and what defies matching.

    `absorbed` are pieces of a side without a union that are one of the other side's variants.
    """

    common: tuple[tuple[str, str, str], ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    new: tuple[tuple[str, str], ...] = ()
    clauses: tuple[str, ...] = ()
    rewritten: bool = False
    discriminators: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    absorbed: frozenset[str] = frozenset()


def alternatives(
    documents: tuple[Mapping[str, Any], Mapping[str, Any]], old: Pieces, new: Pieces
) -> Alternatives:
    """The unions of both sides, matched; a side without one counts as a union of one variant."""
    unions = [list(_unions(document, found)) for document, found in zip(documents, (old, new), strict=True)]
    clauses = tuple(dict.fromkeys(union.clause for side in unions for union in side))
    if not clauses:
        return Alternatives()
    if max(map(len, unions)) > 1:
        return Alternatives(clauses=clauses, rewritten=_told(documents[0], old) != _told(documents[1], new))
    if not all(unions):
        return _widened(documents, old, new, unions, clauses)
    (known,), (stated,) = unions
    common = [key for key in known.variants if key in stated.variants]
    rewritten = not common or known.clause.rpartition("/")[2] != stated.clause.rpartition("/")[2]
    if rewritten:
        return Alternatives(clauses=clauses, rewritten=_told(documents[0], old) != _told(documents[1], new))
    return Alternatives(
        tuple((key, known.variants[key], stated.variants[key]) for key in common),
        tuple((key, pointer) for key, pointer in known.variants.items() if key not in common),
        tuple((key, pointer) for key, pointer in stated.variants.items() if key not in common),
        clauses,
        discriminators=(_of_common(known, common), _of_common(stated, common)),
    )


def _unions(document: Mapping[str, Any], found: Pieces) -> Iterator[Union]:
    for holder, schema in found:
        for keyword in KEYWORDS:
            if keyword in schema:
                clause = pointers.join(holder, keyword)
                listed = {
                    _key(document, variant): pointers.join(clause, index)
                    for index, variant in enumerate(schema[keyword])
                }
                yield Union(clause, listed, schema.get("discriminator", {}))


def _key(document: Mapping[str, Any], variant: Any) -> str:
    own = variant.get("$ref") if isinstance(variant, Mapping) else None
    return own or repr(expanded(document, variant))


def _told(document: Mapping[str, Any], found: Pieces) -> list[Any]:
    return [
        expanded(document, schema[keyword])
        for _, schema in found
        for keyword in KEYWORDS
        if keyword in schema
    ]


def _widened(
    documents: tuple[Mapping[str, Any], Mapping[str, Any]],
    old: Pieces,
    new: Pieces,
    unions: list[list[Union]],
    clauses: tuple[str, ...],
) -> Alternatives:
    """One schema on one side, on the other a union that it may be a variant of."""
    is_old_alone = not unions[0]
    alone, document = (old, documents[0]) if is_old_alone else (new, documents[1])
    (union,) = unions[1] if is_old_alone else unions[0]
    key = next((key for key in union.variants if key in dict(alone)), None)
    if key is None:
        return Alternatives(clauses=clauses, rewritten=True)
    others = tuple((each, pointer) for each, pointer in union.variants.items() if each != key)
    absorbed = frozenset(pointer for pointer, _ in pieces(document, (key,)))
    if is_old_alone:
        return Alternatives(((key, key, union.variants[key]),), (), others, clauses, absorbed=absorbed)
    return Alternatives(((key, union.variants[key], key),), others, (), clauses, absorbed=absorbed)


def _of_common(union: Union, common: list[str]) -> Mapping[str, Any]:
    """The discriminator, as far as it is about these variants."""
    mapping = union.mapping.get("mapping", {})
    kept = {tag: target for tag, target in mapping.items() if target in common}
    return {**union.mapping, "mapping": kept} if union.mapping else {}
