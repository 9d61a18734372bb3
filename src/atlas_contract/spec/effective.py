"""Composes the contract folder into the one effective document that everything else reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from atlas_contract.spec import behaviours, extensions, overlay, validity
from atlas_contract.spec.documents import load
from atlas_contract.spec.files import BEHAVIOURS, FRAGMENT, OVERLAY


def compose(spec_dir: Path) -> dict[str, Any]:
    """The documented fragment with the overlay laid over it, and two extensions at its root.

    `x-atlas-behaviours` is the list of behaviours.yaml; `x-atlas-provenance` maps each `#/…` pointer that the
    overlay touched to its source, reason, evidence and date. The same files give the same document, in order.
    Raises BadInput, naming file, line and place, for anything in the three files that cannot be used.
    """
    fragment = load(spec_dir / FRAGMENT)
    validity.check_structure(fragment)
    overlaid = overlay.apply(fragment.content, load(spec_dir / OVERLAY))
    validity.check_references(overlaid.content, fragment)
    operations = validity.operation_places(overlaid.content, fragment)
    extensions.check(overlaid.content, fragment)
    validity.check_purpose(overlaid.content, fragment)
    return {
        **overlaid.content,
        "x-atlas-behaviours": behaviours.check(load(spec_dir / BEHAVIOURS), operations),
        "x-atlas-provenance": {f"#{pointer}": facts for pointer, facts in overlaid.provenance.items()},
    }
