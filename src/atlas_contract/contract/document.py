"""The effective contract as operations, behaviours and sources: the one thing every other room reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from atlas_contract.contract import pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import (
    REDIRECTED,
    Behaviour,
    Content,
    HeaderRule,
    Operation,
    Parameter,
    Place,
    ReplyRule,
    Source,
)

REMEMBERED, LONGEST_REMEMBERED = (
    1024,
    300,
)  # paths whose operation is known without looking again, their length
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def packaged_path() -> Path:
    """Where the effective contract lies: in the installed package, or in the checkout it is developed in."""
    installed = Path(str(resources.files("atlas_contract"))) / "openapi.json"
    return installed if installed.exists() else Path(__file__).parents[3] / "generated" / "openapi.json"


def load(path: Path | None = None) -> Contract:
    """Read an effective contract (`generated/openapi.json` unless another is named).

    Raises:
        BadInput: the file is missing, is not JSON, or is not an effective contract.
    """
    path = path or packaged_path()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"The contract cannot be read: {error}"
        raise BadInput(msg, where=str(path), hint="run `atlas-contract generate` in a checkout") from error
    if not isinstance(document, dict) or "paths" not in document or "x-atlas-behaviours" not in document:
        msg = "This is no effective contract: `paths` or `x-atlas-behaviours` is missing."
        raise BadInput(
            msg, where=str(path), hint="name the openapi.json that `atlas-contract generate` wrote"
        )
    return Contract(document)


class Contract:
    """Operations, behaviours and the source of each clause, read from one effective contract document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._matched: dict[tuple[str, str], tuple[Operation, dict[str, str]] | None] = {}

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation by its operationId, in the document's order."""
        return {operation.id: operation for operation in _operations(self.document)}

    @cached_property
    def main(self) -> Operation:
        """The one operation the fragment exists for: the first that is not marked as a companion."""
        return next(operation for operation in self.operations.values() if not operation.companion)

    @cached_property
    def token(self) -> Operation:
        """The operation that issues access tokens: the one the client credentials flow names."""
        schemes = self.document["components"]["securitySchemes"].values()
        flow = next(scheme["flows"]["clientCredentials"] for scheme in schemes if scheme["type"] == "oauth2")
        path = urlsplit(flow["tokenUrl"]).path
        return next(operation for operation in self.operations.values() if operation.path == path)

    @cached_property
    def behaviours(self) -> Mapping[str, Behaviour]:
        """Every behaviour by its id."""
        return {entry["id"]: _behaviour(entry) for entry in self.document["x-atlas-behaviours"]}

    def behaviour(self, behaviour_id: str) -> Behaviour:
        """One behaviour; BadInput where `spec/behaviours.yaml` does not state it."""
        try:
            return self.behaviours[behaviour_id]
        except KeyError:
            msg = f"The contract states no behaviour called {behaviour_id!r}."
            raise BadInput(msg, where="spec/behaviours.yaml", hint="add it, or bring the id back") from None

    def speaks(self, behaviour_id: str, operation_id: str) -> bool:
        """Whether the contract states a behaviour, and of this operation."""
        return operation_id in self._spoken_of.get(behaviour_id, ())

    @cached_property
    def _spoken_of(self) -> Mapping[str, frozenset[str]]:
        every = frozenset(self.operations)
        return {each.id: frozenset(each.operations) or every for each in self.behaviours.values()}

    def source(self, clause: str) -> Source:
        """How a clause is known: a behaviour's own source, the overlay's for what it touched, else documented."""
        if clause in self.behaviours:
            return self.behaviours[clause].source
        touched = self.document.get("x-atlas-provenance", {})
        candidates = (clause, *(clause.rsplit("/", depth)[0] for depth in range(1, clause.count("/"))))
        return next(
            (Source(touched[one]["source"]) for one in candidates if one in touched), Source.DOCUMENTED
        )

    def match(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation a raw request path belongs to, with its decoded path arguments; None where none does."""
        asked = method, path
        if len(path) > LONGEST_REMEMBERED:
            return self._match(method, path.split("/"))
        if asked not in self._matched:
            if len(self._matched) >= REMEMBERED:
                self._matched.clear()
            self._matched[asked] = self._match(method, path.split("/"))
        found = self._matched[asked]
        return found and (found[0], dict(found[1]))

    def _match(self, method: str, segments: list[str]) -> tuple[Operation, dict[str, str]] | None:
        for operation, parts in self._routes.get(len(segments), ()):
            if operation.method == method and (args := _match(parts, segments)) is not None:
                return operation, args
        return None

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that the contract knows for a raw request path, in the contract's order."""
        segments = path.split("/")
        routes = self._routes.get(len(segments), ())
        return tuple(dict.fromkeys(op.method for op, parts in routes if _match(parts, segments) is not None))

    @cached_property
    def _routes(self) -> Mapping[int, list[tuple[Operation, list[str]]]]:
        """By number of segments: the operations with their split templates, those with more literal segments first."""
        routes: dict[int, list[tuple[Operation, list[str]]]] = {}
        for operation in sorted(self.operations.values(), key=lambda each: each.path.count("{")):
            parts = operation.path.split("/")
            routes.setdefault(len(parts), []).append((operation, parts))
        return routes


def body_properties(contract: Contract, operation: Operation) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The writable properties of an operation's body: name to (pointer of its schema, the schema)."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for content in operation.body[:1]:
        if content.pointer is not None:
            pointer, schema = pointers.follow(contract.document, content.pointer)
            for name in schema.get("properties", {}):
                at, inner = pointers.follow(contract.document, pointers.join(pointer, "properties", name))
                if not inner.get("readOnly"):
                    found[name] = (at, inner)
    return found


def _match(parts: list[str], segments: list[str]) -> dict[str, str] | None:
    args: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=True):
        if part.startswith("{"):
            args[part[1:-1]] = unquote(segment)
        elif part != segment:
            return None
    return args


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        base = pointers.join("#/paths", path)
        for method in item:
            if method in METHODS:
                yield _operation(document, pointers.join(base, method), method.upper(), path, item)


