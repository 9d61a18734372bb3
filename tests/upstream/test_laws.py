"""What holds for every document: its order, its form and its size do not matter."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_contract.spec.accepted import read
from atlas_contract.spec.documents import Document, parse
from atlas_contract.upstream import FACTS, Difference, compare, sort
from tests.upstream.conftest import ROOT, Full
from tests.upstream.test_differences import EDITS


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


def test_the_declarations_of_this_project_can_be_read() -> None:
    """Each says why, whose it is and until when; none of them covers a difference that nobody has seen."""
    declared = read(Path(ROOT) / "spec" / "upstream.yaml", FACTS)
    strange = Difference("takeGroupClusterBackupSnapshots", "reply 200 > x", "#/x", "property", "", "string")
    assert declared
    assert sort([strange], declared, date.min).undeclared
