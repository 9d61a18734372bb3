"""Lays an OpenAPI Overlay 1.0 over a document, and remembers which action touched which place, and why."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonpath

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.overlay_actions import Action, actions_of
from atlas_contract.spec.wording import shown

Provenance = dict[Pointer, dict[str, Any]]


@dataclass(frozen=True)
class Overlaid:
    """The document after the overlay, and for each pointer an action touched: by which evidence.

    A pointer's facts hold for everything beneath it. Where several actions touch one place, the last speaks.
    A removed member has the fact `removed`; a removed array item counts as a change of its array.
    """

    content: dict[str, Any]
    provenance: Provenance


def apply(content: Mapping[str, Any], overlay: Document) -> Overlaid:
    """The content with every action of the overlay applied in order; the arguments stay as they are.

    Raises BadInput, naming file, line and action, for an overlay or action that is not well formed, and for
    a target that selects nothing or nothing that its action can change.
    """
    result = copy.deepcopy(dict(content))
    provenance: Provenance = {}
    for action in actions_of(overlay):
        _apply_action(result, action, provenance)
    return Overlaid(result, provenance)


def _apply_action(content: dict[str, Any], action: Action, provenance: Provenance) -> None:
    matches = [
        (list(match.parts), match.obj) for match in jsonpath.finditer(action.target, content, strict=True)
    ]
    if not matches:
        msg = f"the target {action.target} selects nothing"
        hint = "correct the path, or delete the action if the contract no longer needs it"
        raise BadInput(
            msg, where=action.place, expected="at least one node of the documented contract", hint=hint
        )
    if action.remove:
        _remove(content, {tuple(parts) for parts, _ in matches}, action, provenance)
        return
    for parts, node in matches:
        _update(node, parts, action, provenance)


def _update(node: Any, parts: list[str | int], action: Action, provenance: Provenance) -> None:
    update = copy.deepcopy(action.update)
    if isinstance(node, list):
        _append(node, update if isinstance(update, list) else [update], parts, action.facts, provenance)
    elif isinstance(node, dict) and isinstance(update, dict):
        _merge(node, update, parts, action.facts, provenance)
    elif isinstance(node, dict):
        msg = f"the update is {shown(update)}, but the target {pointer_of(parts) or '/'} is an object"
        raise BadInput(
            msg,
            where=action.place,
            expected="an object whose members are merged into the target",
        )
    else:
        msg = f"the target {pointer_of(parts)} is the single value {shown(node)}"
        raise BadInput(
            msg,
            where=action.place,
            expected="an object or an array",
            hint="target the object that holds it, and name the member in `update`",
        )


def _merge(
    node: dict[str, Any],
    update: dict[str, Any],
    parts: list[str | int],
    facts: dict[str, Any],
    provenance: Provenance,
) -> None:
    for key, value in update.items():
        here = [*parts, key]
        present = node.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value, here, facts, provenance)
        elif isinstance(present, list) and isinstance(value, list):
            _append(present, value, here, facts, provenance)
        else:
            node[key] = value
            _note(provenance, here, facts)


def _append(
    node: list[Any], items: list[Any], parts: list[str | int], facts: dict[str, Any], provenance: Provenance
) -> None:
    """An array is concatenated, as Overlay 1.1 spells out for 1.0; OpenAPI has no arrays of arrays to add."""
    for item in items:
        node.append(item)
        _note(provenance, [*parts, len(node) - 1], facts)


def _remove(
    content: dict[str, Any], targets: set[tuple[str | int, ...]], action: Action, provenance: Provenance
) -> None:
    """Removes from the deepest and last place to the first, so that no index moves before its turn."""
    if () in targets:
        msg = f"the target {action.target} is the whole document"
        raise BadInput(msg, where=action.place, expected="a part of the document to remove")
    for parts in sorted(targets, key=lambda path: [(isinstance(p, int), p) for p in path], reverse=True):
        *above, last = parts
        holder: Any = content
        for part in above:
            holder = holder[part]
        del holder[last]
        if isinstance(holder, list):
            _note(provenance, above, action.facts)
        else:
            _note(provenance, [*parts], {**action.facts, "removed": True})


def _note(provenance: Provenance, parts: list[str | int], facts: dict[str, Any]) -> None:
    """Records the facts at a place and drops what earlier actions said about anything beneath it."""
    pointer = pointer_of(parts)
    for below in [known for known in provenance if known.startswith(pointer + "/")]:
        del provenance[below]
    provenance[pointer] = facts
