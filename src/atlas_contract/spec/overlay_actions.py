"""The actions of an overlay file, checked: each says what it changes, why, and on what evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonpath

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer
from atlas_contract.spec.files import OVERLAY_VERSION
from atlas_contract.spec.wording import nearest, one_of, shown

SOURCES = ("observed", "inferred")
_TOP_KEYS = ("overlay", "info", "extends", "actions")
_ACTION_KEYS = ("target", "description", "update", "remove", "x-reason", "x-evidence", "x-date", "x-source")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Action:
    """One change: where, what, and the facts that justify it; `place` is where its file states it."""

    target: str
    update: Any
    remove: bool
    facts: dict[str, Any]
    place: str


def actions_of(overlay: Document) -> Iterator[Action]:
    """The overlay's actions in order.

    Raises BadInput, naming file, line and action, at the first thing that is missing, unknown or malformed.
    """
    _check_top(overlay)
    actions = overlay.content.get("actions")
    if not isinstance(actions, list) or not actions:
        raise _bad(
            overlay, "/actions", f"`actions` is {shown(actions)}", expected="a list of at least one action"
        )
    for index, action in enumerate(actions):
        yield _action(overlay, action, f"/actions/{index}")


def _check_top(overlay: Document) -> None:
    version = overlay.content.get("overlay")
    if version != OVERLAY_VERSION:
        raise _bad(
            overlay, "/overlay", f"`overlay` is {shown(version)}", expected=f'overlay: "{OVERLAY_VERSION}"'
        )
    _check_keys(overlay, overlay.content, "", _TOP_KEYS)
    info = overlay.content.get("info")
    if not isinstance(info, dict) or not all(isinstance(info.get(key), str) for key in ("title", "version")):
        raise _bad(overlay, "/info", f"`info` is {shown(info)}", expected="a title and a version, both text")


def _action(overlay: Document, raw: Any, pointer: Pointer) -> Action:
    if not isinstance(raw, dict):
        raise _bad(overlay, pointer, f"the action is {shown(raw)}", expected="a mapping with `target`")
    _check_keys(overlay, raw, pointer, _ACTION_KEYS)
    target = raw.get("target")
    if not isinstance(target, str):
        raise _bad(overlay, pointer, f"`target` is {shown(target)}", expected="a JSONPath such as $.paths")
    _check_path(overlay, target, pointer + "/target")
    remove = raw.get("remove", False)
    if not isinstance(remove, bool):
        raise _bad(overlay, pointer + "/remove", f"`remove` is {shown(remove)}", expected="true or false")
    if remove == ("update" in raw):
        said = "both `update` and `remove`" if remove else "neither `update` nor `remove: true`"
        raise _bad(overlay, pointer, f"the action has {said}", expected="exactly one of the two")
    return Action(target, raw.get("update"), remove, _facts(overlay, raw, pointer), overlay.place(pointer))


def _check_path(overlay: Document, target: str, pointer: Pointer) -> None:
    try:
        jsonpath.compile(target, strict=True)
    except (jsonpath.JSONPathError, LookupError) as error:  # the library looks for a token in an empty path
        why = next(iter(str(error).splitlines()), "") or "it is empty"
        msg = f"the target {target!r} is no JSONPath (RFC 9535): {why}"
        raise _bad(overlay, pointer, msg, expected="a path such as $.components.schemas.ApiError") from error


def _facts(overlay: Document, raw: dict[str, Any], pointer: Pointer) -> dict[str, Any]:
    source, date = raw.get("x-source"), raw.get("x-date")
    if source not in SOURCES:
        msg = f"`x-source` is {shown(source)}"
        hint = nearest(source, SOURCES) if isinstance(source, str) else ""
        raise _bad(overlay, pointer + "/x-source", msg, expected=one_of(SOURCES), hint=hint)
    if not (isinstance(date, str) and _DATE.fullmatch(date) and _is_day(date)):
        raise _bad(
            overlay, pointer + "/x-date", f"`x-date` is {shown(date)}", expected="a day written YYYY-MM-DD"
        )
    facts = {"source": source, "date": date, "reason": _text(overlay, raw, "x-reason", pointer)}
    facts["evidence"] = evidence_of(overlay, raw.get("x-evidence"), pointer + "/x-evidence", "x-evidence")
    if "description" in raw:
        facts["description"] = _text(overlay, raw, "description", pointer)
    return facts


def evidence_of(document: Document, value: Any, pointer: Pointer, name: str) -> list[str]:
    """The evidence as a list of texts; one text alone counts as a list of one. BadInput for anything else."""
    items = [value] if isinstance(value, str) else value
    if isinstance(items, list) and items and all(isinstance(item, str) and item.strip() for item in items):
        return list(items)
    raise _bad(
        document, pointer, f"`{name}` is {shown(value)}", expected="a text or a list of texts, none empty"
    )


def _text(overlay: Document, raw: dict[str, Any], key: str, pointer: Pointer) -> str:
    value = raw.get(key)
    if isinstance(value, str) and value.strip():
        return value
    raise _bad(overlay, f"{pointer}/{key}", f"`{key}` is {shown(value)}", expected="a sentence")


def _check_keys(overlay: Document, raw: dict[str, Any], pointer: Pointer, known: tuple[str, ...]) -> None:
    for key in raw:
        if key not in known and not (key.startswith("x-") and pointer == ""):
            raise _bad(
                overlay,
                f"{pointer}/{key}",
                f"unknown key {key!r}",
                expected=one_of(known),
                hint=nearest(key, known),
            )


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _bad(document: Document, pointer: Pointer, what: str, *, expected: str = "", hint: str = "") -> BadInput:
    return BadInput(what, where=document.place(pointer), expected=expected, hint=hint)
