"""Holds behaviours to what the toolkit reads of them: no id gone, no value missing, no name that nobody fills in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from string import Formatter
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.needs import CHECKED, COMMON, FACTS, LAST_STAGE, NEEDED, VALUES
from atlas_contract.spec.validity import METHODS
from atlas_contract.spec.wording import nearest, one_of, shown

_WORDS = {str: "a text", bool: "true or false", float: "a number", dict: "a mapping"}
_TEXTS = ("detail", "errorDescription")


def check(document: Document, content: Mapping[str, Any]) -> list[str]:
    """Where each behaviour stands that nothing in the toolkit reads, as `id (place)`; `content` has the operations.

    `document` is a behaviours file that `behaviours.check` let pass. Raises BadInput, naming file and line, for a
    behaviour that is missing or misspelt, `values` that lack a key or have another kind, and a placeholder in a
    reply that nothing fills in.
    """
    entries = document.content["behaviours"]
    ids = [entry["id"] for entry in entries]
    arguments = _arguments(content)
    for index, entry in enumerate(entries):
        pointer = f"/behaviours/{index}"
        _check_id(document, entry["id"], ids, pointer)
        _check_values(document, entry, pointer)
        _check_reply(document, entry, arguments, pointer)
    for needed in sorted(NEEDED.difference(ids)):
        msg = f"there is no behaviour `{needed}`, and the toolkit needs it"
        raise BadInput(msg, where=document.place("/behaviours"), hint="add it, or bring the id back")
    unread = (index for index, name in enumerate(ids) if name not in NEEDED | CHECKED)
    return [f"{ids[index]} ({document.place(f'/behaviours/{index}')})" for index in unread]


def _check_id(document: Document, name: str, ids: Collection[str], pointer: Pointer) -> None:
    """A strange id is a slip where it is near to one that is gone; else it is a promise nobody judges yet."""
    hint = nearest(name, (NEEDED | CHECKED).difference(ids)) if name not in NEEDED | CHECKED else ""
    if hint:
        raise _bad(document, f"{pointer}/id", f"nothing reads the behaviour {name!r}", hint=hint)


def _check_values(document: Document, entry: dict[str, Any], pointer: Pointer) -> None:
    values, needs = entry.get("values", {}), VALUES.get(entry["id"], {})
    here = f"{pointer}/values" if "values" in entry else pointer
    common = {key: kind for key, kind in COMMON.items() if key in values}
    _check_kind(document, f"behaviour `{entry['id']}`: values", values, {**common, **needs}, here)
    if entry["id"] == "snapshot-lifecycle":
        stages = values["stages"]
        last = f"{here}/stages/{len(stages) - 1}"
        _check_kind(document, f"behaviour `{entry['id']}`: the last stage", stages[-1], LAST_STAGE, last)


def _check_kind(document: Document, name: str, value: Any, kind: Any, pointer: Pointer) -> None:
    """Holds a value to a kind of the table; `name` is what a complaint calls it."""
    words = _words_for(value, kind)
    if words:
        raise _bad(document, pointer, f"{name} is {shown(value)}", expected=words)
    if isinstance(kind, list):
        for index, item in enumerate(value):
            _check_kind(document, f"{name}[{index}]", item, kind[0], f"{pointer}/{index}")
    if isinstance(kind, Mapping):
        _check_keys(document, name, value, kind, pointer)


def _check_keys(
    document: Document, name: str, value: dict[str, Any], kinds: Mapping[str, Any], pointer: Pointer
) -> None:
    for key, kind in kinds.items():
        if key not in value:
            hint = nearest(key, [each for each in value if each not in kinds])
            raise _bad(
                document, pointer, f"{name} lack `{key}`", hint=hint.replace("did you mean", "is that")
            )
        _check_kind(document, f"{name}.{key}", value[key], kind, pointer + pointer_of([key]))


def _words_for(value: Any, kind: Any) -> str:
    """What was expected, where a value is not of a kind; nothing where it is."""
    if isinstance(kind, list):
        empty_is_fine = kind == [str]
        fits = isinstance(value, list) and (bool(value) or empty_is_fine)
        return "" if fits else "a list" if empty_is_fine else "a list that is not empty"
    plain = dict if isinstance(kind, Mapping) else kind
    kinds = (int, float) if plain is float else plain
    fits = isinstance(value, kinds) and not (plain is float and isinstance(value, bool))
    return "" if fits else _WORDS[plain]


def _check_reply(
    document: Document, entry: dict[str, Any], arguments: Mapping[str, frozenset[str]], pointer: Pointer
) -> None:
    reply, known = entry.get("reply", {}), _names(entry, arguments)
    for code, text in (("errorCode", "detail"), ("error", "errorDescription")):
        if code in reply and text not in reply:
            raise _bad(document, f"{pointer}/reply", f"the reply has `{code}` and no `{text}`")
    for key in _TEXTS:
        for name in _placeholders(document, reply.get(key, ""), f"{pointer}/reply/{key}"):
            _check_name(document, name, known, f"{pointer}/reply/{key}")
    for index, name in enumerate(reply.get("parameters", ())):
        _check_name(document, str(name), known, f"{pointer}/reply/parameters/{index}")


def _check_name(document: Document, name: str, known: Collection[str], pointer: Pointer) -> None:
    if name not in known:
        msg = f"nothing fills in the placeholder {{{name}}}"
        raise _bad(document, pointer, msg, expected=one_of(sorted(known)), hint=nearest(name, known))


def _placeholders(document: Document, text: str, pointer: Pointer) -> Iterator[str]:
    try:
        found = [
            (name, how or change) for _, name, how, change in Formatter().parse(text) if name is not None
        ]
    except ValueError as error:
        raise _bad(document, pointer, f"the text has a brace that is no placeholder: {error}") from error
    for name, extra in found:
        if extra or not re.fullmatch(r"\w+", name):
            raise _bad(document, pointer, f"{{{name}…}} is no plain placeholder", expected="a name in braces")
        yield name


def _names(entry: dict[str, Any], arguments: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What can be named in the reply of a behaviour: what each of its operations has, and facts of its own."""
    named = arguments if entry["operations"] == "all" else entry["operations"]
    common = frozenset.intersection(*(arguments[each] for each in named)) if named else frozenset()
    return common | {"path", *FACTS.get(entry["id"], ())}


def _arguments(content: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The names in the path of each operation."""
    return {
        item[method]["operationId"]: frozenset(re.findall(r"\{(\w+)\}", path))
        for path, item in content["paths"].items()
        for method in METHODS
        if method in item
    }


def _bad(document: Document, pointer: Pointer, what: str, *, expected: str = "", hint: str = "") -> BadInput:
    return BadInput(what, where=document.place(pointer), expected=expected, hint=hint)
