"""What a command writes into a file that its user has named."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from atlas_contract.errors import BadInput


def write_whole(path: Path, text: str) -> None:
    """Write a text and a line end: whole, in one step, or not at all.

    Raises:
        BadInput: it cannot be written there, or something else than a file is there.
    """
    part = path.with_name(path.name + ".part")
    try:
        if path.exists() and not path.is_file():
            msg = "The result cannot be written: this is no regular file."
            raise BadInput(msg, where=str(path), hint="name another file, or leave the flag out")
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        msg = f"The result cannot be written: {error.strerror}."
        raise BadInput(msg, where=str(path), hint="name a file in a folder that exists") from error
