"""Bodies of replies within bounds: what a server may send, and what that may become, until nobody reads on.

httpx decodes each part that comes as a whole, so that some hundred bytes, compressed twice, are some hundred megabytes
before anybody could count them. Here every step of the decoding gives a little at a time, and is counted.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

import httpx

LONGEST_BODY = 16 * 2**20
"""Bytes on the wire, and bytes after each step of the decoding; the longest page of a list has a tenth of it."""
MOST_ENCODINGS = 5
ENCODINGS = "gzip, deflate"
"""What is decoded, as Accept-Encoding has it; whatever else a body is encoded with, it stays as it came."""
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's numbers for the formats
_PIECE = 2**16
_HEADER = 2  # bytes before deflated data


class Overdone(httpx.DecodingError):
    """The server sends more, or for longer, than anybody reads."""


def bound(response: httpx.Response) -> None:
    """Let a reply whose body is still to be read be decoded within bounds.

    Its Content-Encoding is taken off, so that httpx does not decode once more. Reading raises DecodingError for a body
    that is falsely encoded, and Overdone for one that is too long.
    """
    if response.is_stream_consumed:
        return
    names = response.headers.get_list("Content-Encoding", split_commas=True)
    response.headers.pop("Content-Encoding", None)
    known = [name for each in names if (name := each.strip().lower()) in ENCODINGS.split(", ")]
    stream = response.stream
    if isinstance(stream, httpx.SyncByteStream):
        response.stream = _Stream(stream, known)
    elif isinstance(stream, httpx.AsyncByteStream):
        response.stream = _AsyncStream(stream, known)


class _Stream(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, encodings: Sequence[str]) -> None:
        self._inner = inner
        self._encodings = encodings

    def __iter__(self) -> Iterator[bytes]:
        decoding = _Decoding(self._encodings)
        for part in self._inner:
            yield decoding.feed(part)

    def close(self) -> None:
        self._inner.close()


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, encodings: Sequence[str]) -> None:
        self._inner = inner
        self._encodings = encodings

    async def __aiter__(self) -> AsyncIterator[bytes]:
        decoding = _Decoding(self._encodings)
        async for part in self._inner:
            yield decoding.feed(part)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Decoding:
    """Takes a body part by part and gives it back decoded, its encodings named in the order of their making."""

    def __init__(self, encodings: Sequence[str]) -> None:
        if len(encodings) > MOST_ENCODINGS:
            msg = f"the reply is encoded {len(encodings)} times"
            raise Overdone(msg)
        self._wire = _Count()
        self._steps = [_Step(each) for each in reversed(encodings)]

    def feed(self, part: bytes) -> bytes:
        """What one more part of the body adds to what it says."""
        self._wire.add(len(part))
        pieces: Iterable[bytes] = (part,)
        for step in self._steps:
            pieces = step.decoded(pieces)
        return b"".join(pieces)


class _Count:
    def __init__(self) -> None:
        self._length = 0

    def add(self, length: int) -> None:
        self._length += length
        if self._length > LONGEST_BODY:
            msg = f"the reply has no end: {self._length:,} bytes"
            raise Overdone(msg)


class _Step:
    """One encoding, undone. What follows after its end is passed over, and a missing end forgiven, as httpx does."""

    def __init__(self, encoding: str) -> None:
        self._is_deflate = encoding == "deflate"
        self._start = b""
        self._unpack = zlib.decompressobj(_ZLIB if self._is_deflate else _GZIP)
        self._count = _Count()

    def decoded(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """The parts, in pieces of bounded length."""
        for part in parts:
            left = part
            while not self._unpack.eof:
                piece = self._piece(left)
                self._count.add(len(piece))
                yield piece
                left = self._unpack.unconsumed_tail
                if not left and len(piece) < _PIECE:  # a full piece may not be all that was in the part
                    break

    def _piece(self, data: bytes) -> bytes:
        start = self._start
        if len(start) < _HEADER:
            self._start += data[:_HEADER]
        try:
            return self._unpack.decompress(data, _PIECE)
        except zlib.error as error:
            if (
                self._is_deflate and len(start) < _HEADER
            ):  # without it, as some servers send, against the standard
                self._unpack, self._start = zlib.decompressobj(_RAW), bytes(_HEADER)
                return self._piece(start + data)
            raise httpx.DecodingError(str(error)) from error
