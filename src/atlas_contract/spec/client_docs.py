"""Writes into each description what is allowed and how we know it, for complete docstrings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.spec.documents import ancestors, pointer_of
from atlas_contract.spec.schemas import Schema, followed

PLACE = "x-atlas-place"
_LIMITS = (
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("pattern", "matching {}"),
)


def mark_places(document: dict[str, Any]) -> None:
    """Notes in each member and parameter the `#/…` pointer at which the contract states it."""
    for pointer, schema in _members(document):
        schema.setdefault(PLACE, "#" + pointer)
    for name, parameter in document.get("components", {}).get("parameters", {}).items():
        parameter.setdefault(PLACE, "#" + pointer_of(["components", "parameters", name]))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            listed = operation.get("parameters", ()) if isinstance(operation, dict) else ()
            for index, parameter in enumerate(listed):
                if "$ref" not in parameter:
                    parameter[PLACE] = "#" + pointer_of(["paths", path, method, "parameters", index])


def describe(view: dict[str, Any]) -> None:
    """Completes the description of every marked member and parameter."""
    known = _sources_by_place(view.get("x-atlas-provenance", {}))
    for member in {id(member): member for _, member in _members(view)}.values():
        _complete(member, followed(view, member), known)
    parameters = list(view.get("components", {}).get("parameters", {}).values())
    for item in view["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                parameters += [each for each in operation.get("parameters", ()) if "$ref" not in each]
    for parameter in parameters:
        _complete(parameter, followed(view, parameter.get("schema", {})), known)


def limits_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of a schema that bound a single value."""
    return {key: schema[key] for key, _ in _LIMITS if key in schema}


def _members(document: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from _members_of(schema, pointer_of(["components", "schemas", name]))


def _members_of(schema: Schema, pointer: str) -> Iterator[tuple[str, Schema]]:
    for name, member in schema.get("properties", {}).items():
        here = pointer + pointer_of(["properties", name])
        yield here, member
        yield from _members_of(member, here)
    for index, part in enumerate(schema.get("allOf", ())):
        yield from _members_of(part, f"{pointer}/allOf/{index}")
    if isinstance(schema.get("items"), dict):
        yield from _members_of(schema["items"], pointer + "/items")


def _complete(holder: dict[str, Any], schema: Mapping[str, Any], known: Mapping[str, set[str]]) -> None:
    sentences = [str(holder.get("description") or schema.get("description") or "").strip()]
    allowed = [words.format(schema[key]) for key, words in _LIMITS if key in schema]
    if allowed:
        sentences.append(f"Allowed: {', '.join(allowed)}.")
    if "enum" in schema:
        sentences.append(f"Known values: {', '.join(map(str, schema['enum']))}.")
    evidence = sorted(known.get(holder.get(PLACE, ""), ()))
    if evidence:
        sentences.append(f"Beyond what Atlas documents: {', '.join(evidence)}.")
    text = " ".join(sentence for sentence in sentences if sentence)
    if text:
        holder["description"] = text


def _sources_by_place(provenance: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """`observed on 2026-08-10` for each touched place and, so that members know, for each place above it."""
    found: dict[str, set[str]] = {}
    for pointer, facts in provenance.items():
        for place in ancestors(pointer):
            found.setdefault(place, set()).add(f"{facts['source']} {facts['date']}")
    return found
