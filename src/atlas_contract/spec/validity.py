"""Says whether a document holds together: its outline, its purpose, its references and its ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer, parts_of, pointer_of
from atlas_contract.spec.wording import nearest, one_of, shown

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MOST_NAMED = 50
_VALUES_NOT_SCHEMAS = ("example", "default", "const", "enum", "value")


def check_structure(source: Document) -> None:
    """Raises BadInput where the outline that the rest relies on is missing: version, info, paths."""
    version = source.content.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1."):
        raise _bad(source, "/openapi", f"`openapi` is {shown(version)}", expected="a version 3.1.x, as text")
    for key in ("info", "paths"):
        if not isinstance(source.content.get(key), dict):
            found = shown(source.content.get(key))
            raise _bad(source, f"/{key}", f"`{key}` is {found}", expected="a mapping")
    for path, item in source.content["paths"].items():
        if not isinstance(item, dict):
            raise _bad(
                source, pointer_of(["paths", path]), f"the path is {shown(item)}", expected="a mapping"
            )


def check_purpose(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput unless one operation is the main one, not marked as a companion, and a server is named."""
    operations = [
        (pointer_of(["paths", path, method]), item[method])
        for path, item in content["paths"].items()
        for method in (key for key in item if key in METHODS)
    ]
    main = [pointer for pointer, operation in operations if not operation.get("x-atlas-companion")]
    if len(main) != 1:
        found = ", ".join(main) or "none"
        msg = f"{len(main)} operations are not marked as companions: {found}"
        expected = "exactly one operation without `x-atlas-companion: true`, the one the contract is about"
        raise _bad(source, main[1] if main else "/paths", msg, expected=expected)
    servers = content.get("servers")
    if (
        not isinstance(servers, list)
        or not servers
        or not isinstance(servers[0], dict)
        or "url" not in servers[0]
    ):
        raise _bad(
            source, "/servers", "`servers` names no server", expected="a list with the `url` of at least one"
        )


def check_references(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput for a `$ref` or discriminator mapping that leads nowhere, or out of the document."""
    for pointer, reference in references(content, ""):
        check_reference(content, reference, pointer, source)


def operation_places(content: Mapping[str, Any], source: Document) -> dict[str, Pointer]:
    """Each operationId and its operation's pointer, in order; BadInput where one is missing or double."""
    places: dict[str, Pointer] = {}
    for path, item in content["paths"].items():
        for method in (key for key in item if key in METHODS):
            pointer = pointer_of(["paths", path, method])
            name = item[method].get("operationId") if isinstance(item[method], dict) else None
            if not isinstance(name, str) or not name:
                raise _bad(
                    source, pointer, f"`operationId` is {shown(name)}", expected="a name for the operation"
                )
            if name in places:
                msg = f"the operationId {name!r} is used twice"
                raise _bad(source, pointer, msg, hint=f"rename one; first: {source.place(places[name])}")
            places[name] = pointer
    return places


def resolve(content: Mapping[str, Any], reference: str) -> Any:
    """What a `#/…` reference points at; KeyError, with the part that is missing, where nothing is there."""
    node: Any = content
    for part in parts_of(reference[1:]):
        if isinstance(node, Mapping) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
            node = node[int(part)]
        else:
            raise KeyError(part)
    return node


def check_reference(content: Mapping[str, Any], reference: Any, pointer: Pointer, source: Document) -> None:
    """Raises BadInput where one reference, which stands at `pointer`, leads nowhere, or out of the document."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        msg = f"the reference {shown(reference)} leaves the document"
        raise _bad(
            source, pointer, msg, expected="a place in this document, such as #/components/schemas/Link"
        )
    try:
        resolve(content, reference)
    except KeyError as error:
        names = _siblings(content, reference)
        name = parts_of(reference[1:])[-1]
        msg = f"the reference {reference} leads nowhere: there is no {error.args[0]!r}"
        expected = one_of(names) if 0 < len(names) <= _MOST_NAMED else ""
        raise _bad(source, pointer, msg, expected=expected, hint=nearest(name, names)) from error


def _siblings(content: Mapping[str, Any], reference: str) -> list[str]:
    """The names that stand where the reference looks for its last part."""
    try:
        holder = resolve(content, reference.rpartition("/")[0])
    except KeyError:
        return []
    return sorted(holder) if isinstance(holder, Mapping) else []


def references(node: Any, pointer: Pointer, *, named: bool = False) -> Iterator[tuple[Pointer, Any]]:
    """Every reference below a node and where it stands, those of discriminators, too.

    `named` holds inside a map whose keys are names, not keywords.
    """
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, f"{pointer}/{index}")
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        here = pointer + pointer_of([key])
        if named:
            yield from references(value, here)
        elif key == "$ref":
            yield here, value
        elif (
            key == "discriminator"
            and isinstance(value, Mapping)
            and isinstance(value.get("mapping"), Mapping)
        ):
            for name, target in value["mapping"].items():
                yield here + pointer_of(["mapping", name]), as_reference(target)
        elif key not in _VALUES_NOT_SCHEMAS and not key.startswith("x-"):
            yield from references(value, here, named=key in ("properties", "patternProperties", "$defs"))


def as_reference(target: Any) -> Any:
    """A discriminator may name a schema by its bare name."""
    bare = isinstance(target, str) and target and not any(sign in target for sign in "#/.")
    return f"#/components/schemas/{target}" if bare else target


def _bad(source: Document, pointer: Pointer, what: str, *, expected: str = "", hint: str = "") -> BadInput:
    return BadInput(what, where=source.place(pointer), expected=expected, hint=hint)
