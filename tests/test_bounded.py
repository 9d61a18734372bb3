"""Bodies of replies are decoded as httpx decodes them, within bounds."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.bounded import LONGEST_BODY, MOST_ENCODINGS, Overdone, bound

REQUEST = httpx.Request("GET", "http://h.example")


def raw_deflate(data: bytes) -> bytes:
    """What some servers send as deflate, against the standard."""
    packed = zlib.compressobj(wbits=-15)
    return packed.compress(data) + packed.flush()


MAKERS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "GZip": (" GZip ", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "identity": ("identity", bytes),
    "unknown": ("rot13", bytes),
}


class Parts(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in parts, for either kind of client."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


class AwaitedParts(httpx.AsyncByteStream):
    """The same for asynchronous clients only."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


def response(encodings: str, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    """A reply that is still to be read."""
    return httpx.Response(200, headers={"Content-Encoding": encodings}, stream=stream, request=REQUEST)


def read(encodings: str, parts: Sequence[bytes]) -> bytes:
    """The body, within bounds."""
    reply = response(encodings, Parts(parts))
    bound(reply)
    return reply.read()


def read_by_httpx(encodings: str, parts: Sequence[bytes]) -> bytes:
    """The body, without bounds."""
    return response(encodings, Parts(parts)).read()


def in_parts(data: bytes, size: int) -> list[bytes]:
    """The data in parts of a size."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(
    body=st.binary(max_size=300) | st.integers(0, 300_000).map(bytes),
    stack=st.lists(st.sampled_from(sorted(MAKERS)), max_size=MOST_ENCODINGS),
    size=st.integers(1, 5000),
)
def test_what_was_encoded_comes_back(body: bytes, stack: list[str], size: int) -> None:
    """Whatever the encodings are and in whichever parts it comes; an unknown one is left alone."""
    data = body
    for name in stack:
        data = MAKERS[name][1](data)
    encodings = ",".join(MAKERS[name][0] for name in stack)
    assert read(encodings, in_parts(data, size)) == body


@given(
    whole=st.tuples(st.sampled_from(sorted(MAKERS)), st.binary(max_size=80)),
    kept=st.integers(0, 200),
    more=st.binary(max_size=5),
    encodings=st.sampled_from(["", "gzip", "gzip, gzip", "deflate", "deflate, br2", "br2, gzip"]),
    size=st.integers(2, 50),
)
def test_what_is_falsely_encoded_ends_as_with_httpx(
    whole: tuple[str, bytes], kept: int, more: bytes, encodings: str, size: int
) -> None:
    """Garbled, cut off, or followed by something: the same bytes, or DecodingError."""
    maker, body = whole
    parts = in_parts(MAKERS[maker][1](body)[:kept] + more, size)
    try:
        expected = read_by_httpx(encodings, parts)
    except httpx.DecodingError:
        with pytest.raises(httpx.DecodingError) as caught:
            read(encodings, parts)
        assert caught.value.request is REQUEST
    else:
        assert read(encodings, parts) == expected


def bomb(times: int, size: int = 100_000_000) -> bytes:
    """Zeros, compressed more than once."""
    data = gzip.compress(bytes(size), 1)
    for _ in range(times - 1):
        data = gzip.compress(data)
    return data


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_body_that_becomes_too_long_is_given_up(times: int) -> None:
    """In the memory of what is allowed, not of what it would become."""
    data, encodings = bomb(times), ",".join(["gzip"] * times)
    tracemalloc.start()
    with pytest.raises(Overdone, match="no end"):
        read(encodings, [data])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2.5 * LONGEST_BODY


def test_the_bound_is_that_of_every_step() -> None:
    """A step whose result the next one passes over is counted, too."""
    inner = gzip.compress(b"short") + bytes(LONGEST_BODY)
    with pytest.raises(Overdone):
        read("gzip, gzip", [gzip.compress(inner)])


def test_the_longest_body_is_still_read() -> None:
    """And one byte more is not, encoded or plain."""
    for encodings, encode in (("gzip", gzip.compress), ("", bytes)):
        assert len(read(encodings, [encode(bytes(LONGEST_BODY))])) == LONGEST_BODY
        with pytest.raises(Overdone):
            read(encodings, [encode(bytes(LONGEST_BODY + 1))])


def test_too_many_encodings_are_given_up() -> None:
    """Nobody encodes so often."""
    with pytest.raises(Overdone, match="6 times"):
        read(",".join(["gzip"] * 6), [b""])


def test_an_asynchronous_reply_is_bounded_alike() -> None:
    """The good one and the bad one."""

    async def awaited(data: bytes) -> bytes:
        reply = response("gzip", AwaitedParts(in_parts(data, 1000)))
        bound(reply)
        return await reply.aread()

    assert asyncio.run(awaited(gzip.compress(b"a body"))) == b"a body"
    with pytest.raises(Overdone):
        asyncio.run(awaited(bomb(1)))


def test_a_reply_that_was_read_is_left_alone() -> None:
    """It has its content already."""
    reply = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b"a body"))
    bound(reply)
    assert reply.read() == b"a body"
