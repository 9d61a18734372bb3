"""The contract's own extensions: known names, in their places, of their kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec.effective import compose
from atlas_contract.spec.files import FRAGMENT, OVERLAY

OPERATION = "      operationId: getKite\n"
ESSENTIAL = "x-atlas-essential: [id, kind]"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (OPERATION, "      x-atlas-role: [a]\n", "did you mean 'x-atlas-roles'?"),
        (OPERATION, "      x-altas-roles: [a]\n", "did you mean 'x-atlas-roles'?"),
        (OPERATION, "      X-Atlas-Roles: [a]\n", "did you mean 'x-atlas-roles'?"),
        (OPERATION, "      x-atlas-zebra: 1\n", "unknown extension 'x-atlas-zebra'"),
        (OPERATION, "      x-atlas-place: '#/x'\n", "written by the generation"),
        (OPERATION, "      x-atlas-roles: Reader\n", "`x-atlas-roles` is 'Reader'"),
        (OPERATION, "      x-atlas-roles: []\n", "expected: a list of roles"),
        (OPERATION, "      x-atlas-roles: [1]\n", "expected: a list of roles"),
        (OPERATION, '      x-atlas-companion: "false"\n', "expected: true or false"),
        (OPERATION, "      x-atlas-cli: {comand: x}\n", "expected: a mapping with `command`"),
        (OPERATION, "      x-atlas-cli: {command: x, aliases: y}\n", "expected: a mapping with `command`"),
        (OPERATION, "      x-atlas-essential: [id]\n", "nothing reads `x-atlas-essential` here"),
        (ESSENTIAL, "x-atlas-essential: [id, kin]", "did you mean 'kind'?"),
        (ESSENTIAL, "x-atlas-essential: id", "expected: a list of property names"),
        (ESSENTIAL, "x-atlas-essentail: [id]", "did you mean 'x-atlas-essential'?"),
        (ESSENTIAL, "x-atlas-roles: [a]", "nothing reads `x-atlas-roles` here"),
    ],
)
def test_an_extension_that_nothing_reads_is_refused(spec_dir: Path, old: str, new: str, said: str) -> None:
    """Unknown, misspelt, misplaced or of another kind: the message names file, line and what would be right."""
    path = spec_dir / FRAGMENT
    path.write_text(path.read_text().replace(old, (old if old == OPERATION else "") + new, 1))
    with pytest.raises(BadInput) as caught:
        compose(spec_dir)
    assert said in str(caught.value)
    assert f"{FRAGMENT}, line " in caught.value.where


def test_an_extension_of_the_overlay_is_held_to_the_same(spec_dir: Path) -> None:
    """What the overlay adds is part of the contract."""
    path = spec_dir / OVERLAY
    facts = "description: x, x-reason: x, x-evidence: x, x-date: 2026-01-02, x-source: observed"
    added = "target: $.components.schemas.BoxKite, update: {x-atlas-essentials: [id]}"
    path.write_text(f"{path.read_text()}  - {{{added}, {facts}}}\n")
    with pytest.raises(BadInput, match="did you mean 'x-atlas-essential'"):
        compose(spec_dir)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OPERATION, OPERATION + "      x-kites: 1\n"),
        (OPERATION, OPERATION + "      x-atlas-roles: [a]\n"),
        ("cells: {type", "x-atlas-cells: {type: string}\n        cells: {type"),
        (
            "    Colour: {",
            "    Any: {oneOf: [{$ref: '#/components/schemas/Kite'}], x-atlas-essential: [cells]}\n    Colour: {",
        ),
    ],
)
def test_other_extensions_and_names_are_left_alone(spec_dir: Path, old: str, new: str) -> None:
    """Other prefixes are other people's; a property may have any name; a union has the members of its variants."""
    path = spec_dir / FRAGMENT
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    compose(spec_dir)
