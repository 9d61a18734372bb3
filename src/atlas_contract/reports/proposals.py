"""An overlay that would make legal what was seen in recorded traffic, in the form in which spec/ keeps its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from textwrap import indent
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.model import Source
from atlas_contract.quoting import printable
from atlas_contract.reports.loosening import Step, steps
from atlas_contract.reports.verification import Deviation, Verified, time_of
from atlas_contract.spec.files import BEHAVIOURS, FRAGMENT, OVERLAY, OVERLAY_VERSION

WIDTH = 110


def overlay_text(found: Verified, contract: Contract, today: date) -> str:
    """The overlay as YAML, and as comments below it what no overlay can make legal.

    Args:
        contract: the one that the traffic was held against.
        today: for evidence of which nobody knows the day.
    """
    actions = proposed(found, contract.document, today)
    parts = [_head(found)]
    if actions:
        parts.append(_yaml(_overlay(actions, today)))
    parts += [f"# {printable(line)}\n" for line in _beyond(found, contract.document)]
    return "".join(parts)


def proposed(found: Verified, document: Mapping[str, Any], today: date) -> list[dict[str, Any]]:
    """The actions, each once, in the order of the deviations; a document they are applied to allows what was seen."""
    actions: list[dict[str, Any]] = []
    known = set()
    for deviation in found.deviations:
        for step in steps(deviation, document):
            identity = step.target, json.dumps(step.update, sort_keys=True)
            if identity not in known:
                known.add(identity)
                actions.append(_action(step, deviation, today))
    return actions


def _action(step: Step, deviation: Deviation, today: date) -> dict[str, Any]:
    change = {"remove": True} if step.update is None else {"update": step.update}
    return {
        "target": step.target,
        "description": step.description,
        **change,
        "x-reason": step.reason or f"The contract does not allow it: {printable(deviation.message)}",
        "x-evidence": _evidence(deviation, step.count or deviation.count),
        "x-date": _day(deviation, today),
        "x-source": Source.OBSERVED.value,
    }


def _evidence(deviation: Deviation, count: int) -> str:
    places = dict.fromkeys(each.place.rpartition("/")[2] for each in (deviation.first, deviation.last))
    replies = f"{count:,} of {deviation.judged:,} recorded replies"
    return printable(f"{replies} of {', '.join(deviation.operations)}; {' to '.join(places)}.")


def _day(deviation: Deviation, today: date) -> str:
    known = [each.at for each in (deviation.first, deviation.last) if each.at is not None]
    told = time_of(max(known)) if known else ""
    return told[:10] if told else today.isoformat()


def _overlay(actions: list[dict[str, Any]], today: date) -> dict[str, Any]:
    return {
        "overlay": OVERLAY_VERSION,
        "info": {"title": "Proposed after a look at recorded traffic", "version": today.isoformat()},
        "extends": FRAGMENT,
        "actions": actions,
    }


def _head(found: Verified) -> str:
    told = f"# Proposed by `atlas-contract verify --propose` from {found.read:,} exchanges, {found.layer} layer.\n"
    if not found.deviations:
        return f"{told}# Nothing to propose: no exchange deviates from the contract.\n"
    next_step = f"move it to the end of spec/{OVERLAY} as it stands, then run `atlas-contract generate`"
    return f"{told}# Read each action before you {next_step}.\n"


def _beyond(found: Verified, document: Mapping[str, Any]) -> Iterator[str]:
    """What an overlay can't say, and who can."""
    rest = [each for each in found.deviations if not steps(each, document)]
    if rest:
        yield f"What no overlay can make legal: behaviours, which stand in spec/{BEHAVIOURS}, and mistakes."
    for each in rest:
        kind = "what the server did" if each.clause.startswith("#") else f"behaviour {each.clause}"
        yield f"- {kind}: {each.message} ({each.count:,} of {each.judged:,}, check {each.check})"


def _yaml(overlay: dict[str, Any]) -> str:
    """The overlay as spec/ writes it, so that its actions can be moved there: lists indented, actions set apart."""
    actions = ["\n" + indent(_dumped([each]), "  ") for each in overlay["actions"]]
    return "".join([_dumped({**overlay, "actions": None}).replace("actions: null", "actions:"), *actions])


def _dumped(content: Any) -> str:
    import yaml

    class Indented(yaml.SafeDumper):
        """Writes the items of a list further in than its name, which YAML leaves open and PyYAML does not do."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
            """One level further in, lists too."""
            del indentless
            super().increase_indent(flow, False)  # noqa: FBT003

    text = yaml.dump(content, Dumper=Indented, sort_keys=False, allow_unicode=True, width=WIDTH)
    return str(text)
