"""Reads behaviours.yaml: the promises that OpenAPI cannot state, each with its source and evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer
from atlas_contract.spec.overlay_actions import evidence_of
from atlas_contract.spec.wording import nearest, one_of, shown

SOURCES = ("documented", "observed", "inferred")
_REQUIRED = ("id", "statement", "source", "evidence", "operations")
_KEYS = (*_REQUIRED, "reply", "values")
_REPLY: Mapping[str, tuple[type, str]] = {
    "status": (int, "a number from 400 to 599"),
    "errorCode": (str, "a text"),
    "detail": (str, "a text, with {placeholders}"),
    "detailSource": (str, "ours"),
    "parameters": (list, "a list of placeholder names"),
    "error": (str, "a text, for the OAuth form"),
    "errorDescription": (str, "a text, for the OAuth form"),
}
STATUSES = range(400, 600)


def check(document: Document, operations: Collection[str]) -> list[dict[str, Any]]:
    """The behaviours in the file's order, evidence always a list; `operations` are the known operationIds.

    Raises BadInput, naming file and line, for a missing or unknown key, an unknown source or operation,
    and an id used twice.
    """
    for key in document.content:
        if key != "behaviours":
            raise _bad(document, f"/{key}", f"unknown key {key!r}", expected="`behaviours` alone at the top")
    entries = document.content.get("behaviours")
    if not isinstance(entries, list):
        raise _bad(document, "/behaviours", f"`behaviours` is {shown(entries)}", expected="a list")
    first_place: dict[str, str] = {}
    for index, entry in enumerate(entries):
        pointer = f"/behaviours/{index}"
        _check_entry(document, entry, pointer, operations)
        if entry["id"] in first_place:
            where = first_place[entry["id"]]
            raise _bad(
                document,
                f"{pointer}/id",
                f"the id {entry['id']!r} is used twice",
                hint=f"rename one; first: {where}",
            )
        first_place[entry["id"]] = document.place(f"{pointer}/id")
    return [{**entry, "evidence": _evidence(document, entry, index)} for index, entry in enumerate(entries)]


def _evidence(document: Document, entry: dict[str, Any], index: int) -> list[str]:
    return evidence_of(document, entry["evidence"], f"/behaviours/{index}/evidence", "evidence")


def _check_entry(document: Document, entry: Any, pointer: Pointer, operations: Collection[str]) -> None:
    if not isinstance(entry, dict):
        raise _bad(document, pointer, f"the behaviour is {shown(entry)}", expected="a mapping with `id`")
    for key in entry:
        if key not in _KEYS:
            msg = f"unknown key {key!r}"
            raise _bad(document, f"{pointer}/{key}", msg, expected=one_of(_KEYS), hint=nearest(key, _KEYS))
    for key in _REQUIRED:
        if key not in entry:
            raise _bad(document, pointer, f"`{key}` is missing", expected="each of " + ", ".join(_REQUIRED))
    _check_kinds(document, entry, pointer)
    if entry["source"] not in SOURCES:
        msg = f"`source` is {shown(entry['source'])}"
        hint = nearest(str(entry["source"]), SOURCES)
        raise _bad(document, f"{pointer}/source", msg, expected=one_of(SOURCES), hint=hint)
    _check_operations(document, entry["operations"], f"{pointer}/operations", operations)
    _check_reply(document, entry.get("reply", {}), f"{pointer}/reply")


def _check_kinds(document: Document, entry: dict[str, Any], pointer: Pointer) -> None:
    for key in ("id", "statement"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise _bad(document, f"{pointer}/{key}", f"`{key}` is {shown(entry[key])}", expected="a text")
    for key in ("reply", "values"):
        if key in entry and not isinstance(entry[key], dict):
            raise _bad(document, f"{pointer}/{key}", f"`{key}` is {shown(entry[key])}", expected="a mapping")


def _check_reply(document: Document, reply: dict[str, Any], pointer: Pointer) -> None:
    for key, value in reply.items():
        if key not in _REPLY:
            msg = f"unknown key {key!r}"
            raise _bad(document, f"{pointer}/{key}", msg, expected=one_of(_REPLY), hint=nearest(key, _REPLY))
        kind, words = _REPLY[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise _bad(document, f"{pointer}/{key}", f"`{key}` is {shown(value)}", expected=words)
    if reply and reply.get("status") not in STATUSES:
        where = f"{pointer}/status" if "status" in reply else pointer
        raise _bad(
            document, where, f"`status` is {shown(reply.get('status'))}", expected="a number from 400 to 599"
        )


def _check_operations(document: Document, named: Any, pointer: Pointer, known: Collection[str]) -> None:
    if named == "all":
        return
    if not isinstance(named, list) or not named:
        raise _bad(
            document, pointer, f"`operations` is {shown(named)}", expected="all, or a list of operationIds"
        )
    for index, name in enumerate(named):
        if not isinstance(name, str) or name not in known:
            msg = f"there is no operation {shown(name)}"
            hint = nearest(str(name), known)
            raise _bad(document, f"{pointer}/{index}", msg, expected=one_of(sorted(known)), hint=hint)


def _bad(document: Document, pointer: Pointer, what: str, *, expected: str = "", hint: str = "") -> BadInput:
    return BadInput(what, where=document.place(pointer), expected=expected, hint=hint)
