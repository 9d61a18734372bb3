"""What the templates make of contracts that use more of OpenAPI than Atlas's snapshots do."""

from __future__ import annotations

import copy
import datetime as dt
import importlib.util
import sys
import uuid
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.client_view import client_view

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

JSON = "application/json"
THING = {
    "type": "object",
    "description": 'A "thing" with \\N odd """ text.',
    "required": ["maybe", "id"],
    "x-atlas-essential": ["maybe"],
    "additionalProperties": {"type": "integer"},
    "properties": {
        "maybe": {"type": ["string", "null"]},
        "id": {"type": "string", "format": "uuid"},
        "day": {"type": "string", "format": "date"},
        "size": {"type": "number"},
        "level": {"$ref": "#/components/schemas/Level"},
        "either": {"type": ["string", "integer"]},
        "field": {"type": "string"},
        "limited": {"type": "boolean"},
        "secret": {"type": "string", "format": "password"},
        "anything": {},
    },
}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things/{name}": {
            "put": {
                "operationId": "putThing",
                "parameters": [
                    {
                        "name": "name",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "maxLength": 3},
                    },
                    {"name": "level", "in": "query", "schema": {"$ref": "#/components/schemas/Level"}},
                    {"name": "X-Note", "in": "header", "schema": {"type": "string", "minLength": 2}},
                ],
                "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": {
                    "2XX": {
                        "description": "d",
                        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "default": {"description": "d"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": THING,
            "Level": {"type": "integer", "enum": [1, 2]},
            "Order": {
                "type": "object",
                "required": ["parts"],
                "properties": {"parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}},
            },
            "Part": {"type": "object", "properties": {"weight": {"type": "number", "maximum": 2.5}}},
            "ApiError": {"type": "object", "properties": {"error": {"type": "integer"}}},
        }
    },
}


def rendered(contract: dict[str, Any], folder: Path) -> Path:
    """The client of a contract, written into an empty folder."""
    from generation.formatting import format_tree
    from generation.render import render_client

    package = folder / "things"
    render_client(client_view(contract), package, ROOT / "scripts" / "client_templates", [])
    format_tree(package)
    return package


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The client of the contract above, imported under a name of its own."""
    package = rendered(CONTRACT, tmp_path_factory.mktemp("other"))
    found = importlib.util.spec_from_file_location(
        "things_client", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["things_client"] = module
    found.loader.exec_module(module)
    importlib.import_module("things_client.api.default.put_thing")
    return module


def module(name: str) -> Any:
    """A module of that client."""
    return importlib.import_module(f"things_client.{name}")


def read(body: dict[str, Any], status: int = 200) -> Any:
    """What the client makes of a reply."""
    return module("api.default.put_thing").parse_response(httpx.Response(status, json=body)).parsed


@pytest.mark.usefixtures("things")
def test_every_kind_of_member_is_read_and_written_back() -> None:
    """UUIDs, days, numbers, whole-number enums, unions, and members of a typed rest."""
    body = {
        "maybe": None,
        "id": str(uuid.UUID(int=7)),
        "day": "2026-01-02",
        "size": 2,
        "level": 9,
        "either": 3,
        "n": 1,
    }
    thing = read(body)
    assert thing.maybe is None
    assert (thing.id, thing.day, thing.size) == (uuid.UUID(int=7), dt.date(2026, 1, 2), 2.0)
    assert (thing.level, thing.level.is_known, thing.additional_properties) == (9, False, {"n": 1})
    assert repr(thing.level) == "<Level unknown: 9>"
    assert copy.deepcopy(thing) == thing
    assert thing.to_dict() == body


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"id": "x"}, "/id"),
        ({"day": "2026-1-2"}, "/day"),
        ({"day": "2026-13-01"}, "/day"),
        ({"size": "1"}, "/size"),
        ({"limited": 1}, "/limited"),
        ({"level": True}, "/level"),
        ({"either": []}, "/either"),
        ({"maybe": 1}, "/maybe"),
        ({"n/m": "x"}, "/n~1m"),
    ],
)
def test_another_type_is_named_by_its_pointer(members: dict[str, Any], pointer: str) -> None:
    """Members of the typed rest included."""
    with pytest.raises(module("errors").UnexpectedBody) as caught:
        read({"maybe": "x", **members})
    assert caught.value.pointer == pointer


@pytest.mark.usefixtures("things")
def test_secrets_stay_out_of_the_repr() -> None:
    """A member of the format `password` is not shown."""
    assert "hunter2" not in repr(read({"maybe": "x", "secret": "hunter2"}))


@pytest.mark.usefixtures("things")
def test_ranges_and_defaults_of_statuses_are_kept_apart() -> None:
    """A range is a success, the default is an error, and a redirect is neither."""
    assert type(read({"maybe": "x"}, 299)).__name__ == "Thing"
    assert type(read({"error": 1}, 418)).__name__ == "ApiError"
    with pytest.raises(module("errors").UnexpectedStatus):
        read({}, 302)


@pytest.mark.usefixtures("things")
def test_headers_queries_and_nested_bodies_are_held_to_their_limits() -> None:
    """A length, a header, a part deep in the body."""
    build, models = module("api.default.put_thing").build_request, module("models")
    refused = module("errors").BadArgument
    request = build("a b", level=models.Level(2), x_note="yes")
    assert (request["url"], request["params"]) == ("/things/a%20b", {"level": 2})
    assert request["headers"] == {"Accept": JSON, "X-Note": "yes"}
    assert build("a", body=models.Order(parts=[models.Part(weight=2.5)]))["json"] == {
        "parts": [{"weight": 2.5}]
    }
    heavy = models.Order(parts=[models.Part(weight=2.6)])
    for name, arguments in (("long", {}), ("a", {"x_note": "n"}), ("a", {"body": heavy})):
        with pytest.raises(refused):
            build(name, **arguments)


def changed(place: list[Any], value: Any) -> dict[str, Any]:
    """The contract with another value at a place."""
    contract = copy.deepcopy(CONTRACT)
    holder: Any = contract
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    return contract


PUT = ["paths", "/things/{name}", "put"]
REFS = [{"$ref": "#/components/schemas/Thing"}, {"$ref": "#/components/schemas/ApiError"}]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (
            [*PUT, "responses", "2XX", "content", JSON, "schema"],
            {"oneOf": REFS},
            "no member with a constant tells",
        ),
        ([*PUT, "parameters", 1, "in"], "cookie", "cookie parameters are not written"),
        (
            [*PUT, "responses", "2XX", "content"],
            {"text/plain": {"schema": {"type": "string"}}},
            "text/plain is not read",
        ),
        ([*PUT, "requestBody", "content"], {"application/octet-stream": {"schema": {}}}, "is not written"),
        (["components", "schemas", "Part", "properties", "x"], {"enum": ["a", "A"]}, "Duplicate key"),
        ([*PUT, "parameters", 0, "name"], "nome", "Incorrect path templating"),
    ],
)
def test_what_the_client_cannot_express_stops_the_generation(
    tmp_path: Path, place: list[Any], value: Any, said: str
) -> None:
    """Nothing of the contract is left out in silence."""
    with pytest.raises(BadInput) as caught:
        rendered(changed(place, value), tmp_path)
    assert said in str(caught.value)
