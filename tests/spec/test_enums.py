"""Enums held to what a Python enum can be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec import enums
from atlas_contract.spec.documents import load

WRITTEN = "enum: [red, darkBlue]"


def check(folder: Path, values: str) -> None:
    """Hold the small contract to the rule, its one enum replaced."""
    path = folder / "atlas-snapshots.yaml"
    path.write_text(path.read_text().replace(WRITTEN, f"enum: {values}"))
    source = load(path)
    enums.check(source.content, source)


@pytest.mark.parametrize("values", ["[red, darkBlue]", "[1, -1]", "[red, null]", "[in_progress, inProgress]"])
def test_values_of_one_kind_with_names_of_their_own_pass(spec_dir: Path, values: str) -> None:
    """Texts or whole numbers, null beside them."""
    check(spec_dir, values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("[red, true]", "the enum has true, and its class in the client holds texts alone"),
        ("[red, 5]", "the enum has 5"),
        ("[red, 1.5]", "the enum has 1.5"),
        ("[1, red]", 'the enum has "red", and its class in the client holds whole numbers alone'),
        ("[true, false]", "the enum has true"),
        ("[red, [red]]", 'the enum has ["red"]'),
        ("[]", "the enum has no value"),
        ("[red, red]", '"red" stands twice in the enum'),
        ("[red, RED]", "'red' and 'RED' get the same name in the client"),
        ("[a-b, a_b]", "'a-b' and 'a_b' get the same name in the client"),
    ],
)
def test_an_enum_of_which_no_class_can_be_made_is_refused(spec_dir: Path, values: str, said: str) -> None:
    """With file, line and remedy, and not in the generator's words or by its crash."""
    with pytest.raises(BadInput, match=re.escape(said)) as caught:
        check(spec_dir, values)
    assert re.search(
        r"atlas-snapshots.yaml, line \d+, at /components/schemas/Colour/enum", caught.value.where
    )
    assert caught.value.hint
