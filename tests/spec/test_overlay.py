"""Laying an overlay over a document."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.errors import BadInput
from atlas_contract.spec import overlay
from atlas_contract.spec.documents import Document

FACTS = {"x-reason": "because", "x-evidence": ["a", "b"], "x-date": "2026-01-02", "x-source": "observed"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab~/", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("abc", min_size=1, max_size=2), JSON, max_size=4)


def overlay_of(*actions: dict[str, Any], version: str = "1.0.0") -> Document:
    """An overlay file of these actions, their facts filled in."""
    content = {
        "overlay": version,
        "info": {"title": "t", "version": "1"},
        "actions": [{**FACTS, **action} for action in actions],
    }
    return Document("o.yaml", content, {})


def applied(content: dict[str, Any], *actions: dict[str, Any]) -> overlay.Overlaid:
    """The content with these actions applied."""
    return overlay.apply(content, overlay_of(*actions))


def test_update_merges_objects_recursively() -> None:
    """Members that the update does not name stay as they are."""
    result = applied({"a": {"b": {"c": 1}, "d": 2}}, {"target": "$.a", "update": {"b": {"e": 3}, "d": 4}})
    assert result.content == {"a": {"b": {"c": 1, "e": 3}, "d": 4}}
    assert set(result.provenance) == {"/a/b/e", "/a/d"}


@pytest.mark.parametrize(
    ("update", "expected"), [(2, [1, 2]), ([2, 3], [1, 2, 3]), ({"x": 1}, [1, {"x": 1}])]
)
def test_update_of_an_array_appends(update: Any, expected: list[Any]) -> None:
    """One value is one new entry; an array is concatenated."""
    result = applied({"a": [1]}, {"target": "$.a", "update": update})
    assert result.content == {"a": expected}
    assert "/a/1" in result.provenance


def test_nested_arrays_are_concatenated() -> None:
    """An array met while merging grows by the update's entries."""
    result = applied({"a": {"b": [1]}}, {"target": "$.a", "update": {"b": [2]}})
    assert result.content == {"a": {"b": [1, 2]}}
    assert set(result.provenance) == {"/a/b/1"}


def test_remove_takes_members_and_entries_out() -> None:
    """All matches go, wherever they stand in their array."""
    content = {"a": ["x", "y", "x"], "b": 1}
    result = applied(content, {"target": "$.a[?@ == 'x']", "remove": True}, {"target": "$.b", "remove": True})
    assert result.content == {"a": ["y"]}
    assert result.provenance["/b"]["removed"] is True
    assert "removed" not in result.provenance["/a"]


def test_provenance_carries_the_facts_of_the_action() -> None:
    """Source, reason, evidence, date and description are kept; one text of evidence is a list of one."""
    action = {"target": "$", "update": {"n": 1}, "description": "d", "x-evidence": "only"}
    assert applied({}, action).provenance["/n"] == {
        "source": "observed",
        "date": "2026-01-02",
        "reason": "because",
        "evidence": ["only"],
        "description": "d",
    }


