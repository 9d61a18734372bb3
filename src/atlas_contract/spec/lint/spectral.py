"""A second opinion: what Spectral, a linter of many hands, says of the effective contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import pointer_of
from atlas_contract.spec.lint.rule import Complaint, Severity
from atlas_contract.spec.lint.subject import Subject
from atlas_contract.spec.wording import shown

RULESET = "spectral.yaml"
_CODES = (0, 1)  # nothing, or minor complaints only; complaints
_GRAVE = (0, 1)  # Spectral's errors and warnings; below come information and hints


def complaints(returncode: int, output: str, said: str, subject: Subject) -> Iterator[Complaint]:
    """The complaints of a Spectral that has ended: its exit code, the JSON that it printed, and what else it said.

    Raises:
        BadInput: it failed, or whatever was run is no Spectral.
    """
    found = _listed(output)
    if found is None or returncode not in (_CODES if found else _CODES[:1]):
        raise _failed(returncode, said.strip() or output.strip())
    try:
        for each in found:
            severity = Severity.ERROR if each["severity"] in _GRAVE else Severity.NOTE
            place = subject.place(pointer_of(each["path"]))
            yield Complaint(f"spectral:{each['code']}", severity, place, str(each["message"]))
    except (KeyError, TypeError):
        raise _failed(returncode, output) from None


def _listed(output: str) -> list[dict[str, Any]] | None:
    try:
        found = json.loads(output)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _failed(returncode: int, said: str) -> BadInput:
    msg = f"Spectral has failed (exit code {returncode}): {shown(said, 300) if said else 'it said nothing'}"
    expected = "a list of complaints in JSON, and exit code 0 or 1"
    return BadInput(
        msg, where="--spectral", expected=expected, hint="name the command of Spectral 6 or newer"
    )
