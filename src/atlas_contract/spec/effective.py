"""Composes the contract folder into the one effective document that everything else reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from atlas_contract.spec import behaviours, cycles, extensions, overlay, validity
from atlas_contract.spec.documents import Document, load
from atlas_contract.spec.files import BEHAVIOURS, FRAGMENT, OVERLAY


def compose(spec_dir: Path) -> dict[str, Any]:
    """The effective document of a contract folder, as `composed` makes it of the three files.

    Raises BadInput, naming file, line and place, for a file that is missing and for anything in the three that cannot
    be used.
    """
    return composed(load(spec_dir / FRAGMENT), load(spec_dir / OVERLAY), load(spec_dir / BEHAVIOURS))


def composed(
    fragment: Document, over: Document | None = None, promised: Document | None = None
) -> dict[str, Any]:
    """The documented fragment with the overlay laid over it, and two extensions at its root.

    `x-atlas-behaviours` is the list of behaviours.yaml; `x-atlas-provenance` maps each `#/…` pointer that the
    overlay touched to its source, reason, evidence and date. Without overlay or behaviours there is nothing in them.
    The same files give the same document, in order. Raises BadInput as `compose`.
    """
    validity.check_structure(fragment)
    overlaid = overlay.apply(fragment.content, over) if over else overlay.Overlaid(fragment.content, {})
    validity.check_references(overlaid.content, fragment)
    cycles.check(overlaid.content, fragment)
    operations = validity.operation_places(overlaid.content, fragment)
    extensions.check(overlaid.content, fragment)
    validity.check_purpose(overlaid.content, fragment)
    return {
        **overlaid.content,
        "x-atlas-behaviours": behaviours.check(promised, operations) if promised else [],
        "x-atlas-provenance": {f"#{pointer}": facts for pointer, facts in overlaid.provenance.items()},
    }
