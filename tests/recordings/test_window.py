"""A window reads any JSON as the whole text would be read, in whatever parts the text comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.errors import BadInput
from atlas_contract.recordings.entries import entries
from atlas_contract.recordings.window import Window

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)
OBJECTS = st.lists(
    st.dictionaries(st.text(max_size=5).filter(lambda name: name != "log"), VALUES, max_size=3)
)


def parts(text: str, sizes: list[int]) -> Iterator[str]:
    """The text in parts of these sizes, over and over."""
    at = turn = 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        yield text[at : at + size]
        at, turn = at + size, turn + 1


@given(
    OBJECTS.filter(bool),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_values_are_those_of_the_whole_text(
    values: list[Any], sizes: list[int], ascii_only: Any, indent: Any
) -> None:
    """As a list, one after the other, and as the entries of an archive."""
    for text in (
        json.dumps(values, ensure_ascii=ascii_only, indent=indent),
        "\n".join(json.dumps(each, ensure_ascii=ascii_only, indent=indent) for each in values),
        json.dumps({"log": {"version": "1.2", "n": -1.5e300, "entries": values}, "end": 12}, indent=indent),
    ):
        found = [value for value, _ in entries(Window(parts(text, sizes), "text"))]
        assert found == values


@given(OBJECTS.filter(bool), st.lists(st.integers(1, 40), min_size=1, max_size=5), st.data())
def test_a_text_cut_anywhere_is_refused(values: list[Any], sizes: list[int], data: st.DataObject) -> None:
    """A list is never taken for whole that is not, and nothing but BadInput comes of it."""
    text = json.dumps(values)
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(BadInput):
        list(entries(Window(parts(text[:cut], sizes), "text")))


@given(st.text(), st.lists(st.integers(1, 9), min_size=1, max_size=3))
def test_any_text_is_read_or_refused(text: str, sizes: list[int]) -> None:
    """Nothing but BadInput, and that only where Python's own reader refuses the text, too."""
    try:
        list(entries(Window(parts(text, sizes), "text")))
    except BadInput as refused:
        assert refused.where.startswith("text, line ")  # noqa: PT017


def test_only_one_value_at_a_time_is_held() -> None:
    """Of a text of a million characters the window asks for more only when it has given what it has."""
    asked = 0

    def endless() -> Iterator[str]:
        nonlocal asked
        yield "["
        while True:
            asked += 1
            yield '{"a": 1},'

    found = entries(Window(endless(), "text"))
    for _ in range(1000):
        next(found)
    assert asked < 1010
