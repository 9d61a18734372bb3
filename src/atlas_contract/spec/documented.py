"""The contract as Atlas documents it: the fragment alone, without what was observed."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from atlas_contract.contract import Contract
from atlas_contract.spec import validity
from atlas_contract.spec.documents import load
from atlas_contract.spec.files import FRAGMENT


def documented(effective: Contract, path: Path | None = None) -> Contract:
    """The fragment (the packaged one unless another is named) with the behaviours of an effective contract.

    What it says of a clause's source is always `documented`; of the behaviours, only those of that source bind Atlas
    here, while the others tell how to read a reply.

    Raises:
        BadInput: the fragment is missing or cannot be used.
    """
    fragment = load(path or packaged_path())
    validity.check_structure(fragment)
    validity.check_references(fragment.content, fragment)
    return Contract(
        {**fragment.content, "x-atlas-behaviours": effective.document["x-atlas-behaviours"]},
    )


def packaged_path() -> Path:
    """Where the fragment lies: in the installed package, or in the checkout it is developed in."""
    installed = Path(str(resources.files("atlas_contract"))) / FRAGMENT
    return installed if installed.exists() else Path(__file__).parents[3] / "spec" / FRAGMENT
