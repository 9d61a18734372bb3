"""Reading YAML and JSON with places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import ancestors, load, parse, parts_of, pointer_of


def test_dates_and_words_of_other_languages_stay_text() -> None:
    """Neither a date nor `no` is turned into something else."""
    content = parse("day: 2026-01-02\nanswer: no\nat: 12:30\n", "x.yaml").content
    assert content == {"day": "2026-01-02", "answer": "no", "at": "12:30"}


def test_scalars_follow_yaml_1_2() -> None:
    """Numbers, booleans and null are read; anything quoted is text."""
    content = parse('a: 1\nb: 1.5\nc: true\nd: null\ne: "1"\nf: ~\n404: x\n', "x.yaml").content
    assert content == {"a": 1, "b": 1.5, "c": True, "d": None, "e": "1", "f": None, "404": "x"}


def test_place_names_file_line_and_pointer() -> None:
    """A pointer the file has gives its own line; one below it gives the nearest line above."""
    document = parse("a:\n  b:\n    - x\n    - y\n", "f.yaml")
    assert document.place("/a/b/1") == "f.yaml, line 4, at /a/b/1"
    assert document.place("/a/b/1/c") == "f.yaml, line 4, at /a/b/1/c"
    assert document.place() == "f.yaml, line 1"


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "'a' appears twice (first on line 1)", "line 3"),
        ("a: [1\n", "not valid YAML", "line 2"),
        ("- 1\n", "the document holds a list", "line 1"),
        ("", "the document holds nothing", "line 1"),
        ("a: !include x\n", "the tag '!include' is not read", "line 1"),
        ("a: &x\n  b: *x\n", "an alias contains itself", "line 1"),
        ("a: {<<: {b: 1}}\n", "merge keys", "line 1"),
        ("? [a]\n: 1\n", "a key is a list or mapping", "line 1"),
        ("a: \x01\n", "not valid YAML", ""),
    ],
)
def test_bad_yaml_is_refused_with_its_line(text: str, said: str, line: str) -> None:
    """Each flaw is named, and so is the line it stands on."""
    with pytest.raises(BadInput) as caught:
        parse(text, "f.yaml")
    assert said in str(caught.value)
    assert caught.value.where.startswith("f.yaml")
    assert line in caught.value.where


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "{", "[]", "[" * 100_000])
def test_bad_json_is_refused(text: str) -> None:
    """Double keys, bad syntax, another top and endless nesting are all refused."""
    with pytest.raises(BadInput):
        parse(text, "f.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message says which file, and why."""
    with pytest.raises(BadInput, match=r"cannot read gone\.yaml: No such file"):
        load(tmp_path / "gone.yaml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are not guessed at."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: \xff\n")
    with pytest.raises(BadInput, match="it is not UTF-8"):
        load(path)


@given(st.lists(st.text() | st.integers(0, 9), max_size=5))
def test_a_pointer_leads_back_to_its_parts(parts: list[str | int]) -> None:
    """Escaping and unescaping are each other's inverse, and each parent is one part shorter."""
    pointer = pointer_of(parts)
    assert parts_of(pointer) == [str(part) for part in parts]
    assert len(list(ancestors(pointer))) == len(parts) + 1


@given(
    st.dictionaries(st.text("abc", min_size=1), st.none() | st.booleans() | st.integers() | st.text("xyz /~"))
)
def test_json_reads_alike_as_json_and_as_yaml(content: dict[str, object]) -> None:
    """JSON is YAML, so both ways of reading agree."""
    text = json.dumps(content)
    assert parse(text, "f.json").content == parse(text, "f.yaml").content == content
