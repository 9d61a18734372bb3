"""Composing the contract folder."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import load
from atlas_contract.spec.effective import compose
from atlas_contract.spec.files import FRAGMENT
from atlas_contract.spec.standard import check_standard


def edit(path: Path, old: str, new: str) -> None:
    """Replaces one text in a file that must hold it."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_effective_contract_has_overlay_behaviours_and_provenance(spec_dir: Path) -> None:
    """The overlay's change is in, and the extensions say why and what else is promised."""
    document = compose(spec_dir)
    assert document["components"]["schemas"]["Colour"]["enum"] == ["red", "darkBlue", "green"]
    assert document["x-atlas-behaviours"][0]["id"] == "kites-fly"
    assert document["x-atlas-provenance"]["#/components/schemas/Colour/enum/2"]["date"] == "2026-01-02"


def test_composing_twice_gives_the_same_bytes(spec_dir: Path) -> None:
    """Order included."""
    assert json.dumps(compose(spec_dir)) == json.dumps(compose(spec_dir))


def test_the_small_contract_is_valid_openapi(spec_dir: Path) -> None:
    """The fixture itself holds up to the standard."""
    check_standard(compose(spec_dir), load(spec_dir / FRAGMENT))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schemas/Kite'}", "schemas/Kiite'}", "did you mean 'Kite'?"),
        ("box: '#/components/schemas/BoxKite'", "box: '#/components/schemas/Box'", "did you mean 'BoxKite'?"),
        ("operationId: getKite", "summary: x", "`operationId` is None"),
        ("openapi: 3.1.0", "openapi: 3.0.3", "expected: a version 3.1.x"),
        ("$ref: '#/components/parameters/kiteId'", "$ref: 'other.yaml#/x'", "leaves the document"),
        ("  /kites/{kiteId}:\n    get:", "  /a: 1\n  /kites/{kiteId}:\n    get:", "the path is 1"),
    ],
)
def test_a_flaw_of_the_fragment_is_named_with_its_line(spec_dir: Path, old: str, new: str, said: str) -> None:
    """What is wrong, on which line, and the nearest name that exists."""
    edit(spec_dir / FRAGMENT, old, new)
    with pytest.raises(BadInput) as caught:
        compose(spec_dir)
    assert said in str(caught.value)
    assert "line" in caught.value.where


def test_two_operations_of_one_id_are_refused(spec_dir: Path) -> None:
    """Ids name cases and checks, so they must be unique."""
    post = "    post: {operationId: getKite, responses: {}}\n"
    edit(spec_dir / FRAGMENT, "    get:\n", post + "    get:\n")
    with pytest.raises(BadInput, match="'getKite' is used twice"):
        compose(spec_dir)


def test_a_reference_inside_an_example_is_only_a_value(spec_dir: Path) -> None:
    """Examples, constants and defaults hold data, not references."""
    edit(spec_dir / FRAGMENT, "cells: {type: integer,", "cells: {example: {$ref: nowhere}, type: integer,")
    compose(spec_dir)


def test_a_property_may_be_called_like_a_keyword(spec_dir: Path) -> None:
    """A member called `example` is looked into like any other."""
    edit(spec_dir / FRAGMENT, "cells: {type", "example: {$ref: '#/gone'}\n        cells: {type")
    with pytest.raises(BadInput, match="#/gone leads nowhere"):
        compose(spec_dir)


@pytest.mark.parametrize(
    ("old", "new"), [("type: integer, minimum: 1", "type: intege"), ("in: path", "in: pth")]
)
def test_invalid_openapi_is_refused_with_its_place(spec_dir: Path, old: str, new: str) -> None:
    """What the standard does not allow is named with line and pointer."""
    edit(spec_dir / FRAGMENT, old, new)
    with pytest.raises(BadInput, match=r"not valid OpenAPI 3\.1") as caught:
        check_standard(compose(spec_dir), load(spec_dir / FRAGMENT))
    assert "line" in caught.value.where


SCHEMAS = "/components/schemas"
MAKER = "{type: string, const: us}"


@pytest.mark.parametrize(
    ("flaw", "line", "pointer", "said"),
    [
        (
            ("integer, minimum: 1", "intege"),
            42,
            f"{SCHEMAS}/BoxKite/properties/cells/type",
            "did you mean 'integer'?",
        ),
        (
            ("minimum: 1", "minimum: one"),
            42,
            f"{SCHEMAS}/BoxKite/properties/cells/minimum",
            "'one' is not of type",
        ),
        (
            ("default: false", "default: x"),
            10,
            "/get/parameters/1/schema/default",
            "'x' is not of type 'boolean'",
        ),
        (
            ("required: [kind, cells]", "required: kind"),
            39,
            f"{SCHEMAS}/BoxKite/required",
            "not of type 'array'",
        ),
        (
            (MAKER, "{type: array, items: {properties: {x: {type: strin}}}}"),
            48,
            f"{SCHEMAS}/FlatKite/properties/maker/items/properties/x/type",
            "did you mean 'string'?",
        ),
        (
            (MAKER, "{allOf: [3]}"),
            48,
            f"{SCHEMAS}/FlatKite/properties/maker/allOf/0",
            "3 is not of type 'object'",
        ),
        (("{kiteId}:", "{kite}:"), 5, "/paths/~1kites~1{kite}", "'kite'"),
        (("description: The kite.", "descriptio: x"), 12, "/get/responses/200", "a required property"),
    ],
)
def test_a_flaw_inside_a_schema_is_named_with_line_and_pointer(
    spec_dir: Path, flaw: tuple[str, str], line: int, pointer: str, said: str
) -> None:
    """However deep it lies, and also where the validator itself forgets the place."""
    edit(spec_dir / FRAGMENT, *flaw)
    with pytest.raises(BadInput, match=r"not valid OpenAPI 3\.1") as caught:
        check_standard(compose(spec_dir), load(spec_dir / FRAGMENT))
    assert f"line {line}, at /" in caught.value.where
    assert caught.value.where.endswith(pointer)
    assert said in str(caught.value)


def test_a_part_called_schema_is_no_schema(spec_dir: Path) -> None:
    """Parameters and headers may have any name."""
    edit(
        spec_dir / FRAGMENT,
        "  parameters:\n    kiteId:",
        "  parameters:\n    schema: {name: x, in: query, schema: {}}\n    kiteId:",
    )
    check_standard(compose(spec_dir), load(spec_dir / FRAGMENT))


def test_validation_leaves_the_document_alone(spec_dir: Path) -> None:
    """Checking is reading."""
    document = compose(spec_dir)
    before = copy.deepcopy(document)
    check_standard(document, load(spec_dir / FRAGMENT))
    assert document == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("operationId: getKite", "operationId: getKite\n      x-atlas-companion: true", "0 operations"),
        ("servers: [{url: https://kites.example}]", "servers: []", "names no server"),
        (
            "servers: [{url: https://kites.example}]",
            "externalDocs: {url: https://x.example}",
            "names no server",
        ),
    ],
)
def test_a_contract_without_a_purpose_is_refused(spec_dir: Path, old: str, new: str, words: str) -> None:
    """Just one operation is the main one, and a server is named; the mock and the suite rely on both."""
    fragment = spec_dir / "atlas-snapshots.yaml"
    fragment.write_text(fragment.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=words) as caught:
        compose(spec_dir)
    assert "atlas-snapshots.yaml" in caught.value.where
