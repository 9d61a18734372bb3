"""What is cut out of a document is whole: no reference in it leads out of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.upstream.conftest import Full

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, pointer_of
from atlas_contract.spec.validity import references, resolve
from atlas_contract.upstream import cut

NAMES = [f"Kite{number}" for number in range(8)]
GET = pointer_of(["paths", "/kites", "get"])


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def kites(first: dict[str, Any], schemas: dict[str, Any]) -> Document:
    """A document whose only operation answers with one schema."""
    media = {"application/json": {"schema": first}}
    operation = {"operationId": "getKite", "responses": {"200": {"description": "K", "content": media}}}
    paths = {"/kites": {"get": operation, "parameters": []}, "/others": {"get": {"responses": {}}}}
    return Document("kites.json", {"openapi": "3.0.1", "paths": paths, "components": {"schemas": schemas}})


SCHEMAS = st.fixed_dictionaries(
    {
        name: st.one_of(
            st.fixed_dictionaries(
                {
                    "properties": st.dictionaries(
                        st.sampled_from(["$ref", "a", "b"]), st.sampled_from(NAMES).map(ref)
                    )
                }
            ),
            st.fixed_dictionaries({"allOf": st.lists(st.sampled_from(NAMES).map(ref), max_size=3)}),
            st.fixed_dictionaries(
                {"items": st.sampled_from(NAMES).map(ref), "example": st.just({"$ref": "no"})}
            ),
            st.fixed_dictionaries(
                {
                    "discriminator": st.fixed_dictionaries(
                        {
                            "propertyName": st.just("kind"),
                            "mapping": st.dictionaries(st.text(max_size=3), st.sampled_from(NAMES)),
                        }
                    )
                }
            ),
        )
        for name in NAMES
    }
)


@given(schemas=SCHEMAS, first=st.sampled_from(NAMES))
def test_a_slice_is_closed_under_references(schemas: dict[str, Any], first: str) -> None:
    """Every reference in a slice leads somewhere in it; and everything in it is as in the whole, at the same place."""
    whole = kites(ref(first), schemas)
    part = cut(whole, [GET])
    for _, reference in references(part.content, ""):
        assert resolve(part.content, reference) == resolve(whole.content, reference)


@given(schemas=SCHEMAS, first=st.sampled_from(NAMES))
def test_a_slice_of_a_slice_is_the_slice(schemas: dict[str, Any], first: str) -> None:
    """There is nothing more to cut off."""
    part = cut(kites(ref(first), schemas), [GET])
    assert cut(part, [GET]).content == part.content


def test_only_what_is_referred_to_is_kept(full: Full) -> None:
    """One operation of 540 takes the schemas of its own with it, and no others."""
    whole = full(operations=540)
    path = "/api/atlas/v2/groups/{groupId}/things7/{thingId}"
    part = cut(whole, [pointer_of(["paths", path, "patch"])])
    assert set(part.content["paths"]) == {path}
    assert set(part.content["components"]["schemas"]) == {f"Thing{number}" for number in range(8)}
    assert set(part.content["components"]["parameters"]) == {"groupId"}


@pytest.mark.parametrize(
    ("schemas", "told"),
    [
        ({"A": ref("B"), "B": ref("A")}, "leads in a circle"),
        ({"A": ref("A")}, "leads in a circle"),
        ({"A": {"items": ref("Nowhere")}}, "leads nowhere: there is no 'Nowhere'"),
        ({"A": {"$ref": "other.yaml#/A"}}, "leaves the document"),
        ({"A": {"$ref": 3}}, "leaves the document"),
        (
            {"A": {"discriminator": {"propertyName": "k", "mapping": {"x": "http://x.example/"}}}},
            "leaves the document",
        ),
    ],
)
def test_a_reference_that_never_reaches_a_value_is_refused(schemas: dict[str, Any], told: str) -> None:
    """Circles, dead ends and other documents are named with their place."""
    with pytest.raises(BadInput) as refused:
        cut(kites(ref("A"), schemas), [GET])
    assert told in str(refused.value)
    assert "kites.json, at /" in refused.value.where


def test_what_is_broken_elsewhere_is_nobodys_business() -> None:
    """A reference that leads nowhere does not matter outside of the slice."""
    part = cut(kites(ref("A"), {"A": {"type": "string"}, "B": ref("Nowhere")}), [GET])
    assert set(part.content["components"]["schemas"]) == {"A"}
