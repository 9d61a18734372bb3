"""What is linted: the three files as they stand, and the document that they make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from atlas_contract.spec import client_uses
from atlas_contract.spec.documents import Document, Pointer, ancestors, load
from atlas_contract.spec.effective import compose
from atlas_contract.spec.files import BEHAVIOURS, FRAGMENT, OVERLAY
from atlas_contract.spec.standard import check_standard


@dataclass(frozen=True)
class Subject:
    """The files of a contract folder, `content`, the effective contract, and the day on which it is looked at."""

    fragment: Document
    overlay: Document
    behaviours: Document
    content: Mapping[str, Any]
    today: date

    def place(self, pointer: Pointer) -> str:
        """Where a pointer of the effective contract was written: in the fragment, or by which action of the overlay."""
        touched = self.content["x-atlas-provenance"]
        actions = (touched[f"#{each}"] for each in ancestors(pointer) if f"#{each}" in touched)
        by = next((action.get("description", action["reason"]) for action in actions), "")
        return (
            f"{self.overlay.name}, at {pointer}, by the action: {by}" if by else self.fragment.place(pointer)
        )


def subject_of(spec_dir: Path, today: date) -> Subject:
    """Everything there is to lint.

    Raises BadInput, naming file, line and place, where the files make no valid OpenAPI document at all, or one without
    what the client needs.
    """
    content = compose(spec_dir)
    fragment = load(spec_dir / FRAGMENT)
    check_standard(content, fragment)
    client_uses.check(content, fragment)
    return Subject(fragment, load(spec_dir / OVERLAY), load(spec_dir / BEHAVIOURS), content, today)
