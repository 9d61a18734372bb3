"""How the fragment stands to Atlas's full document: for a terminal, for programs, and as a pull request's text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from atlas_contract.model import Accepted
from atlas_contract.quoting import printable
from atlas_contract.upstream import Comparison, Drift, Kind, Match, Verdict

WIDTH = 80
MOST_ROWS = 100
"""Rows of a table; a pull request's text has an end."""
_MEANING = {
    Kind.NEW: "Atlas says it, or says it otherwise",
    Kind.OURS: "the fragment says it, Atlas does not",
}
_NAMED = ("property", "parameter", "header", "reply")
"""What has a name, which the last step of its place ends with."""
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Standing:
    """What was compared, by the names of the files, and what came of it."""

    file: str
    version: str
    """What the full document calls itself: title and version."""
    fragment: str
    declarations: str
    comparison: Comparison
    verdict: Verdict


def text(standing: Standing) -> Iterator[str]:
    """The lines for a terminal, 80 columns wide where nothing in them has to stay whole; the verdict comes last."""
    return (printable(line) for line in _text(standing))


def headline(standing: Standing) -> str:
    """The verdict in one line."""
    verdict = standing.verdict
    if not verdict.undeclared:
        held = f"{len(verdict.declared)} declared differences" if verdict.declared else "no difference"
        return f"no undeclared drift ({held})"
    counts = [f"{len(verdict.of(kind))} {kind}" for kind in Kind if verdict.of(kind)]
    return f"undeclared drift: {', '.join(counts)} ({len(verdict.declared)} declared)"


def as_json(standing: Standing) -> dict[str, Any]:
    """All of it for programs."""
    comparison, verdict = standing.comparison, standing.verdict
    return {
        "file": standing.file,
        "document": standing.version,
        "published": comparison.published,
        "drift": bool(verdict.undeclared),
        "counts": {"declared": len(verdict.declared), **{kind.value: len(verdict.of(kind)) for kind in Kind}},
        "operations": [_operation(match) for match in comparison.matches],
        "differences": [_difference(drift) for drift in verdict.drifts],
        "expired": [_declaration(each) for each in verdict.expired],
        "unused": [_declaration(each) for each in verdict.unused],
    }


def markdown(standing: Standing) -> Iterator[str]:
    """The lines of a pull request: its title, an empty line, its text."""
    verdict = standing.verdict
    yield printable(f"Atlas's specification: {headline(standing)}")
    yield ""
    yield f"{_code(standing.fragment)} was held against {_code(standing.version)}, read from {_code(standing.file)}."
    yield f"{_found(standing)}"
    for kind in Kind:
        yield from _table(f"{kind.value.capitalize()}: {_MEANING[kind]}", verdict.of(kind))
    yield from _ended(standing)
    yield from _folded(verdict.declared)
    if verdict.undeclared:
        yield from _to_do(standing)


def _text(standing: Standing) -> Iterator[str]:
    verdict = standing.verdict
    for drift in verdict.declared:
        yield from _wrapped(f"declared: {_said(drift)}", "  ")
        yield f"  place      {drift.places[0][1]}"
        yield from _labelled(
            "reason", f"{drift.declared.reason} (until {drift.declared.expires})" if drift.declared else ""
        )
    yield from [""] if verdict.declared else []
    for kind in reversed(Kind):
        for number, drift in enumerate(verdict.of(kind), 1):
            yield from _wrapped(f"{kind} {number} of {len(verdict.of(kind))}: {_said(drift)}", "  ")
            yield from _details(drift)
            yield ""
    for match in standing.comparison.matches:
        yield from _labelled("note", _note(match), indent="") if _note(match) else []
    for each in verdict.expired:
        yield from _labelled("expired", f"{each.place}: ended on {each.expires} ({each.reason})", indent="")
    for each in verdict.unused:
        yield from _labelled(
            "unused", f"{each.place}: no difference is what it declares ({each.reason})", indent=""
        )
    yield from _labelled("document", f"{standing.file}: {standing.version}", indent="")
    yield from _labelled("compared", _found(standing), indent="")
    if verdict.undeclared:
        yield from _labelled(
            "next", f"correct {standing.fragment}, or declare it in {standing.declarations}", indent=""
        )
    yield from _labelled("verdict", headline(standing), indent="")


def _said(drift: Drift) -> str:
    """What differs, in a sentence."""
    if drift.ours and drift.upstream:
        return f"{drift.what} is {drift.ours} in the fragment, {drift.upstream} at Atlas"
    said = f"{drift.what} {drift.upstream or drift.ours}"
    if drift.what in _NAMED:
        said = f"{drift.what} {_name(drift)} ({drift.upstream or drift.ours})"
    told, silent = ("Atlas", "the fragment") if drift.upstream else ("the fragment", "Atlas")
    return f"{said}: {told} has it, {silent} has not"


