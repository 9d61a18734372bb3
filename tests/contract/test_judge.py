"""Judgement names the keyword that a value broke."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.changing import changed

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge, read_json, read_text
from atlas_contract.errors import BadInput
from atlas_contract.model import Place


def sample(contract: Contract, name: str) -> dict[str, object]:
    """A named example of the success reply."""
    content = contract.main.success.contents[0]
    at = pointers.join(
        contract.main.success.pointer, "content", content.media_type, "examples", name, "value"
    )
    return dict(pointers.get(contract.document, at))


@pytest.mark.parametrize("name", ["replicaSet", "shardedCluster"])
def test_the_contracts_own_examples_break_nothing(contract: Contract, judge: Judge, name: str) -> None:
    """Both success examples conform to the success schema."""
    pointer = contract.main.success.contents[0].pointer
    assert pointer is not None
    assert list(judge.violations(pointer, sample(contract, name))) == []


def test_a_missing_property_is_found_in_the_variant_the_discriminator_names(
    contract: Contract, judge: Judge
) -> None:
    """The clause is the `required` of the chosen variant, not the union."""
    pointer = contract.main.success.contents[0].pointer or ""
    body = sample(contract, "replicaSet")
    del body["id"]
    (found,) = judge.violations(pointer, body)
    assert found.clause == "#/components/schemas/ReplicaSetSnapshot/required"
    assert '"id"' in found.message


@pytest.mark.parametrize("tag", ["tea", None, 7])
def test_an_unknown_tag_breaks_the_discriminator(contract: Contract, judge: Judge, tag: object) -> None:
    """A value whose discriminator names no variant breaks the discriminator clause."""
    pointer = contract.main.success.contents[0].pointer or ""
    body = {**sample(contract, "replicaSet"), "type": tag}
    assert {found.clause for found in judge.violations(pointer, body)} == {
        "#/components/schemas/Snapshot/discriminator"
    }


def test_a_number_beyond_32_bits_breaks_its_format(judge: Judge) -> None:
    """`format: int32` is held against numbers, under the pointer of the format."""
    clause = "#/components/schemas/SnapshotRequest/properties/retentionInDays"
    assert [found.clause for found in judge.violations(clause, 2**31)] == [f"{clause}/format"]
    assert judge.conforms(clause, 2**31 - 1)


def test_a_tag_that_names_no_variant_is_a_violation(contract: Contract) -> None:
    """A value that fits what its tag names is refused all the same, if that is none of the union's variants."""
    variants = contract.document["components"]["schemas"]["Snapshot"]["oneOf"]
    fewer = Judge(changed(contract, "components", "schemas", "Snapshot", oneOf=variants[:1]))
    pointer, value = (
        "#/components/schemas/Snapshot",
        {"id": "a" * 24, "status": "queued", "type": "shardedCluster"},
    )
    assert not fewer.conforms(pointer, value)
    assert [found.clause for found in fewer.violations(pointer, value)] == [f"{pointer}/oneOf"]


def test_a_schema_that_cannot_be_compiled_is_bad_input(contract: Contract) -> None:
    """The message has the place of the schema."""
    broken = Judge(changed(contract, "components", "schemas", "RetentionUnit", pattern="(["))
    with pytest.raises(BadInput, match="cannot be used"):
        broken.conforms("#/components/schemas/RetentionUnit", "DAYS")


@given(text=st.text())
def test_a_flag_is_only_ever_true_or_false(contract: Contract, judge: Judge, text: str) -> None:
    """Of all texts, a boolean query flag takes the two words of JSON."""
    for parameter in contract.main.parameters_in(Place.QUERY):
        assert any(judge.argument_violations(parameter, text)) == (text not in ("true", "false"))


@given(st.integers())
def test_integers_read_as_they_are_written(number: int) -> None:
    """Text of an integer parameter reads as that integer."""
    assert read_text({"type": "integer"}, str(number)) == number


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_read_json_undoes_dumps(value: object) -> None:
    """JSON text reads back as what was written."""
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"[Infinity]", b"\xff", b"[" * 200_000, b"{'a':1}"])
def test_read_json_refuses_what_is_no_json(body: bytes) -> None:
    """Whatever RFC 8259 doesn't allow is a ValueError and nothing else."""
    with pytest.raises(ValueError):
        read_json(body)
