"""The contract as the client's generator sees it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from atlas_contract.spec.client_view import client_view
from atlas_contract.spec.effective import compose


@pytest.fixture
def schemas(spec_dir: Path) -> dict[str, Any]:
    """The component schemas of the view of the small contract."""
    found: dict[str, Any] = client_view(compose(spec_dir))["components"]["schemas"]
    return found


def test_the_effective_contract_stays_as_it_is(spec_dir: Path) -> None:
    """The view is a copy all the way down."""
    document = compose(spec_dir)
    before = copy.deepcopy(document)
    client_view(document)
    assert document == before


def test_only_essential_members_of_replies_stay_required(schemas: dict[str, Any]) -> None:
    """Where nothing is called essential, what tells the variants apart is."""
    assert schemas["BoxKite"]["required"] == ["id", "kind"]
    assert schemas["FlatKite"]["required"] == ["kind"]
    assert schemas["ApiError"]["required"] == ["error"]


def test_variants_are_flattened_and_their_base_is_gone(schemas: dict[str, Any]) -> None:
    """Each variant has the members of its base, and nothing refers to the base any more."""
    assert list(schemas["FlatKite"]["properties"]) == ["id", "colour", "kind", "maker"]
    assert "KiteBase" not in schemas


def test_constants_stay_only_where_they_tell_variants_apart(schemas: dict[str, Any]) -> None:
    """A reply is not refused for another value of any other member."""
    assert schemas["FlatKite"]["properties"]["kind"]["const"] == "flat"
    assert "const" not in schemas["FlatKite"]["properties"]["maker"]


def test_every_error_reply_is_the_common_error(spec_dir: Path) -> None:
    """A documented error without a body is read as an error that may lack one."""
    reply = client_view(compose(spec_dir))["paths"]["/kites/{kiteId}"]["get"]["responses"]["404"]
    assert reply["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/ApiError"}}}


def test_the_wrapping_parameter_is_left_out(spec_dir: Path) -> None:
    """What changes the shape of the reply cannot be offered by a typed client."""
    parameters = client_view(compose(spec_dir))["paths"]["/kites/{kiteId}"]["get"]["parameters"]
    assert parameters == [{"$ref": "#/components/parameters/kiteId"}]


def test_descriptions_say_limits_values_and_evidence(spec_dir: Path) -> None:
    """What is allowed, which values are known, and how we know it."""
    view = client_view(compose(spec_dir))
    members = view["components"]["schemas"]["BoxKite"]["properties"]
    assert members["cells"]["description"] == "Allowed: at least 1."
    assert members["colour"]["description"] == "Known values: red, darkBlue, green."
    assert view["components"]["parameters"]["kiteId"]["description"] == "Id. Allowed: matching ^k.$."


def test_members_of_enums_get_readable_names(schemas: dict[str, Any]) -> None:
    """The generator splits these names at their capitals."""
    assert schemas["Colour"]["x-enum-varnames"] == ["red", "darkBlue", "green"]


def test_requests_keep_what_is_required_and_lose_what_only_the_server_writes(spec_dir: Path) -> None:
    """The client is strict about what it sends."""
    document = compose(spec_dir)
    document["components"]["schemas"]["Order"] = {
        "type": "object",
        "required": ["size"],
        "properties": {"size": {"type": "integer"}, "links": {"type": "string", "readOnly": True}},
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
    document["paths"]["/kites/{kiteId}"]["get"]["requestBody"] = {"content": content}
    order = client_view(document)["components"]["schemas"]["Order"]
    assert order["required"] == ["size"]
    assert list(order["properties"]) == ["size"]
