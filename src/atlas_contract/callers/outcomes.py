"""What a client makes of a reply or of a call, in a form that knows no classes, so that two clients can be compared."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import attrs
import httpx

from atlas_contract.model import Reply

REST = "additional_properties"
"""The member of a model that holds what the contract does not name."""
NULL = "null"
RAW = "bytes of the body"
_PLAIN = (str, int, float, bool)
_TOLD = ("name", "pointer", "expected", "allowed")
"""Attributes of the client's errors that say which of them it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either `facts`, texts by the place in the value or request, or an error: its type, what it is about, its text."""

    facts: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


Read = Callable[[httpx.Response], Any]
"""An operation's `parse_response`."""


def of_reply(reply: Reply, *reads: Read) -> tuple[Outcome, ...]:
    """What each of the functions reads in a reply."""
    response = httpx.Response(reply.status, headers=list(reply.headers), content=reply.body)
    return tuple(_read(read, response) for read in reads)


def _read(read: Read, response: httpx.Response) -> Outcome:
    try:
        parsed = read(response).parsed
    except Exception as error:  # noqa: BLE001 - whatever a caller would get to see
        return failed(error)
    return Outcome(dict(facts("", parsed)))


def is_unset(value: Any) -> bool:
    """Whether a value is the client's mark for an absent member, whichever client it is of."""
    return type(value).__name__ == "Unset"


def failed(error: Exception) -> Outcome:
    """The outcome that an error is."""
    about = {name: str(value) for name in _TOLD if (value := getattr(error, name, None)) is not None}
    return Outcome(error=type(error).__name__, about=about, text=str(error))


# --- The form without classes -----------------------------------------------------------------------------------------


def facts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each leaf of a value as text by its place; models are their members, absent ones left out."""
    kind = type(value)
    if kind in _PLAIN:
        yield place, f"{kind.__name__} {json.dumps(value)}"
    elif isinstance(value, list):
        if not value:
            yield place, "an empty list"
        for number, inner in enumerate(value):
            yield from facts(f"{place}[{number}]", inner)
    elif (members := _members(value)) is not None:
        if not members:
            yield place, "an empty object"
        for name, inner in members.items():
            yield from facts(f"{place}.{name}" if place else name, inner)
    else:
        yield place, _leaf(value)


def _members(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, dict):
        return value
    if attrs.has(type(value)):
        found = ((each.name, getattr(value, each.name)) for each in attrs.fields(type(value)))
        return {name: inner for name, inner in found if not is_unset(inner) and (name != REST or inner)}
    return None


def _leaf(value: Any) -> str:
    """The kind and the value. Whether an enum knows its value is a matter of the surface: the text is kept anyway."""
    if isinstance(value, Enum):
        return f"enum {json.dumps(value.value)}"
    if isinstance(value, (dt.date, uuid.UUID)):
        return f"{type(value).__name__} {value}"
    if value is None:
        return NULL
    return f"{type(value).__name__} {json.dumps(value) if isinstance(value, (str, int, float)) else value}"
