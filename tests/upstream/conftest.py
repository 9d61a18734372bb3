"""The fragment, and full documents around it that are made as they are needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from atlas_contract.spec.documents import Document, load

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

Full: TypeAlias = Callable[..., Document]


@pytest.fixture(scope="session")
def fragment() -> Document:
    """What this checkout documents."""
    return load(ROOT / "spec" / "atlas-snapshots.yaml")


@pytest.fixture(scope="session")
def full(fragment: Document) -> Full:
    """Makes a full document of some operations, edited by a function that is given its content."""
    from published import published

    def made(edit: Callable[[dict[str, Any]], object] = lambda _: None, operations: int = 15) -> Document:
        content = published(fragment.content, operations)
        edit(content)
        return Document("full.json", content)

    return made
