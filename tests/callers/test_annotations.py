"""When the values of one type belong to another."""

from __future__ import annotations

import pytest

from atlas_contract.callers.annotations import fits, names

BASES = {"Status": "str"}


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("str", "str"),
        ("str", "str | Unset"),
        ("Unset | str", "str | Unset"),
        ("int", "float"),
        ("str", "Any"),
        ("str", ""),
        ("Status", "str"),
        ('Literal["a"]', "str"),
        ('Literal["a"]', 'Literal["b", "a"]'),
        ("Literal[1]", "int | None"),
        ("list[str]", "list[str | int]"),
        ("dict[str, int]", "dict[str, float]"),
        ("Response[A | None]", "Response[None | B | A]"),
        ("list[list[Status]]", "list[list[str]]"),
    ],
)
def test_a_narrower_type_fits(narrow: str, wide: str) -> None:
    """And the wider one does not fit back, unless both say the same."""
    assert fits(narrow, wide, BASES)
    assert fits(wide, narrow, BASES) is (set(narrow.split(" | ")) == set(wide.split(" | ")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("str", "int"),
        ("Status", "int"),
        ("list[str]", "list[int]"),
        ("list[str]", "set[str]"),
        ("str |", "str"),
        ("bool", "int"),
    ],
)
def test_strangers_do_not_fit(one: str, other: str) -> None:
    """Neither way, and not even where one is no annotation."""
    assert not fits(one, other, BASES)
    assert not fits(other, one, BASES)


def test_names_are_found_at_any_depth() -> None:
    """What is no annotation has none."""
    assert names("dict[str, list[A | B.C]] | None") == {"dict", "str", "list", "A", "B"}
    assert names("a b") == set()
