"""Go templates, as far as scripts use them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cli.gotemplate import filled, template_of
from atlas_contract.errors import BadInput


def test_json_needs_no_template() -> None:
    """The default format is the reply as it came."""
    assert template_of("json") is None


@pytest.mark.parametrize(
    "output", ["", "yaml", "go-template", "go-template=", "go-template={{if .a}}", "x={{.a}}"]
)
def test_other_formats_are_refused(output: str) -> None:
    """What is not understood is named, with what is."""
    with pytest.raises(BadInput) as caught:
        template_of(output)
    assert "{{.id}}" in str(caught.value)


def test_fields_are_filled_in() -> None:
    """Nested fields, numbers, and fields that aren't there."""
    body = b'{"a": {"b": 7}, "c": "text", "d": null}'
    assert (
        filled("{{.a.b}}|{{ .c }}|{{.d}}|{{.e.f}}|{{.c.g}}", body)
        == b"7|text|<no value>|<no value>|<no value>"
    )


@given(body=st.binary())
def test_any_body_gives_some_text(body: bytes) -> None:
    """A body that is no JSON object is no reason to fail."""
    assert isinstance(filled("{{.id}}", body), bytes)
