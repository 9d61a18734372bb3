"""The verdict in large letters, and the one sentence below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from atlas_contract.reports.page.wording import counted

_HEADLINES = {
    "holds": "The contract holds",
    "broken": "The contract is broken",
    "accepted": "Nothing new is broken",
    "unfinished": "No verdict: the run could not finish",
}
_OF_FAULTS = {"holds": "Every fault is found", "broken": "Faults survive"}


def headline(document: Mapping[str, Any]) -> str:
    """The verdict of a document in a few words."""
    state = document["verdict"]["state"]
    headlines = {**_HEADLINES, **_OF_FAULTS} if document["kind"] == "faults" else _HEADLINES
    return headlines[state]


def lede(document: Mapping[str, Any]) -> str:
    """What was found, and how much of the contract is proved."""
    parts = [_found(document)]
    states = Counter(each["state"] for each in document["clauses"])
    if states:
        proved = f"{states['proved']:,} of {counted(states.total(), 'clause')} proved"
        violated = f", {states['violated']:,} violated" if states["violated"] else ""
        parts.append(f"{proved}{violated}.")
    return " ".join(parts)


def _found(document: Mapping[str, Any]) -> str:
    if document["matrix"]:
        rows = [row for row in document["matrix"]["rows"] if row["state"] != "equivalent"]
        found = sum(row["state"] == "killed" for row in rows)
        return f"{found:,} of {counted(len(rows), 'fault')} found by the suite."
    noun = "exchange" if document["kind"] == "verify" else "case"
    findings, cases = document["findings"], counted(document["cases"], noun)
    if not findings:
        return f"No finding in {cases}."
    accepted = sum(each["accepted"] is not None for each in findings)
    known = f", {accepted:,} of them accepted for a time" if accepted else ""
    return f"{counted(len(findings), 'finding')} in {cases}{known}."
