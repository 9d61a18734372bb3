"""Whether a path argument can make a request leave its endpoint: a great many nasty values, each tried twice.

Through the client's own methods, where the contract's patterns refuse most of them; and through the encoding alone,
without any pattern, so that the encoding is shown to hold by itself. What counts is the raw path on the wire.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx

from atlas_contract.client import AtlasClient
from atlas_contract.contract import load
from atlas_contract.errors import AtlasError, InvalidArgument
from atlas_contract.model import Place
from atlas_snapshots.errors import BadArgument
from atlas_snapshots.limits import path_segment
from benchmarks import Benchmark

GOOD = ("32b6e34b3d91647abb20e7b8", "Cluster0", "6a79448a92e9674f126dabcd")
METHODS: Mapping[str, tuple[str, int, dict[str, Any]]] = {
    "take_snapshot": ("takeGroupClusterBackupSnapshots", 2, {}),
    "list_snapshots": ("listGroupClusterBackupSnapshots", 2, {}),
    "get_snapshot": ("getGroupClusterBackupSnapshot", 3, {}),
    "get_sharded_snapshot": ("getGroupClusterBackupSnapshotShardedCluster", 3, {}),
    "delete_snapshot": ("deleteGroupClusterBackupSnapshot", 3, {}),
    "change_retention": ("updateGroupClusterBackupSnapshot", 3, {"value": 1, "unit": "DAYS"}),
}
SIGNS = "/ // \\ ? # % & = + ; : @ , ~ * $ ! ' ( ) [ ] { } | ^ ` < > \""
ENCODED = "%2e %2E %2f %2F %5c %00 %0a %0d %25 %252e %252f %c0%ae %u002e %ff"
WORDS = "a Z 0 - Cluster0 clusters groups backup snapshots api atlas v2 http: https:// elsewhere.example"
BLANKS = " \t\r\n\0\x0b\x7f\x85\xa0\u2028\u2029\ufeff\u200b\xad"
ALIKE = (
    "\u2024\uff0e\uff0f\u2215\u2044\u0338\u0661\u06f1\u0430\u0131\u1e9e"  # as dots, slashes, digits, letters
)
DIRECTIONS = "\u202e\u2066\u05d0"
BEYOND = "\ud800\udc80\udfff\U0001f680\U0010ffff"
PIECES: tuple[str, ...] = (
    ".",
    "..",
    *SIGNS.split(" "),
    *ENCODED.split(" "),
    *WORDS.split(" "),
    *BLANKS,
    *ALIKE,
    *DIRECTIONS,
    *BEYOND,
)
ODD: tuple[Any, ...] = (None, 0, 5, -1, 1.5, True, b"", b"..", b"Cluster0", [], [".."], ("..",), {}, ...)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of this benchmark."""
    parser.add_argument("--values", type=int, default=100_000, help="how many values (100000)")
    parser.add_argument("--seed", type=int, default=0, help="which values (0)")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Try the values."""
    chance = random.Random(options.seed)  # noqa: S311  the values shall be the same for a seed
    wire = Wire()
    started = time.perf_counter()
    through_client, through_encoding = Client(wire), Encoding(wire)
    counts = {"sent": 0, "refused": 0, "encoded": 0, "not encoded": 0}
    escapes: list[str] = []
    for kind in chance.choices(list(KINDS), list(KINDS.values()), k=options.values):
        value = kind(chance)
        for attempt, taken, left in (
            (through_client, "sent", "refused"),
            (through_encoding, "encoded", "not encoded"),
        ):
            accepted, escape = attempt(value, chance)
            counts[taken if accepted else left] += 1
            escapes += [escape] if escape else []
    seconds = time.perf_counter() - started
    return {
        "values": options.values,
        "seed": options.seed,
        **counts,
        "escapes": escapes,
        "seconds": round(seconds, 1),
        "good": not escapes,
    }


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The result for people."""
    yield f"{result['values']:,} values (seed {result['seed']}) in {result['seconds']} seconds"
    yield f"by the client: {result['sent']:,} sent, {result['refused']:,} refused before anything was sent"
    yield f"by the encoding alone: {result['encoded']:,} sent, {result['not encoded']:,} refused"
    yield from result["escapes"][:20]
    yield f"{len(result['escapes'])} escapes"


BENCHMARK = Benchmark(
    "escapes", "Can a path argument make a request leave its endpoint?", add_flags, run, lines
)


