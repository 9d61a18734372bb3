"""Clauses in words: a person learns from the title what a pointer is about."""

from __future__ import annotations

import pytest
from tests.changing import changed

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.titles import title_of


@pytest.mark.parametrize(
    ("clause", "title"),
    [
        (
            "#/components/schemas/SnapshotRequest/properties/retentionInDays/minimum",
            "SnapshotRequest.retentionInDays: minimum 1",
        ),
        ("#/components/schemas/SnapshotPage/properties/results/items/$ref", "SnapshotPage.results.[]: $ref"),
        ("#/components/headers/Server/required", "Server: required"),
        ("#/components/headers/Server/schema", "Server: an allowed value"),
        ("#/components/schemas/Nothing/type", "Nothing: type"),
        ("one-unfinished-at-a-time", None),
    ],
)
def test_a_title_says_what_and_how(contract: Contract, clause: str, title: str | None) -> None:
    """The component, the property and the keyword with its value; of a behaviour its statement."""
    found = title_of(contract, clause)
    assert found.startswith(title) if title else found == contract.behaviour(clause).statement


def test_a_clause_of_an_operation_names_it(contract: Contract) -> None:
    """By its id, not by the path that the pointer spells."""
    clause = pointers.join(contract.main.pointer, "responses")
    assert title_of(contract, clause) == f"{contract.main.id}: a documented status"


def test_a_long_value_is_cut(contract: Contract) -> None:
    """No title fills the page."""
    long = changed(contract, "components", "schemas", Thing={"enum": ["x" * 500]})
    assert len(title_of(long, "#/components/schemas/Thing/enum")) < 120