def _operation(
    document: Mapping[str, Any], pointer: str, method: str, path: str, item: Mapping[str, Any]
) -> Operation:
    raw = item[method.lower()]
    shared = [pointers.join("#/paths", path, "parameters", n) for n in range(len(item.get("parameters", ())))]
    own = [pointers.join(pointer, "parameters", n) for n in range(len(raw.get("parameters", ())))]
    body_pointer, body = _body(document, pointer, raw)
    replies = {
        int(status): _reply(document, pointers.join(pointer, "responses", status), int(status))
        for status in raw["responses"]
        if status.isdigit()
    }
    return Operation(
        id=raw["operationId"],
        method=method,
        path=path,
        pointer=pointer,
        summary=raw.get("summary", ""),
        companion=bool(raw.get("x-atlas-companion", False)),
        parameters=tuple(_parameter(document, each) for each in (*shared, *own)),
        body=tuple(_contents(body_pointer, body)),
        body_required=bool(body.get("required", False)),
        replies=replies,
        success=next(
            rule for status, rule in sorted(replies.items()) if HTTPStatus.OK <= status < REDIRECTED
        ),
        roles=tuple(raw.get("x-atlas-roles", ())),
        tag=next(iter(raw.get("tags", ())), ""),
        cli_names=tuple(_cli_names(raw.get("x-atlas-cli", {}))),
    )


def _cli_names(raw: Mapping[str, Any]) -> Iterator[str]:
    if "command" in raw:
        yield raw["command"]
    yield from raw.get("aliases", ())


def _body(document: Mapping[str, Any], pointer: str, raw: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    if "requestBody" not in raw:
        return pointer, {}
    return pointers.follow(document, pointers.join(pointer, "requestBody"))


def _parameter(document: Mapping[str, Any], pointer: str) -> Parameter:
    pointer, raw = pointers.follow(document, pointer)
    schema_pointer, schema = pointers.follow(document, pointers.join(pointer, "schema"))
    place = Place(raw["in"])
    return Parameter(raw["name"], place, bool(raw.get("required")), schema_pointer, schema)


def _contents(pointer: str, raw: Mapping[str, Any]) -> Iterator[Content]:
    for media_type, content in raw.get("content", {}).items():
        at = pointers.join(pointer, "content", media_type, "schema")
        yield Content(media_type, at if "schema" in content else None)


def _reply(document: Mapping[str, Any], pointer: str, status: int) -> ReplyRule:
    pointer, raw = pointers.follow(document, pointer)
    headers = (
        _header(document, pointers.join(pointer, "headers", name), name) for name in raw.get("headers", ())
    )
    optional = bool(raw.get("x-atlas-body-optional", False))
    return ReplyRule(status, pointer, tuple(_contents(pointer, raw)), tuple(headers), optional)


def _header(document: Mapping[str, Any], pointer: str, name: str) -> HeaderRule:
    pointer, raw = pointers.follow(document, pointer)
    schema_pointer, schema = pointers.follow(document, pointers.join(pointer, "schema"))
    example = raw.get("example", schema.get("const", schema.get("example")))
    return HeaderRule(name, bool(raw.get("required")), schema_pointer, schema, example)


def _behaviour(entry: Mapping[str, Any]) -> Behaviour:
    operations = entry.get("operations", "all")
    return Behaviour(
        id=entry["id"],
        statement=entry["statement"],
        source=Source(entry["source"]),
        evidence=tuple(entry.get("evidence", ())),
        operations=() if operations == "all" else tuple(operations),
        reply=entry.get("reply"),
        values=entry.get("values", {}),
    )