def pieces(chance: random.Random) -> str:
    """Up to six pieces that have made clients leave their path."""
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 6)))


def spoilt(chance: random.Random) -> str:
    """A good argument with such a piece in it."""
    good = chance.choice(GOOD)
    at = chance.randint(0, len(good))
    return good[:at] + chance.choice(PIECES) + good[at + chance.randint(0, 2) :]


def anything(chance: random.Random) -> str:
    """Characters of all of Unicode, halves of characters too."""
    return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 8)))


def plain(chance: random.Random) -> str:
    """Characters of ASCII, the invisible ones too."""
    return "".join(chr(chance.randrange(0x80)) for _ in range(chance.randint(1, 12)))


def good(chance: random.Random) -> str:
    """An id or a name as there may be one."""
    if chance.random() < 0.5:  # noqa: PLR2004  half of them
        return f"{chance.getrandbits(96):024x}"
    return "".join(chance.choice("abcXYZ019-") for _ in range(chance.randint(1, 40)))


def long(chance: random.Random) -> str:
    """More than fits into a URL, often."""
    return chance.choice(PIECES) * chance.randint(1, 70_000)


def odd(chance: random.Random) -> Any:
    """No text at all."""
    return chance.choice(ODD)


KINDS: Mapping[Callable[[random.Random], Any], int] = {
    pieces: 450,
    spoilt: 250,
    anything: 100,
    plain: 80,
    good: 100,
    long: 1,
    odd: 19,
}


class Wire(httpx.BaseTransport):
    """Keeps the raw path of a request, and answers with something that ends every call."""

    def __init__(self) -> None:
        self._paths: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, and remember."""
        self._paths.append(request.url.raw_path.partition(b"?")[0])
        return httpx.Response(404)

    def sent(self) -> list[bytes]:
        """The paths since the last time."""
        paths, self._paths = self._paths, []
        return paths


Judgement = tuple[bool, str | None]


class Client:
    """A value as one argument of one of the client's methods."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._client = AtlasClient(public_key="a", private_key="b", transport=wire)
        operations = load().operations
        self._methods: list[tuple[Callable[..., Any], str, int, dict[str, Any]]] = []
        for name, (operation, count, options) in METHODS.items():
            template = operations[operation].path
            for each in (parameter.name for parameter in operations[operation].parameters_in(Place.PATH)):
                template = template.replace("{" + each + "}", "{}")
            self._methods.append((getattr(self._client, name), template, count, options))

    def __call__(self, value: Any, chance: random.Random) -> Judgement:
        """Whether the value was sent, and the escape if it was one."""
        method, template, count, options = chance.choice(self._methods)
        at = chance.randrange(count)
        arguments: list[Any] = list(GOOD[:count])
        arguments[at] = value
        try:
            method(*arguments, **options)
        except InvalidArgument:
            return False, f"{value!r} was refused, but sent" if self._wire.sent() else None
        except AtlasError:
            pass
        return True, escape(self._wire.sent(), template, arguments, at)


class Encoding:
    """A text as a segment of a path, without a pattern."""

    template = "/api/{}/x/{}/y"

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._client = httpx.Client(base_url="https://cloud.mongodb.com", transport=wire)

    def __call__(self, value: Any, chance: random.Random) -> Judgement:
        """Whether the value was sent, and the escape if it was one."""
        at = chance.randrange(2)
        arguments: list[Any] = ["left", "right"]
        arguments[at] = value
        try:
            self._client.get(self.template.format(*(path_segment("a", each) for each in arguments)))
        except (BadArgument, httpx.InvalidURL):
            return False, f"{value!r} was refused, but sent" if self._wire.sent() else None
        return True, escape(self._wire.sent(), self.template, arguments, at)


def escape(paths: list[bytes], template: str, arguments: list[Any], at: int) -> str | None:
    """Says how what was sent is not the template with just these arguments; None if it is."""
    value = arguments[at]
    if len(paths) != 1 or not isinstance(value, str):
        return f"{value!r} was accepted, and this was sent: {paths!r}"
    filled = iter(arguments)
    wanted = [next(filled) if part == "{}" else part for part in template.split("/")]
    found = paths[0].split(b"/")
    same = len(wanted) == len(found) and all(
        unquote_to_bytes(one) == other.encode() for one, other in zip(found, wanted, strict=True)
    )
    return None if same else f"{value!r} was sent as {paths[0]!r}"
