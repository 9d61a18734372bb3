"""Throws malformed traffic at a mock of its own on loopback and says what came of it. Bounded in count and time.

    python scripts/malformed.py --inputs 100000

Exit code 0 if no input got a 5xx, nothing leaked and the mock still serves; 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).with_name("atlas-contract")
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
PATIENCE = 2.0  # seconds for the answer to one input
AT_ONCE = 32
MOST_GROWTH = 30_000_000  # bytes of memory that the mock may have gained
MOST_LEFT_OPEN = 2  # files
PATH = b"/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/snapshots"
HEAD = b"POST " + PATH + b" HTTP/1.1\r\nHost: x\r\n"


@dataclass(frozen=True)
class Input:
    """What is sent, in pieces with a pause of so many seconds between them."""

    pieces: list[bytes]
    pause: float = 0.001


def noise(chance: random.Random) -> Input:
    """Bytes without any sense."""
    return Input([chance.randbytes(chance.randrange(1, 400))])


def bent(chance: random.Random) -> Input:
    """A good request with some bytes changed, left out or added."""
    raw = bytearray(good(chance))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(raw))
        raw[at : at + chance.randrange(0, 3)] = chance.randbytes(chance.randrange(0, 3))
    return Input([bytes(raw)])


def oversized(chance: random.Random) -> Input:
    """A line, a header, a crowd of headers or a body that is far too long."""
    much = b"a" * chance.choice((70_000, 200_000, 1_100_000))
    line = b"GET /" + much + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    header = HEAD + b"X: " + much + b"\r\n\r\n"
    crowd = HEAD + b"".join(b"X%d: y\r\n" % number for number in range(9000)) + b"\r\n"
    body = HEAD + b"Content-Length: %d\r\n\r\n" % len(much) + much
    return Input([chance.choice((line, header, crowd, body))])


def wrong_length(chance: random.Random) -> Input:
    """A body of another length than announced, or announced in two ways."""
    said = chance.choice(
        (b"5", b"-1", b"0x10", b"99999999999999999999", b"1, 2", b"", b"1\r\nContent-Length: 2")
    )
    chunked = chance.choice((b"", b"Transfer-Encoding: chunked\r\n"))
    body = chance.choice((b"{}", b"ffffffffffff\r\n{}", b"2\r\n{}\r\n", b"0\r\n\r\n"))
    return Input([HEAD + b"Content-Length: " + said + b"\r\n" + chunked + b"\r\n" + body])


def split(chance: random.Random) -> Input:
    """A good request in many pieces."""
    raw = good(chance)
    cuts = sorted(chance.sample(range(1, len(raw)), k=4))
    return Input([raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)])


def slow(chance: random.Random) -> Input:
    """A good request, a byte at a time, slower than the mock has patience for."""
    return Input([bytes([byte]) for byte in good(chance)[:20]], pause=0.8)


def unfinished(chance: random.Random) -> Input:
    """The beginning of a good request, and no more."""
    raw = good(chance)
    return Input([raw[: chance.randrange(1, len(raw))]])


def pipelined(chance: random.Random) -> Input:
    """Several requests at once, and noise behind them."""
    return Input([b"".join(good(chance) for _ in range(chance.randrange(2, 8))) + chance.randbytes(20)])


def good(chance: random.Random) -> bytes:
    """A request that HTTP has nothing against, with odd contents."""
    method = chance.choice((b"GET", b"POST", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS", b"PUT", b"TRACE"))
    odd_paths = (PATH + b"/%00", PATH + b"?envelope=%ff", b"/", b"/%2e%2e/", b"//", b"*", b"/api/oauth/token")
    path = chance.choice((PATH, *odd_paths))
    login = chance.choice(
        (b"Bearer x", b'Digest username="a", nonce="\xff"', b"Basic !!!", b"Basic " + b"A" * 99, b"")
    )
    body = chance.choice(
        (b"", b"{}", b"[" * 5000, b'{"retentionInDays": 1e999}', b"\xff", b'{"a": "\\ud800"}')
    )
    head = method + b" " + path + b" HTTP/1.1\r\nHost: x\r\nAuthorization: " + login
    return head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


KINDS: Mapping[Callable[[random.Random], Input], int] = {
    noise: 2000,
    bent: 4000,
    oversized: 100,
    wrong_length: 1500,
    split: 1000,
    unfinished: 1000,
    pipelined: 400,
    slow: 5,
}
"""Each kind of input with its weight."""


@contextmanager
def mock() -> Iterator[tuple[int, int]]:
    """A mock in a process of its own: its port and its process id."""
    command = [str(COMMAND), "mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        url = next(line for line in process.stdout or () if "BASE_URL" in line)
        try:
            yield int(url.rpartition(":")[2]), process.pid
        finally:
            process.terminate()


async def send(port: int, given: Input) -> str:
    """Send one input and say how it ended: the worst status, or closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    with suppress(OSError):
        for number, piece in enumerate(given.pieces):
            await asyncio.sleep(given.pause if number else 0)
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while more := await reader.read(65536):
                received += more
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    found = [match.decode() for match in STATUS.findall(received)]
    return max(found) if found else "closed without a word"


async def storm(port: int, inputs: int, seed: int) -> Counter[str]:
    """Send all inputs, some at once, and count how they ended."""
    chance, ended, turn = random.Random(seed), Counter[str](), asyncio.Semaphore(AT_ONCE)  # noqa: S311

    async def one(thing: Input) -> None:
        async with turn:
            ended[await send(port, thing)] += 1

    for first in range(0, inputs, 1000):
        kinds = chance.choices(list(KINDS), list(KINDS.values()), k=min(1000, inputs - first))
        await asyncio.gather(*(one(kind(chance)) for kind in kinds))
        if sys.stderr.isatty():
            print(f"\r{first + len(kinds):,} of {inputs:,}", end="", file=sys.stderr)
    return ended


def memory(pid: int) -> int:
    """Bytes of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) * 1024 if found else 0


def open_files(pid: int) -> int:
    """Files and sockets that a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def main(arguments: list[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    with mock() as (port, pid):
        asyncio.run(storm(port, min(given.inputs, 2000), given.seed - 1))  # what is set up once is set up now
        before, files, started = memory(pid), open_files(pid), time.monotonic()
        ended = asyncio.run(storm(port, given.inputs, given.seed))
        spent = time.monotonic() - started
        time.sleep(0.5)
        grown, left = memory(pid) - before, open_files(pid) - files
        alive = asyncio.run(send(port, Input([b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])))
    print(
        f"\n{given.inputs:,} inputs in {spent:.0f} s; memory {grown / 1e6:+.1f} MB; files {left:+d}; then {alive}"
    )
    for end, number in sorted(ended.items()):
        print(f"  {end}: {number:,}")
    failed = any(end.startswith("5") for end in ended) or not alive.startswith("4")
    return int(failed or grown > MOST_GROWTH or left > MOST_LEFT_OPEN)


if __name__ == "__main__":
    sys.exit(main())