def _name(drift: Drift) -> str:
    """The last step to what differs, such as the name of a property."""
    _, place = drift.places[0]
    return place.rpartition(" > ")[2].rpartition(" ")[2]


def _details(drift: Drift) -> Iterator[str]:
    operation, place = drift.places[0]
    yield f"  operation  {operation}"
    yield f"  place      {place}"
    others = sorted({each for each, _ in drift.places[1:]} - {operation})
    if others:
        yield from _labelled("also in", ", ".join(others))
    yield f"  clause     {drift.clause}"


def _note(match: Match) -> str:
    """What there is to say of how an operation was found, if anything."""
    if match.theirs is None:
        return f"{match.ours.id} is published no more, neither by path nor by any of its names"
    found = f"{match.ours.id} was found by {match.how}"
    named = f", published as {match.theirs.id}" if match.renamed else ""
    moved = f", at {match.theirs.line}" if match.moved else ""
    return f"{found}{named}{moved}" if named or moved else ""


def _found(standing: Standing) -> str:
    matches = standing.comparison.matches
    found = sum(match.theirs is not None for match in matches)
    renamed = sum(match.renamed for match in matches)
    moved = sum(match.moved for match in matches)
    told = f"{found} of our {len(matches)} operations found among {standing.comparison.published}"
    return told + (f", {renamed} renamed" if renamed else "") + (f", {moved} moved" if moved else "")


def _table(title: str, drifts: Sequence[Drift]) -> Iterator[str]:
    if not drifts:
        return
    yield f"\n### {title}\n"
    yield "| what | operation | place | the fragment | Atlas |"
    yield "|---|---|---|---|---|"
    for drift in drifts[:MOST_ROWS]:
        operation, place = drift.places[0]
        others = len({each for each, _ in drift.places} - {operation})
        more = f" and {others} more" if others else ""
        cells = (drift.what, _code(operation) + more, _code(place), _code(drift.ours), _code(drift.upstream))
        yield f"| {' | '.join(cells)} |"
    if len(drifts) > MOST_ROWS:
        yield f"\n… and {len(drifts) - MOST_ROWS} more."


def _ended(standing: Standing) -> Iterator[str]:
    verdict = standing.verdict
    if verdict.expired or verdict.unused:
        yield "\n### Declarations to look at\n"
        for each in verdict.expired:
            yield f"- {_code(each.place)} ended on {each.expires}: {_plain(each.reason)}"
        for each in verdict.unused:
            yield f"- {_code(each.place)} declares what is no difference (any more): {_plain(each.reason)}"


def _folded(drifts: Sequence[Drift]) -> Iterator[str]:
    if drifts:
        yield f"\n<details><summary>{len(drifts)} declared differences</summary>\n"
        for drift in drifts:
            operation, place = drift.places[0]
            reason = drift.declared.reason if drift.declared else ""
            yield f"- {_code(operation)}, {_code(place)}: {_plain(reason)}"
        yield "\n</details>"


def _to_do(standing: Standing) -> Iterator[str]:
    yield "\n### What to do next\n"
    yield f"1. New upstream and right? Say it in {_code(standing.fragment)}, in our own words, and generate."
    yield "2. Real Atlas does otherwise? Say that in the overlay, too, with its evidence."
    yield "3. Ours only, and published nowhere? It belongs into the overlay or the behaviours, or goes."
    yield f"4. So on purpose? Declare it in {_code(standing.declarations)}, with reason, owner and expiry."


def _operation(match: Match) -> dict[str, Any]:
    found = (
        {"publishedAs": match.theirs.id, "at": match.theirs.line, "foundBy": match.how}
        if match.theirs
        else {}
    )
    return {"operation": match.ours.id, "path": match.ours.line, "found": match.theirs is not None, **found}


def _difference(drift: Drift) -> dict[str, Any]:
    return {
        "sorted": "declared" if drift.declared else drift.kind.value,
        "kind": drift.kind.value,
        "what": drift.what,
        "clause": drift.clause,
        "ours": drift.ours or None,
        "upstream": drift.upstream or None,
        "places": [{"operation": operation, "place": place} for operation, place in drift.places],
        "declared": _declaration(drift.declared) if drift.declared else None,
    }


def _declaration(each: Accepted) -> dict[str, Any]:
    told = {
        "reason": each.reason,
        "owner": each.owner,
        "expires": each.expires.isoformat(),
        "place": each.place,
    }
    return {**each.about, **told}


def _labelled(label: str, words: str, indent: str = "  ") -> Iterator[str]:
    yield from _wrapped(f"{indent}{label:<11}{words}", f"{indent}{'':11}")


def _wrapped(line: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _code(value: str) -> str:
    """A value as code in a table's cell; nothing for nothing."""
    if not value:
        return ""
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(value)), default=0))
    space = " " if "`" in value else ""
    return ticks + space + printable(value).replace("|", "\\|") + space + ticks


def _plain(value: str) -> str:
    """Text of a declaration as a line of Markdown, in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", printable(" ".join(value.split())))
