"""How replies look: compact, laid out for people, in an envelope."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_contract.contract import Contract
from atlas_contract.mock.layout import Layout

if TYPE_CHECKING:
    from tests.mock.conftest import Caller


def test_pretty_changes_the_layout_only(caller: Caller) -> None:
    """The same document, on several lines."""
    taken = caller.take(description='ä "quoted"')
    target = f"{caller.snapshots}/{taken['id']}"
    plain, pretty = caller.call("GET", target), caller.call("GET", target + "?pretty=true")
    assert pretty.body.startswith(b'{\n  "copyRegions" : [ ],\n  "description" : "')
    assert b'\n  "links" : [ {\n    "href" : "' in pretty.body
    assert json.loads(pretty.body) == json.loads(plain.body)
    assert pretty.header("Content-Length") == str(len(pretty.body))


def test_an_envelope_wraps_one_snapshot(caller: Caller) -> None:
    """Content and status are all there is."""
    target = f"{caller.snapshots}/{caller.take()['id']}"
    wrapped = caller.content("GET", target + "?envelope=true")
    assert wrapped == {"content": caller.content("GET", target), "status": 200}


def test_a_list_is_its_own_envelope(caller: Caller) -> None:
    """It gains the status."""
    wrapped = caller.content("GET", caller.snapshots + "?envelope=true")
    assert (wrapped["status"], wrapped["results"], wrapped["totalCount"]) == (200, [], 0)


def test_an_enveloped_refusal_keeps_its_status(caller: Caller) -> None:
    """The envelope repeats it."""
    reply = caller.call("POST", caller.snapshots + "?envelope=true", b"{")
    body = json.loads(reply.body)
    assert reply.status == body["status"] == body["content"]["error"] == 400


def test_a_removal_stays_empty_in_an_envelope(caller: Caller) -> None:
    """There is nothing to wrap."""
    reply = caller.call(
        "DELETE", f"{caller.snapshots}/{caller.take_completed()['id']}?envelope=true&pretty=true"
    )
    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize("value", [{}, [], {"a": {}}, [[]], [{"b": [1, "x", None]}], "\udc80", 1.5])
def test_both_layouts_say_the_same(contract: Contract, value: object) -> None:
    """Empty objects, nested lists and lone surrogates included."""
    layout = Layout(contract)
    assert json.loads(layout.pretty(value)) == json.loads(layout.compact(value)) == value


texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(value=values)
@example(value={"b": 2**64, "a": "\x7f\u2028\x01"})
def test_compact_is_sorted_json_without_spaces(contract: Contract, value: object) -> None:
    """The same bytes as the standard library's, whichever library wrote them."""
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert Layout(contract).compact(value) == plain.encode()
