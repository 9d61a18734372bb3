"""Opens a recording, whatever its form, and reads exchange after exchange out of it."""

from __future__ import annotations

import codecs
import io
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import Protocol

from atlas_contract.errors import BadInput
from atlas_contract.recordings import har, plain
from atlas_contract.recordings.entries import entries
from atlas_contract.recordings.recorded import Recorded
from atlas_contract.recordings.window import Window

STANDARD_INPUT = Path("-")
PART = 2**18  # bytes that are read at once
GZIP_WINDOW = 31  # zlib's number for the gzip format
_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"PK\x03\x04": ("a ZIP archive", "unpack it"),
    b"\xff\xfe": ("UTF-16", "save it as UTF-8"),
    b"\xfe\xff": ("UTF-16", "save it as UTF-8"),
    b"\x0a\x0d\x0d\x0a": ("a packet capture", "record with a browser or a proxy, and export HAR"),
    b"\xd4\xc3\xb2\xa1": ("a packet capture", "record with a browser or a proxy, and export HAR"),
}


class Stream(Protocol):
    """What is read of an open file: some bytes, or those that are there already."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer only at the end."""

    def read1(self, size: int, /) -> bytes:
        """At most so many bytes; none only at the end."""


def read(path: Path) -> Iterator[Recorded]:
    """Every exchange of a recording, in the file's order; `-` is the standard input, and gzip is unpacked.

    A HAR, a JSON list of exchanges, one exchange after the other (JSON Lines), or just one. Only one exchange at a
    time is held in memory.

    Raises:
        BadInput: the file cannot be read, or is no recording; it names the file and the place in it.
    """
    name = "standard input" if path == STANDARD_INPUT else str(path)
    try:
        with _opened(path) as file:
            yield from of_stream(file, name)
    except OSError as error:
        msg = f"{name} cannot be read: {error.strerror or type(error).__name__}."
        raise BadInput(
            msg, where=name, hint="give the path of a recording, or - for the standard input"
        ) from error


def of_stream(file: Stream, name: str) -> Iterator[Recorded]:
    """Every exchange of an open recording, read no further than it takes; BadInput as `read`."""
    for value, place in entries(Window(_text(_unpacked(file, name), name), name)):
        yield har.recorded(value, place) if har.is_entry(value) else plain.recorded(value, place)


def _opened(path: Path) -> AbstractContextManager[Stream]:
    if path == STANDARD_INPUT:
        return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))
    if stat.S_ISDIR(path.stat().st_mode):
        msg = f"{path} is a folder."
        raise BadInput(msg, where=str(path), hint=f"name its files: {path}/*.json")
    return path.open("rb")


def _unpacked(file: Stream, name: str) -> Iterator[bytes]:
    """The parts of a file, those of a compressed one unpacked."""
    first = file.read(4)
    for magic, (kind, hint) in _FOREIGN.items():
        if first.startswith(magic):
            msg = f"{name} is {kind}, not a recording."
            raise BadInput(msg, where=name, expected="JSON in UTF-8, or that in gzip", hint=hint)
    parts = chain([first], iter(lambda: file.read1(PART), b""))
    return _inflated(parts, name) if first.startswith(_GZIP) else parts


def _inflated(parts: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The content of a gzip file, which may be several of them in one."""
    unpack = zlib.decompressobj(GZIP_WINDOW)
    try:
        for part in parts:
            left = part
            while left:
                if unpack.eof:
                    unpack = zlib.decompressobj(GZIP_WINDOW)
                yield unpack.decompress(left, PART)
                left = unpack.unconsumed_tail or unpack.unused_data
    except zlib.error as error:
        msg = f"{name} cannot be unpacked: {error}."
        raise BadInput(msg, where=name, hint="copy or compress it again") from error
    if not unpack.eof:
        msg = f"{name} cannot be unpacked: it ends too early."
        raise BadInput(msg, where=name, hint="copy or compress it again")


def _text(parts: Iterator[bytes], name: str) -> Iterator[str]:
    """The parts as text, none of them empty; BadInput, naming line and byte, where they are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, before = 1, 0
    for part in chain(parts, [b""]):
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(part, not part)
        except UnicodeDecodeError as error:
            line += error.object.count(b"\n", 0, error.start)
            raise _no_text(error, name, line, before - pending + error.start + 1) from None
        line += part.count(b"\n")
        before += len(part)
        if text:
            yield text


def _no_text(error: UnicodeDecodeError, name: str, line: int, number: int) -> BadInput:
    byte = f"byte {number:,}"
    msg = f"{name} is no UTF-8 text: {byte} is {error.object[error.start]:#04x}."
    hint = "give a HAR file or JSON; for a flow file of mitmproxy, export HAR first"
    return BadInput(msg, where=f"{name}, line {line}, {byte}", hint=hint)
