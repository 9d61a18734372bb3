"""Secrets that are known, taken out of texts in whichever way they are written there."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "[redacted]"
SHORTEST_SECRET = 6  # characters; taking out less would only take words apart
CUT = "…"  # what stands for the rest of a value that was too long to be shown

_WRITTEN_ONE_WAY = re.compile(r"[A-Za-z0-9_.~-]*")


class Secrets:
    """The secrets of a run: those it began with, and those it learns on the way."""

    def __init__(self, *given: str | None) -> None:
        self._known = dict.fromkeys(filter(None, given))

    def learn(self, *found: str) -> None:
        """Keep what else is secret; what is too short to be is left."""
        self._known.update((each, None) for each in found if len(each) >= SHORTEST_SECRET)

    def __iter__(self) -> Iterator[str]:
        """All that are known by now."""
        return iter(tuple(self._known))

    def __repr__(self) -> str:
        """How many there are."""
        return f"Secrets({len(self._known)} known)"


def without(value: str, secrets: tuple[str, ...]) -> str:
    """The text without these secrets, the beginnings of those that were cut included."""
    if not secrets:
        return value
    found = _spellings(secrets)
    for spelling in found:
        value = value.replace(spelling, MASK)
    if CUT not in value:
        return value
    *cut, rest = value.split(CUT)
    return CUT.join([*(_without_beginning(part, found) for part in cut), rest])


def _without_beginning(part: str, spellings: tuple[str, ...]) -> str:
    """A part of a text that was cut at its end, without the beginning of a secret there."""
    for spelling in spellings:
        head = spelling[:SHORTEST_SECRET]
        at = part.find(head, max(0, len(part) - len(spelling)))
        while at >= 0:
            if spelling.startswith(part[at:]):
                return part[:at] + MASK
            at = part.find(head, at + 1)
    return part


@lru_cache(maxsize=16)
def _spellings(secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Every way to write each of these secrets, the longest first, so that none leaves a part of another."""
    found = {spelling for secret in filter(None, secrets) for spelling in _spelt(secret)}
    return tuple(sorted(found, key=lambda each: (-len(each), each)))


def _spelt(secret: str) -> set[str]:
    """A secret as it is, in JSON, in JSON in JSON, as Python writes it, in URLs, in HTML."""
    if _WRITTEN_ONE_WAY.fullmatch(secret):
        return {secret}
    once = {secret, *_in_json(secret)}
    twice = {each for spelling in once for each in (*_in_json(spelling), *_in_python(spelling))}
    urls = {quote(secret, safe="", errors="surrogatepass"), quote_plus(secret, errors="surrogatepass")}
    return once | twice | urls | {html.escape(secret)}


def _in_json(text: str) -> Iterator[str]:
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")


def _in_python(text: str) -> Iterator[str]:
    escaped = repr('"' + text)[2:-1]  # with a double quote in it, Python escapes the single ones
    yield escaped
    yield escaped.replace("\\'", "'")
