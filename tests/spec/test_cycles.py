"""Schemas that contain themselves."""

from __future__ import annotations

from typing import Any

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec import cycles
from atlas_contract.spec.documents import Document


def document(**schemas: Any) -> Document:
    """A document with these schemas."""
    return Document(
        "kites.yaml", {"components": {"schemas": schemas}}, {"": 1, "/components/schemas/Kite": 7}
    )


def to(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    "schemas",
    [
        {"Kite": to("Kite")},
        {"Kite": to("Other"), "Other": to("Kite")},
        {"Kite": {"allOf": [{"type": "object"}, to("Kite")]}},
        {"Kite": {"oneOf": [to("Other")]}, "Other": {"anyOf": [to("Kite")]}},
    ],
)
def test_a_circle_is_refused_with_its_place(schemas: dict[str, Any]) -> None:
    """No value could ever be held against such a schema."""
    source = document(**schemas)
    with pytest.raises(BadInput, match="contains itself") as refused:
        cycles.check(source.content, source)
    assert "kites.yaml" in refused.value.where


@pytest.mark.parametrize(
    "schemas",
    [
        {"Kite": {"properties": {"tail": to("Kite")}}},
        {"Kite": {"items": to("Kite")}},
        {"Kite": {"allOf": [to("Base"), to("Base")]}, "Base": {}},
        {"Kite": {"properties": {"$ref": {"type": "string"}, "allOf": to("Base")}}, "Base": {}},
    ],
)
def test_a_tree_is_fine(schemas: dict[str, Any]) -> None:
    """What goes a step into the value, or comes to the same place by two ways, is no circle."""
    source = document(**schemas)
    cycles.check(source.content, source)
