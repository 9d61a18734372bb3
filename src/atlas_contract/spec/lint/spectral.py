"""A second opinion: what Spectral, a linter of many hands, says of the effective contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import pointer_of
from atlas_contract.spec.lint.rule import Complaint, Severity
from atlas_contract.spec.lint.subject import Subject

RULESET = "spectral.yaml"
_GRAVE = (0, 1)  # Spectral's errors and warnings; below come information and hints


def complaints(output: str, subject: Subject) -> Iterator[Complaint]:
    """The complaints in the JSON that Spectral prints.

    Raises:
        BadInput: it is none.
    """
    try:
        found: list[dict[str, Any]] = json.loads(output or "[]")
        for each in found:
            severity = Severity.ERROR if each["severity"] in _GRAVE else Severity.NOTE
            place = subject.place(pointer_of(each["path"]))
            yield Complaint(f"spectral:{each['code']}", severity, place, str(each["message"]))
    except (ValueError, KeyError, TypeError):
        msg = "Spectral has not answered in JSON."
        raise BadInput(msg, where="--spectral", hint="name the command of Spectral 6 or newer") from None
