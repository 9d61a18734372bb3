"""The fields that both forms of an entry have, read or complained about by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from atlas_contract import dates
from atlas_contract.errors import BadInput
from atlas_contract.model import Headers

_HALF = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # what RFC 9110 calls so


def mapping(holder: Any, key: str, place: str) -> Mapping[str, Any]:
    """An object that must be there."""
    found = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(found, dict):
        raise bad(place, key, found, "an object")
    return found


def text(holder: Mapping[str, Any], key: str, place: str) -> str:
    """A text that must be there."""
    found = holder.get(key)
    if not isinstance(found, str):
        raise bad(place, key, found, "a text")
    check_characters(found, key, place)
    return found


def method(holder: Mapping[str, Any], place: str) -> str:
    """The method that a request must have, in capitals."""
    found = text(holder, "method", place)
    if not _TOKEN.fullmatch(found):
        msg = "This is no recorded exchange: `method` has characters that no method can have."
        raise BadInput(msg, where=place, expected="a name such as GET", hint="record it again")
    return found.upper()


def octets(holder: Mapping[str, Any], key: str, place: str) -> bytes:
    """The bytes of a body that is there as a text.

    Half characters, which JSON can write and UTF-8 cannot, stay, so that such a body is judged as what it is.
    """
    found = holder.get(key)
    if not isinstance(found, str):
        raise bad(place, key, found, "a text")
    return found.encode("utf-8", "surrogatepass")


def status(response: Mapping[str, Any], place: str) -> int:
    """The status; 0 for a reply that never came, however a recorder writes that."""
    found = response.get("status", 0)
    if found is None:
        return 0
    if type(found) is not int or not -1 <= found <= 999:  # noqa: PLR2004  three digits
        raise bad(place, "status", found, "a number of three digits")
    return max(found, 0)


def headers(holder: Mapping[str, Any], place: str) -> Headers:
    """Header fields, from a list of names and values or from an object; what HTTP/2 has before them is left out."""
    found = holder.get("headers") or ()
    if isinstance(found, dict):
        pairs = [(name, each) for name, value in found.items() for each in _each(value)]
    else:
        try:
            pairs = [(each["name"], each["value"]) for each in found]
        except (KeyError, TypeError):
            raise bad(
                place, "headers", found, "an object, or a list of objects with `name` and `value`"
            ) from None
    if {type(each) for pair in pairs for each in pair} - {str}:
        name, value = next(pair for pair in pairs if not all(isinstance(each, str) for each in pair))
        raise bad(place, f"headers, {name}"[:80], value, "a text")
    check_characters("".join([each for pair in pairs for each in pair]), "headers", place)
    first = [name[:1] for name, _ in pairs]
    return tuple(pair for pair in pairs if pair[0][:1] != ":") if ":" in first else tuple(pairs)


def second(holder: Mapping[str, Any], key: str, place: str) -> float | None:
    """The second since 1970 that an ISO 8601 text or a number names; None where there is none."""
    value = holder.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not dates.in_calendar(value):
            expected = "seconds since 1970 (not milliseconds), or a time as ISO 8601 writes it"
            raise bad(place, key, value, expected)
        return float(value)
    if (found := dates.iso_second(value)) is None:
        expected = "a time such as 2026-01-01T00:00:00Z, or seconds since 1970"
        raise complaint(place, key, f"{str(value)[:40]!r}", expected)
    return found


def check_characters(value: str, key: str, place: str) -> None:
    """Refuse half characters, which JSON can write, and neither a request line nor a header can hold."""
    if not value.isascii() and _HALF.search(value):
        msg = f"This is no recorded exchange: `{key}` has half of a character."
        raise BadInput(msg, where=place, expected="whole characters", hint="record it again")


def bad(place: str, key: str, found: Any, expected: str) -> BadInput:
    """A complaint about a field of an entry."""
    told = "missing" if found is None else f"of the type {type(found).__name__}"
    if isinstance(found, int | float):
        told = repr(found)[:40]
    return complaint(place, key, told, expected)


def complaint(place: str, key: str, told: str, expected: str) -> BadInput:
    """A complaint about a field of an entry, in words of its own."""
    msg = f"This is no recorded exchange: `{key}` is {told}."
    return BadInput(
        msg, where=place, expected=expected, hint="`atlas-contract verify --help` says which forms are read"
    )


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
