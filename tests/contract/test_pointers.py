"""JSON pointers lead where they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.contract import pointers


@given(st.lists(st.text()))
def test_split_undoes_join(tokens: list[str]) -> None:
    """Any tokens survive a trip through a pointer, slashes and tildes included."""
    assert pointers.split(pointers.join("#", *tokens)) == tokens


def test_get_walks_objects_and_lists() -> None:
    """A pointer's tokens are keys of objects and indices of lists."""
    assert pointers.get({"a/b": [{"c": 1}]}, "#/a~1b/0/c") == 1


@pytest.mark.parametrize("pointer", ["#/x", "#/a/9", "#/a/x", "#/a/0/1/2"])
def test_get_refuses_a_pointer_that_leads_nowhere(pointer: str) -> None:
    """A dangling pointer is a lookup error, whatever it dangles from."""
    with pytest.raises(LookupError):
        pointers.get({"a": [1]}, pointer)


def test_follow_ends_at_what_the_references_mean() -> None:
    """A chain of references ends at its last target."""
    document = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/c"}, "c": {"type": "string"}}
    assert pointers.follow(document, "#/a") == ("#/c", {"type": "string"})
