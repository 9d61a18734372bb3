"""Reads files that say what is put up with, why, by whom and until when: waivers, declared drift, baselines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from atlas_contract.errors import BadInput
from atlas_contract.model import Accepted
from atlas_contract.spec.documents import Document, Pointer, load
from atlas_contract.spec.wording import nearest, one_of, shown

TOP = "accepted"
_ALWAYS = ("reason", "owner", "expires")


Words: TypeAlias = Mapping[str, Collection[str]]
"""The values that a fact may have, where it may not have any."""


def read(path: Path, facts: Collection[str], words: Words = MappingProxyType({})) -> tuple[Accepted, ...]:
    """Every entry of a file whose top has the one key `accepted`, a list; `facts` are the names that entries may use.

    Raises BadInput as `entries`, and where the file cannot be read.
    """
    return entries(load(path), facts, words)


def entries(
    document: Document, facts: Collection[str], words: Words = MappingProxyType({})
) -> tuple[Accepted, ...]:
    """Every entry of such a file that is read already.

    Raises BadInput, naming file, line and entry, for anything that cannot be used: an unknown or missing key, a
    fact that is no text or none of its `words`, an entry without any fact or with facts that anything fits, `expires`
    that is no day.
    """
    for key in document.content:
        if key != TOP:
            raise _bad(document, f"/{key}", f"unknown key {key!r}", expected=f"`{TOP}` alone at the top")
    listed = document.content.get(TOP)
    if not isinstance(listed, list):
        raise _bad(document, f"/{TOP}", f"`{TOP}` is {shown(listed)}", expected="a list")
    found = tuple(_entry(document, entry, f"/{TOP}/{index}", facts) for index, entry in enumerate(listed))
    for index, entry in enumerate(found):
        _check_words(document, entry, words, f"/{TOP}/{index}")
    return found


def _entry(document: Document, entry: Any, pointer: Pointer, facts: Collection[str]) -> Accepted:
    known = (*facts, *_ALWAYS)
    if not isinstance(entry, dict):
        raise _bad(
            document, pointer, f"the entry is {shown(entry)}", expected=f"a mapping of {', '.join(known)}"
        )
    for key, value in entry.items():
        if key not in known:
            msg = f"unknown key {key!r}"
            raise _bad(document, f"{pointer}/{key}", msg, expected=one_of(known), hint=nearest(key, known))
        if not isinstance(value, str) or not value.strip():
            raise _bad(document, f"{pointer}/{key}", f"`{key}` is {shown(value)}", expected="a text")
    for key in _ALWAYS:
        if key not in entry:
            raise _bad(document, pointer, f"`{key}` is missing", expected="each of " + ", ".join(_ALWAYS))
    about = {key: value for key, value in entry.items() if key in facts}
    if not about:
        raise _bad(document, pointer, "the entry does not say what is accepted", expected=one_of(facts))
    if not any(value.strip("*") for value in about.values()):
        msg = f"the entry accepts everything: {', '.join(about)} may be any text"
        raise _bad(
            document, pointer, msg, expected=f"at least one of {', '.join(facts)} that says more than `*`"
        )
    expires = _day(document, entry["expires"], f"{pointer}/expires")
    return Accepted(about, entry["reason"], entry["owner"], expires, document.place(pointer))


def _check_words(document: Document, entry: Accepted, words: Words, pointer: Pointer) -> None:
    """A value with a star is for several words; it has to fit one of them."""
    for name in words.keys() & entry.about.keys():
        value = Accepted({name: entry.about[name]}, "", "", entry.expires)
        if not any(value.covers({name: word}, entry.expires) for word in words[name]):
            msg, known = f"`{name}` is {shown(entry.about[name])}", words[name]
            hint = nearest(entry.about[name], known)
            raise _bad(document, f"{pointer}/{name}", msg, expected=one_of(known), hint=hint)


def _day(document: Document, text: str, pointer: Pointer) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        msg = f"`expires` is {shown(text)}"
        raise _bad(document, pointer, msg, expected="a day written YYYY-MM-DD") from None


def _bad(document: Document, pointer: Pointer, what: str, *, expected: str = "", hint: str = "") -> BadInput:
    return BadInput(what, where=document.place(pointer), expected=expected, hint=hint)
