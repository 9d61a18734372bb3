"""Secrets that nobody has named, known by where they stand: after a scheme, under a name, before a host.

No pattern can fall into backtracking: what repeats is possessive or ends at a character that it cannot hold.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote_plus

from atlas_contract.redact.known import MASK

# The next two are for text in small letters: to compare letters regardless of case is many times as slow, and so is a
# pattern that begins with anything but a letter.
_CREDENTIALS = re.compile(
    r"""
    (?:bearer | basic | digest) (?<![-\w]bearer)(?<![-\w]basic)(?<![-\w]digest)
    \s++ (?!--) ([a-z0-9+/=._~-]{16,})
    """,
    re.VERBOSE,
)
_NAME = re.compile(
    r"""
    (?: token | secret | password | passwd | passphrase | client_assertion
      | key (?: (?<=api.key) | (?<=private.key) | (?<=secret.key) | (?<=access.key)
              | (?<=apikey) | (?<=privatekey) | (?<=secretkey) | (?<=accesskey) )
            (?<!public.api.key)(?<!public.apikey)(?<!publicapi.key)(?<!publicapikey)
      | (?:authorization | cookie) (?=\\*+["']\s*+[:=]\s*+\\*+["'])  # without quotes it is a header, as in a curl line
    )
    \\*+["']?+ \s*+ (?:= | :(?!\?)) \s*+  # `:?` is of a shell's variable
    """,
    re.VERBOSE,
)
_DIGEST = re.compile(r"""(response\s*+=\s*+\\*+["']?)([0-9A-Fa-f]{32,})""")
_LOGIN_OF_URL = re.compile(r"""(:\\?/\\?/)[^\s/?#<>"']*@""")
_QUOTE = re.compile(r"""(?<!\\)(\\*+)(["'])""")
_BARE = re.compile(  # without quotes: no variable of a shell, no object, no list, none of JSON's own words
    r"""(?:(?:Bearer|Basic)\s++)?+(?!\[redacted\]|\$\{|[\[{]\s*["'\\\[{\]}]|(?:null|none|true|false)\b)[^\s&,"}]++""",
    re.IGNORECASE,
)


def without(value: str) -> str:
    """The text without what stands where secrets stand."""
    value = _masked(value, _credentials(value))
    value = _DIGEST.sub(rf"\1{MASK}", value)
    value = _LOGIN_OF_URL.sub(rf"\1{MASK}@", value)
    return _masked(value, _fields(value))


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Whether what goes by a name is a secret."""
    return _NAME.search(_lowered(f"{name}:")) is not None


def fields_in(text: str) -> list[str]:
    """The values of secret fields, as they are written and as they are meant."""
    raw = [text[start:end] for start, end in _fields(text)]
    return list(dict.fromkeys(each for value in raw for each in (value, *_meant(value))))


def digests_in(parameters: str) -> list[str]:
    """The hashes of the digest parameters of an Authorization."""
    return [digest for _, digest in _DIGEST.findall(parameters)]


def passwords_in(basic: str) -> list[str]:
    """The password in the word of a Basic Authorization; none where it is no such word."""
    try:
        name, colon, password = base64.b64decode(basic, validate=True).decode().partition(":")
    except ValueError:
        return []
    return [password] if name and colon and password else []


def _masked(value: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with a mask in each of these places, which come in their order."""
    parts, at = [], 0
    for start, end in places:
        parts += [value[at:start], MASK]
        at = end
    return "".join([*parts, value[at:]]) if parts else value


def _credentials(text: str) -> Iterator[tuple[int, int]]:
    """Where the credentials after each scheme of HTTP begin and end."""
    return (found.span(1) for found in _CREDENTIALS.finditer(_lowered(text)))


def _fields(text: str) -> Iterator[tuple[int, int]]:
    """Where the value of each secret field begins and ends, quotes apart."""
    lowered, at = _lowered(text), 0
    while found := _NAME.search(lowered, at):
        start, at = _value(text, found.end())
        if start < at:
            yield start, at


def _lowered(text: str) -> str:
    """The text in small letters, each in its place: the one capital that would become two letters is taken apart."""
    return text.replace("\u0130", "I").lower()


def _value(text: str, at: int) -> tuple[int, int]:
    """Beginning and end of the value that begins at a place; the same twice where it has none."""
    if opening := _QUOTE.match(text, at):
        return opening.end(), _closing(text, opening)
    bare = _BARE.match(text, at)
    return (at, bare.end()) if bare else (at, at)


def _closing(text: str, opening: re.Match[str]) -> int:
    """Where the text that a quote opens ends: at the quote that closes it, or where it was cut off.

    The quotes of JSON in JSON have a backslash before them, one level deeper three, then seven. A quote with as many
    before it as the opening one, and perhaps escaped backslashes before those, closes; with fewer, it closes what is
    around.
    """
    depth = len(opening[1])
    for each in _QUOTE.finditer(text, opening.end()):
        slashes = len(each[1])
        if each[2] == opening[2] and (slashes <= depth or (slashes - depth) % (2 * depth + 2) == 0):
            return each.end(2) - 1 - min(slashes, depth)
    return len(text)


def _meant(value: str) -> Iterator[str]:
    """What is meant by a value of JSON, and by one of a form, if that is not what is written."""
    if "%" in value:
        yield unquote_plus(value)
    if "\\" in value:
        with suppress(ValueError):
            yield str(json.loads(f'"{value}"'))
