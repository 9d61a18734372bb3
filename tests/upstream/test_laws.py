"""What holds for every document: its order, its form and its size do not matter."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.upstream.conftest import Full
from tests.upstream.test_differences import EDITS

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, parse
from atlas_contract.upstream import Difference, compare


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same value with the members of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(each, chance) for each in value] if isinstance(value, list) else value


def edited(full: Full, names: list[str]) -> Document:
    """A document with the edits that go together; one that needs what another took away is left out."""

    def edit(content: dict[str, Any]) -> None:
        for name in names:
            try:
                EDITS[name][0](content)
            except (KeyError, ValueError):
                continue

    return full(edit, operations=12)


def found(fragment: Document, full: Document) -> set[Difference]:
    """Everything that is told differently."""
    return set(compare(fragment, full).differences)


@settings(max_examples=30)
@given(names=st.lists(st.sampled_from(sorted(EDITS)), max_size=6, unique=True), seed=st.integers(0, 2**16))
def test_order_does_not_matter(fragment: Document, full: Full, names: list[str], seed: int) -> None:
    """A document whose members stand in another order differs in the same ways."""
    document = edited(full, names)
    other = Document(document.name, shuffled(document.content, random.Random(seed)))
    assert found(fragment, other) == found(fragment, document)


@settings(max_examples=5)
@given(names=st.lists(st.sampled_from(sorted(EDITS)), max_size=6, unique=True))
def test_json_and_yaml_are_the_same(fragment: Document, full: Full, names: list[str]) -> None:
    """The same document read from either form differs in the same ways."""
    content = edited(full, names).content
    from_json = parse(json.dumps(content), "full.json")
    from_yaml = parse(yaml.dump(content, Dumper=yaml.CSafeDumper), "full.yaml")
    assert found(fragment, from_json) == found(fragment, from_yaml)


@settings(max_examples=10)
@given(more=st.integers(0, 60))
def test_the_rest_of_the_document_does_not_matter(fragment: Document, full: Full, more: int) -> None:
    """However many operations stand around ours, the differences are the same."""
    edit = EDITS["a new kind"][0]
    assert found(fragment, full(edit, operations=10 + more)) == found(fragment, full(edit, operations=10))


def places(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a value but its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*pointer, key)
        yield from places(each, (*pointer, key))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("#/paths"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["$ref", "type", "oneOf", "enum", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def refused_at(fragment: Document, full: Document) -> str:
    """Where a document is refused, "" where it is compared."""
    try:
        found(fragment, full)
    except BadInput as error:
        return error.where
    return ""


@settings(max_examples=200)
@given(data=st.data(), junk=JUNK)
def test_no_junk_anywhere_in_the_document_is_a_crash(
    fragment: Document, full: Full, data: st.DataObject, junk: Any
) -> None:
    """A value of any kind in place of any other is a difference, none at all, or refused with its place."""

    def edit(content: dict[str, Any]) -> None:
        *way, last = data.draw(st.sampled_from(list(places(content))))
        holder = content
        for key in way:
            holder = holder[key]
        holder[last] = junk

    assert refused_at(fragment, full(edit, operations=11)).partition(",")[0] in ("", "full.json")
