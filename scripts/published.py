"""Makes a document of the size and shape of Atlas's full specification, with the operations of the fragment in it.

The operations are told in another dialect (OpenAPI 3.0), under other component names and in other words, as a
publisher would that never saw the fragment. Everything around them is made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.spec.schemas import flatten, followed
from atlas_contract.spec.validity import METHODS

FULL = 540
"""Operations of Atlas's own document in 2026, which has about 4 MB as YAML."""
SCHEMAS = "#/components/schemas/"
_WORDS = (
    "Human-readable label that tells one resource of this kind from the others, as the interface shows it. "
    "The service leaves this value out where the feature is not enabled for the organisation. "
    "To change it, the caller needs a role that may edit the resource, or one of the roles above it. "
    "Values that were set before the feature became generally available keep the form that they had. "
)


def published(fragment: Mapping[str, Any], operations: int = FULL) -> dict[str, Any]:
    """The full document with so many operations; those of the fragment come first, as far as they go."""
    teller = _Teller(fragment)
    paths: dict[str, Any] = {}
    for path, method, operation in list(_operations(fragment))[:operations]:
        paths.setdefault(path, {})[method] = teller.operation(operation)
    ours = sum(len(item) for item in paths.values())
    components = {
        "parameters": {name: teller.parameter(each) for name, each in _parts(fragment, "parameters")},
        "responses": {_lower(name): teller.response(each) for name, each in _parts(fragment, "responses")},
        "schemas": {teller.name(name): teller.component(name) for name, _ in _parts(fragment, "schemas")},
        "securitySchemes": fragment["components"]["securitySchemes"],
    }
    for number in range(operations - ours):
        paths.update(_filler_path(number))
        components["schemas"].update(_filler_schemas(number))
    document = {
        "openapi": "3.0.1",
        "info": {"title": "Published", "version": "2.0", "description": _WORDS},
        "servers": fragment["servers"],
        "security": [{"serviceAccount": []}, {"digestKey": []}],
        "tags": [{"name": "Everything", "description": _WORDS}],
        "paths": paths,
        "components": components,
    }
    return dict(json.loads(json.dumps(document)))  # nothing in it is the same object as anything else


class _Teller:
    """Tells parts of the fragment in OpenAPI 3.0, with other names, and enumerations written out at each use."""

    def __init__(self, fragment: Mapping[str, Any]) -> None:
        self._fragment = fragment

    def operation(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        told = {key: value for key, value in operation.items() if not key.startswith("x-atlas")}
        if told["security"] == [{"serviceAccount": []}, {"digestKey": []}]:
            del told["security"]  # as at the root
        told["description"] = _WORDS
        told["parameters"] = [self._reference(each) for each in operation["parameters"]]
        told["responses"] = {status: self._reference(each) for status, each in operation["responses"].items()}
        if "requestBody" in told:
            told["requestBody"] = self.response(told["requestBody"])
        return {
            **told,
            "x-xgen-owner-team": "Backup",
            "x-xgen-docs-url": f"https://docs.example/{told['operationId']}",
        }

    def parameter(self, parameter: Mapping[str, Any]) -> dict[str, Any]:
        return {**parameter, "description": _WORDS, "schema": self.schema(parameter["schema"])}

    def response(self, response: Mapping[str, Any]) -> dict[str, Any]:
        told = {**response, "description": "OK"}
        if "content" in told:
            told["content"] = {media: self._media(each) for media, each in told["content"].items()}
        return told

    def component(self, name: str) -> dict[str, Any]:
        schema = self._fragment["components"]["schemas"][name]
        if "discriminator" in schema:  # not as a union, but as a base whose discriminator knows its kinds
            kinds = schema["discriminator"]
            base = flatten(dict(self._fragment), followed(self._fragment, schema["oneOf"][0])["allOf"][0])
            mapping = {key: self._target(target) for key, target in kinds["mapping"].items()}
            told = self.schema(followed(self._fragment, base))
            tells = {"type": "string", "enum": list(kinds["mapping"]), "readOnly": True}
            told["properties"] = {**told["properties"], kinds["propertyName"]: tells}
            return {**told, "discriminator": {**kinds, "mapping": mapping}}
        return self.schema(flatten(dict(self._fragment), schema))

    def schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            target = followed(self._fragment, schema)
            if "enum" in target:
                return self.schema({**target, **{key: schema[key] for key in schema if key != "$ref"}})
            return {"$ref": self._target(schema["$ref"])}
        told = {key: value for key, value in schema.items() if not key.startswith("x-")}
        told["description"] = _WORDS
        if "const" in told:
            told["enum"] = [told.pop("const")]
        if "examples" in told:
            told["example"] = told.pop("examples")[0]
        if "items" in told:
            told["items"] = self.schema(told["items"])
        if "properties" in told:
            told["properties"] = {name: self.schema(each) for name, each in told["properties"].items()}
        return told

    def name(self, name: str) -> str:
        return f"Disk{name}View"

    def _media(self, media: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"x-xgen-version": "2023-01-01"}
        return {**told, "schema": self.schema(media["schema"])} if "schema" in media else told

    def _reference(self, node: Mapping[str, Any]) -> dict[str, Any]:
        kind, name = node["$ref"].split("/")[2:]
        return {"$ref": f"#/components/{kind}/{_lower(name) if kind == 'responses' else name}"}

    def _target(self, reference: str) -> str:
        return SCHEMAS + self.name(reference.removeprefix(SCHEMAS))


def _operations(fragment: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in fragment["paths"].items():
        yield from ((path, method, item[method]) for method in METHODS if method in item)


def _parts(fragment: Mapping[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return list(fragment["components"][kind].items())


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _filler_path(number: int) -> dict[str, Any]:
    media = {"application/json": {"schema": {"$ref": f"{SCHEMAS}Thing{number}"}}}
    named = {
        "name": "thingId",
        "in": "path",
        "required": True,
        "description": _WORDS,
        "schema": {"type": "string"},
    }
    operation = {
        "operationId": f"updateThing{number}",
        "summary": "Update one thing",
        "description": _WORDS * 2,
        "parameters": [{"$ref": "#/components/parameters/groupId"}, named],
        "requestBody": {"required": True, "content": media},
        "responses": {
            "200": {"description": "OK", "content": media},
            "404": {"description": "Gone"},
        },
        "x-xgen-owner-team": "Things",
    }
    return {f"/api/atlas/v2/groups/{{groupId}}/things{number}/{{thingId}}": {"patch": operation}}


def _filler_schemas(number: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        f"member{index}": {
            "type": "string",
            "description": _WORDS,
            "enum": ["ONE", "TWO", "THREE"],
            "readOnly": True,
        }
        for index in range(10)
    }
    properties["parent"] = {"$ref": f"{SCHEMAS}Thing{number}"}
    properties["next"] = {"$ref": f"{SCHEMAS}Thing{max(number - 1, 0)}"}
    return {f"Thing{number}": {"type": "object", "description": _WORDS, "properties": properties}}
