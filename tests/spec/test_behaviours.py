"""Reading behaviours.yaml."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.behaviours import check
from atlas_contract.spec.documents import Document, parse

GOOD = {"id": "a", "statement": "s", "source": "observed", "evidence": ["e"], "operations": "all"}


def test_behaviours_come_back_in_order_with_evidence_as_lists() -> None:
    """The entries are as written, but for one text of evidence, which becomes a list."""
    entries = [
        {**GOOD, "evidence": "one"},
        {**GOOD, "id": "b", "operations": ["getKite"], "values": {"x": 1}},
    ]
    found = check(Document("b.yaml", {"behaviours": entries}, {}), ["getKite"])
    assert found == [{**GOOD, "evidence": ["one"]}, entries[1]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "guessed"}, "`source` is 'guessed'"),
        ({"source": "infered"}, "did you mean 'inferred'?"),
        ({"operations": ["getKit"]}, "did you mean 'getKite'?"),
        ({"operations": []}, "`operations` is []"),
        ({"statment": "x"}, "did you mean 'statement'?"),
        ({"id": ""}, "`id` is ''"),
        ({"evidence": []}, "`evidence` is []"),
        ({"reply": 1}, "`reply` is 1"),
    ],
)
def test_a_bad_entry_is_refused(change: dict[str, Any], said: str) -> None:
    """The message names value, allowed values and the nearest one."""
    with pytest.raises(BadInput) as caught:
        check(Document("b.yaml", {"behaviours": [{**GOOD, **change}]}, {}), ["getKite"])
    assert said in str(caught.value)
    assert "/behaviours/0" in caught.value.where


@pytest.mark.parametrize("key", sorted(GOOD))
def test_a_missing_field_is_refused(key: str) -> None:
    """Every field but `reply` and `values` is needed."""
    entry = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(BadInput, match=f"`{key}` is missing"):
        check(Document("b.yaml", {"behaviours": [entry]}, {}), [])


def test_an_id_used_twice_is_refused_with_both_places() -> None:
    """The message leads to the second entry and names the line of the first."""
    entry = "- {id: a, statement: s, source: observed, evidence: e, operations: all}\n"
    with pytest.raises(BadInput, match=r"'a' is used twice") as caught:
        check(parse("behaviours:\n" + entry + entry, "b.yaml"), [])
    assert "line 3" in caught.value.where
    assert "line 2" in caught.value.hint


@pytest.mark.parametrize("content", [{"behaviours": None}, {"behaviours": [1]}, {"behaviors": []}])
def test_another_outline_is_refused(content: dict[str, Any]) -> None:
    """The file is one list of mappings under one key."""
    with pytest.raises(BadInput):
        check(Document("b.yaml", content, {}), [])


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"status": 200}, "status"),
        ({"status": "400"}, "status"),
        ({"status": True}, "status"),
        ({"errorCode": "X"}, "status"),
        ({"status": 400, "errorcode": "X"}, "errorCode"),
        ({"status": 400, "parameters": "id"}, "parameters"),
    ],
)
def test_a_refusal_that_cannot_be_sent_is_refused(reply: dict[str, object], words: str) -> None:
    """The reply of a behaviour has known keys and the status of an error."""
    document = parse(json.dumps({"behaviours": [{**GOOD, "reply": reply}]}), "behaviours.yaml")
    with pytest.raises(BadInput) as caught:
        check(document, ["op"])
    assert words in str(caught.value)


def test_an_operation_that_is_no_text_is_refused() -> None:
    """A list within the list of operations is named, not tripped over."""
    entry = {**GOOD, "operations": [["op"]]}
    with pytest.raises(BadInput, match="no operation"):
        check(parse(json.dumps({"behaviours": [entry]}), "behaviours.yaml"), ["op"])
