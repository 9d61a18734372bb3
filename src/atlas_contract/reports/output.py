"""How a result gets into a file that its user has named: whole, in one step, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from atlas_contract.errors import BadInput


def octets(text: str) -> bytes:
    """A text in UTF-8; half characters, which that cannot write, as the escapes that JSON has for them."""
    return text.encode("utf-8", "backslashreplace")


def as_json(document: Mapping[str, Any]) -> bytes:
    """A document as a file for programs has it."""
    return octets(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def check_outputs(given: Mapping[str, Path | None], read: Iterable[Path]) -> None:
    """Hold the files that flags name for results against each other, and against the files that are read.

    Raises:
        BadInput: one result would overwrite another, or what it is made of.
    """
    taken = {path.resolve(): f"{path.name}, which is read" for path in read}
    for flag, path in given.items():
        if path is not None and path.resolve() in taken:
            msg = f"{flag} would overwrite {taken[path.resolve()]}."
            raise BadInput(msg, where=str(path), hint=f"name another file for {flag}")
        if path is not None:
            taken[path.resolve()] = f"what {flag} writes"


def write_whole(path: Path, content: str | bytes, hint: str = "name a file in a folder that exists") -> None:
    """Write a text in UTF-8, or bytes.

    Args:
        hint: what the user can do where it cannot be written.

    Raises:
        BadInput: it cannot be written there, or something else than a file is there.
    """
    part = path.with_name(path.name + ".part")
    try:
        if path.exists() and not path.is_file():
            msg = "The result cannot be written: this is no regular file."
            raise BadInput(msg, where=str(path), hint=hint)
        part.write_bytes(content if isinstance(content, bytes) else octets(content))
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        msg = f"The result cannot be written: {error.strerror}."
        raise BadInput(msg, where=str(path), hint=hint) from error
