"""Our operations in a document that calls them otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document
from atlas_contract.upstream import How, compare
from atlas_contract.upstream.operations import matched, operations
from atlas_contract.upstream.side import Side

OURS: dict[str, dict[str, Any]] = {
    "/kites/{kiteId}": {
        "get": {"operationId": "getKite", "x-atlas-cli": {"command": "getOne", "aliases": ["fly"]}}
    },
    "/kites": {"get": {"operationId": "listKites"}, "post": {"operationId": "buildKite"}},
}


def told(paths: dict[str, Any]) -> Document:
    """A document with these paths."""
    return Document("kites.json", {"openapi": "3.0.1", "paths": paths, "components": {}})


def how(theirs: dict[str, Any]) -> list[tuple[str, str, How | None]]:
    """Which of ours was found as which of theirs, and how."""
    ours, other = operations(Side(told(OURS))), operations(Side(told(theirs)))
    return [
        (match.ours.id, match.theirs.id if match.theirs else "", match.how) for match in matched(ours, other)
    ]


def test_method_and_path_are_the_surest() -> None:
    """An operation at our path is ours, whatever another one is called."""
    theirs = {**OURS, "/dragons": {"get": {"operationId": "getKite"}}}
    assert {each for _, _, each in how(theirs)} == {How.PATH}


@pytest.mark.parametrize(
    ("path", "method", "operation", "by"),
    [
        ("/kites/{kiteId}", "get", {"operationId": "readKite"}, How.PATH),
        ("/kites/{id}", "get", {"operationId": "readKite"}, How.TEMPLATE),
        ("/kites/{id}/", "get", {}, How.TEMPLATE),
        ("/v3/kites/{id}", "get", {"operationId": "getKite"}, How.ID),
        ("/v3/kites/{id}", "get", {"operationId": "g", "x-xgen-operation-id-override": "getKite"}, How.ID),
        ("/v3/kites/{id}", "put", {"operationId": "getOne"}, How.ALIAS),
        ("/v3/kites/{id}", "get", {"operationId": "g", "x-xgen-operation-id-override": "fly"}, How.ALIAS),
        ("/v3/kites/{id}", "get", {"operationId": "readKite"}, None),
    ],
)
def test_an_operation_is_found_by_the_next_best_means(
    path: str, method: str, operation: dict[str, Any], by: How | None
) -> None:
    """By path, else by path without names, else by operationId, else by what the Atlas CLI calls it."""
    (found,) = [each for each in how({path: {method: operation}}) if each[0] == "getKite"]
    assert found[2] is by


def test_no_operation_is_found_twice() -> None:
    """An operation that is taken by its path is nobody else's, even if it has another one's name."""
    found = how({"/kites": {"get": {"operationId": "buildKite"}}})
    assert found == [("getKite", "", None), ("listKites", "buildKite", How.PATH), ("buildKite", "", None)]


@pytest.mark.parametrize(
    ("paths", "pointer"),
    [
        ({"/kites": 3}, "/paths/~1kites"),
        ({"/kites": {"get": []}}, "/paths/~1kites/get"),
        ({"/kites": {"$ref": "#/components/pathItems/nowhere"}}, "/paths/~1kites/$ref"),
    ],
)
def test_what_is_no_path_or_operation_is_refused(paths: dict[str, Any], pointer: str) -> None:
    """The place is named."""
    with pytest.raises(BadInput) as refused:
        compare(told(OURS), told(paths))
    assert refused.value.where == f"kites.json, at {pointer}"


def test_extensions_beside_paths_and_operations_are_none() -> None:
    """What begins with `x-` is neither a path nor an operation."""
    theirs = {
        **OURS,
        "x-note": 3,
        "/kites/{kiteId}": {**OURS["/kites/{kiteId}"], "x-note": [], "summary": "S"},
    }
    assert len(operations(Side(told(theirs)))) == 3