def test_a_later_action_speaks_for_everything_beneath() -> None:
    """What is replaced or removed loses the facts of earlier actions."""
    first = {"target": "$.a", "update": {"b": {"c": 1}}}
    second = {"target": "$.a.b", "remove": True, "x-reason": "gone"}
    third = {"target": "$.a", "update": {"b": 7}, "x-reason": "back"}
    provenance = applied({"a": {}}, first, second, third).provenance
    assert {pointer: facts["reason"] for pointer, facts in provenance.items()} == {"/a/b": "back"}


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"target": "$.gone", "update": {}}, "the target $.gone selects nothing"),
        ({"update": {}}, "`target` is None"),
        ({"target": "$.a["}, "is no JSONPath"),
        ({"target": "a.b", "update": {}}, "is no JSONPath"),
        ({"target": "$.o"}, "neither `update` nor `remove: true`"),
        ({"target": "$.o", "remove": False}, "neither `update` nor `remove: true`"),
        ({"target": "$.o", "update": {}, "remove": True}, "both `update` and `remove`"),
        ({"target": "$.o", "remove": "yes"}, "`remove` is 'yes'"),
        ({"target": "$.o", "update": 1}, "the update is 1, but the target /o is an object"),
        ({"target": "$.n", "update": 2}, "the target /n is the single value 1"),
        ({"target": "$", "remove": True}, "is the whole document"),
        ({"target": "$.o", "update": {}, "x-reason": ""}, "`x-reason` is ''"),
        ({"target": "$.o", "update": {}, "x-evidence": []}, "`x-evidence` is []"),
        ({"target": "$.o", "update": {}, "x-date": "2026-02-30"}, "`x-date` is '2026-02-30'"),
        ({"target": "$.o", "update": {}, "x-date": "yesterday"}, "`x-date` is 'yesterday'"),
        ({"target": "$.o", "update": {}, "x-source": "observd"}, "did you mean 'observed'?"),
        ({"target": "$.o", "updates": {}}, "did you mean 'update'?"),
    ],
)
def test_a_bad_action_is_refused_with_its_place(action: dict[str, Any], said: str) -> None:
    """The message names the action by its index, the value, and what is allowed."""
    with pytest.raises(BadInput) as caught:
        applied({"o": {}, "n": 1, "a": []}, {"target": "$.o", "update": {}}, action)
    assert said in str(caught.value)
    assert caught.value.where.startswith("o.yaml, at /actions/1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"overlay": "1.1.0"}, "`overlay` is '1.1.0'"),
        ({"overlay": "1.0.0"}, "`info` is None"),
        ({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}}, "`actions` is None"),
        ({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [1]}, "the action is 1"),
        ({"overlay": "1.0.0", "acts": []}, "did you mean 'actions'?"),
    ],
)
def test_a_bad_outline_is_refused(content: dict[str, Any], said: str) -> None:
    """Version, info and actions are checked before anything is applied."""
    with pytest.raises(BadInput) as caught:
        overlay.apply({}, Document("o.yaml", content, {}))
    assert said in str(caught.value)


@given(OBJECTS, OBJECTS)
def test_the_arguments_stay_as_they_are(content: dict[str, Any], update: dict[str, Any]) -> None:
    """Neither the document nor the overlay is changed, and the result shares nothing with them."""
    action = {"target": "$", "update": update}
    before = copy.deepcopy((content, action))
    result = applied(content, action)
    for key in list(result.content):
        if isinstance(result.content[key], dict):
            result.content[key]["mark"] = 1
    assert (content, action) == before


@given(OBJECTS, OBJECTS)
def test_an_update_holds_afterwards(content: dict[str, Any], update: dict[str, Any]) -> None:
    """Every member of the update is found in the result, and its place has facts."""
    result = applied(content, {"target": "$", "update": update})
    for key, value in update.items():
        if not isinstance(value, (dict, list)):
            assert result.content[key] == value
            assert "/" + key in result.provenance


@given(OBJECTS, st.dictionaries(st.text("abc", min_size=1, max_size=2), st.integers() | st.text(max_size=2)))
def test_an_update_without_arrays_is_idempotent(content: dict[str, Any], update: dict[str, Any]) -> None:
    """Applying it twice is applying it once."""
    action = {"target": "$", "update": update}
    assert applied(content, action).content == applied(content, action, action).content


@given(OBJECTS.filter(bool), st.data())
def test_what_is_removed_is_absent_and_nothing_else_moves(
    content: dict[str, Any], data: st.DataObject
) -> None:
    """Removing one member leaves exactly the others."""
    key = data.draw(st.sampled_from(sorted(content)))
    result = applied(content, {"target": f"$[{json.dumps(key)}]", "remove": True})
    assert result.content == {name: value for name, value in content.items() if name != key}
