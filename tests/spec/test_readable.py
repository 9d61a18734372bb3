"""What OpenAPI allows and the toolkit can't read."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec import readable
from atlas_contract.spec.documents import load
from atlas_contract.spec.effective import compose
from atlas_contract.spec.files import FRAGMENT

ENVELOPE = "{name: envelope, in: query, schema: {type: boolean, default: false}}"


@pytest.mark.parametrize(
    ("old", "new", "said", "place"),
    [
        (ENVELOPE, ENVELOPE.replace("query", "cookie"), "travels in 'cookie'", "/parameters/1"),
        (
            ENVELOPE,
            "{name: envelope, in: query, content: {text/plain: {}}}",
            "has no schema",
            "/parameters/1",
        ),
        ('        "200":', '        "302":', "no successful reply", "/responses"),
        (
            "description: No such kite.",
            "description: x, headers: {Age: {}}",
            "Age has no schema",
            "/headers/Age",
        ),
    ],
)
def test_what_no_room_can_read_is_named_with_its_place(
    spec_dir: Path, old: str, new: str, said: str, place: str
) -> None:
    """The file, the place in it, and what is missing."""
    path = spec_dir / FRAGMENT
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        readable.check(compose(spec_dir), load(path))
    assert said in refused.value.what
    assert refused.value.where.endswith(place)
    assert FRAGMENT in refused.value.where


def test_the_small_contract_can_be_read(spec_dir: Path) -> None:
    """There is nothing to complain of."""
    readable.check(compose(spec_dir), load(spec_dir / FRAGMENT))
