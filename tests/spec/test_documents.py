"""Reading YAML and JSON with places."""

from __future__ import annotations

import json
import os
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


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        "{",
        "[]",
        "[" * 100_000,
        '{"a": ' + "[" * 101 + "]" * 101 + "}",
        '{"a": ' + "9" * 5_000 + "}",
    ],
)
def test_bad_json_is_refused(text: str) -> None:
    """Double keys, bad syntax, another top, endless nesting and endless numbers are all refused."""
    with pytest.raises(BadInput):
        parse(text, "f.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message says which file, and why."""
    with pytest.raises(BadInput, match=r"cannot read .*gone\.yaml: No such file"):
        load(tmp_path / "gone.yaml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are not guessed at."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"b: 1\na: \xff\n")
    with pytest.raises(BadInput, match="it is not UTF-8: byte 0xff on line 2"):
        load(path)


def laughs(levels: int, width: int = 10) -> str:
    """YAML of a few lines whose aliases unfold to `width` to the power of `levels`."""
    aliases = (", ".join([f"*l{level}"] * width) for level in range(levels - 1))
    lines = (f"l{level}: &l{level} [{row}]\n" for level, row in enumerate(aliases, 1))
    return "l0: &l0 x\n" + "".join(lines)


@pytest.mark.parametrize("levels", [12, 90])
def test_aliases_that_unfold_to_billions_are_refused_at_once(levels: int) -> None:
    """The message names the line of the value with which it becomes too much."""
    with pytest.raises(BadInput, match=r"each alias .* unfolded") as caught:
        parse(laughs(levels), "f.yaml")
    assert caught.value.where == "f.yaml, line 6"


def test_a_few_aliases_are_read(tmp_path: Path) -> None:
    """Each gives the value once more."""
    path = tmp_path / "x.yaml"
    path.write_text(laughs(4, 2))
    assert load(path).content["l2"] == [["x", "x"], ["x", "x"]]


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 200_000, "a:\n" + "".join(" " * n + "- \n" for n in range(1, 150))]
)
def test_endless_nesting_is_refused_with_its_line(text: str) -> None:
    """Where the C library would overrun its stack, a message names the line."""
    with pytest.raises(BadInput, match="nested too deeply") as caught:
        parse(text, "f.yaml")
    assert "f.yaml, line" in caught.value.where


def test_a_file_of_too_many_values_is_refused() -> None:
    """Also without any alias."""
    with pytest.raises(BadInput, match="more than 100,000 values") as caught:
        parse("a:\n" + "- 1\n" * 100_001, "f.yaml")
    assert caught.value.where == "f.yaml, line 100000"


def test_a_larger_document_is_read_where_it_is_expected(tmp_path: Path) -> None:
    """Both bounds can be widened for one file; then the wider ones hold."""
    path = tmp_path / "x.yaml"
    path.write_text("a:\n" + "- 1\n" * 100_001)
    assert len(load(path, most=200_000).content["a"]) == 100_001
    with pytest.raises(BadInput, match="and 100 is the most that is read"):
        load(path, largest=100, most=200_000)


def test_a_place_is_safe_to_print() -> None:
    """A key that would move a terminal's cursor is written as Python escapes it."""
    assert parse('"\\e[2J": 1\n', "f.yaml").place("/\x1b[2J") == "f.yaml, line 1, at /\\x1b[2J"


def test_a_gigantic_file_is_refused_unread(tmp_path: Path) -> None:
    """By its size alone: the file here is all hole."""
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(BadInput, match="1,099,511,627,776 bytes"):
        load(path)


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """A pipe, a device and a folder."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "device.yaml").symlink_to("/dev/zero")
    (tmp_path / "folder.yaml").mkdir()
    for name, kind in (("pipe", "a pipe"), ("device", "a pipe, socket or device"), ("folder", "a folder")):
        with pytest.raises(BadInput, match=f"it is {kind}") as caught:
            load(tmp_path / f"{name}.yaml")
        assert f"{name}.yaml" in caught.value.where


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
