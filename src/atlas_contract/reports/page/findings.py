"""Findings as the page shows them: one heading a clause, the same breach told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.reports.page.compare import Comparison, identity
from atlas_contract.reports.page.wording import cut, moment

MOST_OF_A_LINE = 20_000  # characters of a curl line


@dataclass(frozen=True, slots=True)
class Message:
    """One half of an exchange; `note` says what was cut from the body."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str
    note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding; `number` counts from 1 over the whole page.

    `curl` is "" for a line that nobody would want to read. `seen` says when the finding was seen, and `place` where in
    the reply it is, where that is known. `when` says what must be so at the server, "" if nothing.
    """

    number: int
    raw: Mapping[str, Any]
    request: Message
    reply: Message
    curl: str
    is_new: bool
    seen: str
    place: str
    when: str


@dataclass(frozen=True, slots=True)
class Broken:
    """One clause that was found broken; `anchor` is where it stands on the page.

    `accepted` if somebody has answered for each finding.
    """

    anchor: str
    clause: str
    title: str
    source: str
    findings: tuple[Shown, ...]
    accepted: bool


def broken(document: Mapping[str, Any], since: Comparison | None) -> tuple[Broken, ...]:
    """The findings by clause: those with something that nobody has accepted first, else in the document's order."""
    titles = {each["id"]: each["title"] for each in document["clauses"]}
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for finding in document["findings"]:
        groups.setdefault(finding["clause"], []).append(finding)
    found, number = [], 1
    for clause, each in sorted(groups.items(), key=lambda group: _is_accepted(group[1])):
        shown = tuple(_shown(finding, at, since) for at, finding in enumerate(each, number))
        found.append(
            Broken(f"b{number}", clause, titles.get(clause, ""), each[0]["source"], shown, _is_accepted(each))
        )
        number += len(shown)
    return tuple(found)


def _is_accepted(findings: Iterable[Mapping[str, Any]]) -> bool:
    return all(each["accepted"] for each in findings)


def _shown(finding: Mapping[str, Any], number: int, since: Comparison | None) -> Shown:
    request, reply = finding["request"], finding["reply"]
    return Shown(
        number=number,
        raw=finding,
        request=_message(f"{request['method']} {request['target']}", request),
        reply=_message(str(reply["status"]) if reply["status"] else "no whole reply came", reply),
        curl=finding["curl"] if len(finding["curl"]) <= MOST_OF_A_LINE else "",
        is_new=since is not None and identity(finding) in since.new,
        seen=_seen(finding["firstSeen"], finding["lastSeen"]),
        place=finding.get("place", ""),
        when=finding.get("when", ""),
    )


def _message(first: str, half: Mapping[str, Any]) -> Message:
    body, note = cut(half["body"])
    return Message(first, tuple((each["name"], each["value"]) for each in half["headers"]), body, note)


def _seen(first: str | None, last: str | None) -> str:
    if first is None:
        return ""
    return moment(first) if last in (None, first) else f"{moment(first)} to {moment(last)}"
