"""The part of the Atlas CLI's `go-template` output that scripts use: picking fields, as in `{{.id}}`."""

from __future__ import annotations

import json
import re
from typing import Any

from atlas_contract.errors import BadInput

FIELD = re.compile(r"\{\{\s*((?:\.\w+)+)\s*\}\}")


def template_of(output: str) -> str | None:
    """The text of `go-template=TEXT`, None for json.

    Raises:
        BadInput: another format, or a template that does more than pick fields.
    """
    kind, _, text = output.partition("=")
    if output == "json":
        return None
    rest = FIELD.sub("", text)
    if kind != "go-template" or not text or "{{" in rest or "}}" in rest:
        msg = f"This output format is not understood: {output}"
        raise BadInput(
            msg, where="--output", expected="json, or go-template=TEXT with fields such as {{.id}}"
        )
    return text


def filled(template: str, body: bytes) -> bytes:
    """The template with the fields of a JSON body; the body itself where it is no JSON."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return FIELD.sub(lambda found: _text(_field(value, found[1])), template).encode()


def _field(value: Any, path: str) -> Any:
    for name in path.split(".")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if value is None:
        return "<no value>"
    return value if isinstance(value, str) else json.dumps(value)
