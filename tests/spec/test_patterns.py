"""Patterns held to what Python can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec import patterns
from atlas_contract.spec.documents import Document, load


def of_schema(schema: dict[str, object]) -> Document:
    """A document with one schema."""
    return Document("kites.yaml", {"components": {"schemas": {"Kite": schema}}})


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"^\p{L}+$", r"Python cannot read \p{L} in the pattern ^\p{L}+$"),
        (r"\PN", r"Python cannot read \PN in"),
        (r"\p{Script=Greek}", r"Python cannot read \p{Script=Greek} in"),
        ("^k(", "Python cannot read the pattern ^k(: missing )"),
        ("(?<n>a)", "Python cannot read the pattern (?<n>a): unknown extension"),
    ],
)
def test_a_pattern_that_python_cannot_read_is_refused(pattern: str, said: str) -> None:
    """It is shown as it is written, and for a property of characters with what to write instead."""
    for keyword in ("pattern", "patternProperties"):
        document = of_schema({keyword: pattern if keyword == "pattern" else {pattern: {}}})
        with pytest.raises(BadInput) as caught:
            patterns.check(document.content, document)
        assert caught.value.what.startswith(said)
        assert ("[A-Za-z]" in caught.value.expected) == (r"\p" in pattern.lower())


def test_what_is_only_called_a_pattern_is_none() -> None:
    """A property may be called so, and examples may be anything."""
    document = of_schema({"properties": {"pattern": {"type": "string"}}, "examples": [{"pattern": "("}]})
    patterns.check(document.content, document)


def test_the_line_is_named(spec_dir: Path) -> None:
    """As for every mistake in the contract."""
    path = spec_dir / "atlas-snapshots.yaml"
    path.write_text(path.read_text().replace("pattern: ^k.$", r"pattern: ^\pL$"))
    source = load(path)
    with pytest.raises(BadInput) as caught:
        patterns.check(source.content, source)
    assert (
        "atlas-snapshots.yaml, line 20, at /components/parameters/kiteId/schema/pattern" in caught.value.where
    )
