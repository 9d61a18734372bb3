"""The contract as a tolerant client sees it: strict in what it sends, lenient in what it reads."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from atlas_contract.spec.client_docs import describe, mark_places
from atlas_contract.spec.schemas import (
    SCHEMA_PREFIX,
    Schema,
    bodies_of,
    content_schemas,
    flatten,
    followed,
    operations_of,
    reachable,
    replies_of,
)

ERROR_SCHEMA = "ApiError"
WRAPPING_PARAMETERS = ("envelope",)
"""Query parameters that give the reply a shape the contract does not state; no reader can be typed."""
_ENUM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def client_view(effective: Mapping[str, Any]) -> dict[str, Any]:
    """The document from which the client is generated; the argument stays as it is.

    In replies only `x-atlas-essential` members stay required (and what tells union variants apart),
    additional members are welcome, constants that tell nothing apart are plain values, and each error
    reply is an `ApiError` unless the contract names another object. Members that only Atlas writes
    leave the requests. Every parameter and member says in its description what is allowed and how we know.
    """
    view = copy.deepcopy(dict(effective))
    mark_places(view)
    _flatten_components(view)
    _drop_unreadable(view)
    _unify_errors(view)
    variants = _variant_keys(view)
    replies = reachable(view, content_schemas(reply for _, reply in replies_of(view)))
    requests = reachable(view, content_schemas(bodies_of(view)))
    for schema in replies:
        _relax(schema, variants.get(id(schema)))
    in_replies = {id(schema) for schema in replies}
    for schema in requests:
        if id(schema) not in in_replies:
            _drop_read_only(schema)
    describe(view)
    _prune(view)
    return view


def _flatten_components(view: dict[str, Any]) -> None:
    schemas = view.get("components", {}).get("schemas", {})
    schemas.update({name: flatten(view, schema) for name, schema in schemas.items()})


def _drop_unreadable(view: dict[str, Any]) -> None:
    """Drops reply headers and links, examples, defaults (Atlas applies them), and wrapping parameters."""
    for _, reply in replies_of(view):
        reply.pop("headers", None)
        reply.pop("links", None)
    for holder in [*(reply for _, reply in replies_of(view)), *bodies_of(view)]:
        for media in holder.get("content", {}).values():
            media.pop("examples", None)
            media.pop("example", None)
    for operation in operations_of(view):
        kept = [each for each in operation.get("parameters", ()) if _is_plain(followed(view, each))]
        operation["parameters"] = kept
        for parameter in kept:
            followed(view, parameter).get("schema", {}).pop("default", None)
    for schema in reachable(view, view.get("components", {}).get("schemas", {}).values()):
        schema.pop("default", None)
        schema.pop("title", None)


def _is_plain(parameter: Mapping[str, Any]) -> bool:
    return not (parameter.get("in") == "query" and parameter["name"] in WRAPPING_PARAMETERS)


def _unify_errors(view: dict[str, Any]) -> None:
    if ERROR_SCHEMA not in view.get("components", {}).get("schemas", {}):
        return
    for status, reply in replies_of(view):
        if status[:1] in ("4", "5") or status == "default":
            named = next((schema for schema in content_schemas([reply]) if _is_object(view, schema)), None)
            schema = named or {"$ref": SCHEMA_PREFIX + ERROR_SCHEMA}
            reply["content"] = {"application/json": {"schema": schema}}


def _is_object(view: Mapping[str, Any], schema: Schema) -> bool:
    return "$ref" in schema and "properties" in followed(view, schema)


def _variant_keys(view: Mapping[str, Any]) -> dict[int, str]:
    """For each variant of a discriminated union, by identity: the member that tells it from the others."""
    found: dict[int, str] = {}
    for schema in reachable(view, view.get("components", {}).get("schemas", {}).values()):
        if "discriminator" in schema:
            name = schema["discriminator"]["propertyName"]
            found.update({id(followed(view, variant)): name for variant in schema.get("oneOf", ())})
    return found


def _relax(schema: Schema, variant_key: str | None) -> None:
    members = schema.get("properties", {})
    essential = [name for name in schema.get("x-atlas-essential", ()) if name in members]
    if variant_key is not None and variant_key not in essential:
        essential.append(variant_key)
    schema.pop("required", None)
    if essential:
        schema["required"] = essential
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    if isinstance(schema.get("items"), dict) and isinstance(schema["items"].get("type"), list):
        schema["items"] = {}  # values of mixed types are for people; refusing one would lose the whole reply
    for name, member in members.items():
        if name != variant_key and "const" in member:
            member.setdefault("type", _json_type(member["const"]))
            del member["const"]


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return names.get(type(value), "null")


def _drop_read_only(schema: Schema) -> None:
    members = schema.get("properties", {})
    for name in [name for name, member in members.items() if member.get("readOnly")]:
        del members[name]


def _prune(view: dict[str, Any]) -> None:
    """Leaves out the component schemas that nothing refers to any more, and names the members of enums."""
    parameters = [
        followed(view, each) for operation in operations_of(view) for each in operation["parameters"]
    ]
    roots = [each["schema"] for each in parameters if "schema" in each]
    roots += content_schemas([*(reply for _, reply in replies_of(view)), *bodies_of(view)])
    used = {id(schema) for schema in reachable(view, roots)}
    components = view.get("components", {})
    if "schemas" in components:
        components["schemas"] = {name: it for name, it in components["schemas"].items() if id(it) in used}
        for schema in components["schemas"].values():
            _name_members(schema)


def _name_members(schema: Schema) -> None:
    """`inProgress` becomes IN_PROGRESS rather than INPROGRESS, where all values can be names."""
    values = [value for value in schema.get("enum", ()) if isinstance(value, str)]
    bare = {value.lower().replace("_", "") for value in values}
    if values and len(bare) == len(schema["enum"]) and all(_ENUM_NAME.fullmatch(value) for value in values):
        schema["x-enum-varnames"] = values
