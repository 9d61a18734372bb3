"""A run as GitHub shows it: annotations for what is new, and a summary of the step in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
MOST = 10  # annotations of one kind that GitHub shows of a step
TABLE = 50  # rows of the summary's table
_MARKS = {"holds": "✅", "accepted": "☑️", "broken": "❌", "unfinished": "⚠️"}


def commands(document: Document) -> Iterator[str]:
    """The workflow commands, a line each: an error for each new finding and trouble, as many as are shown."""
    told = [(f"{each['check']}: {each['operation']}", _sentence(each)) for each in _new(document)]
    told += [("the run could not finish", trouble) for trouble in document["troubles"]]
    told += [(f"survived: {row['fault']}", row["harm"]) for row in _survivors(document)]
    for title, message in told[:MOST]:
        yield f"::error title={_property(title)}::{_data(message)}"
    if len(told) > MOST:
        yield f"::notice::{len(told) - MOST} more; all of them are in the report"


def step_summary(document: Document) -> str:
    """The Markdown of a step's summary: the verdict, then what is new."""
    verdict = document["verdict"]
    lines = [f"### {_MARKS[verdict['state']]} {_cell(verdict['text'])}", ""]
    target = _cell(document["target"])
    lines += [f"`{target}` · {document['cases']:,} cases · {document['requests']:,} requests", ""]
    new = list(_new(document))
    if new:
        lines += ["| clause | operation | what |", "|---|---|---|", *map(_row, new[:TABLE]), ""]
    if len(new) > TABLE:
        lines += [f"… and {len(new) - TABLE:,} more.", ""]
    survivors = list(_survivors(document))
    lines += [
        f"- survived: `{_cell(row['fault'])}`, a server that {_cell(row['harm'])}"
        for row in survivors[:TABLE]
    ]
    known = sum(bool(each.get("accepted")) for each in document["findings"])
    lines += [f"{known:,} accepted finding(s) are not listed.", ""] if known else []
    lines += [f"> {_cell(each)}" for each in (*document["troubles"], *document["notes"])]
    return "\n".join(lines).rstrip() + "\n"


def _new(document: Document) -> Iterator[Mapping[str, Any]]:
    return (each for each in document["findings"] if not each.get("accepted"))


def _survivors(document: Document) -> Iterator[Mapping[str, Any]]:
    matrix = document.get("matrix")
    return (row for row in (matrix["rows"] if matrix else ()) if row["state"] == "survived")


def _row(finding: Mapping[str, Any]) -> str:
    return f"| `{_cell(finding['clause'])}` | {_cell(finding['operation'])} | {_cell(finding['message'])} |"


def _sentence(finding: Mapping[str, Any]) -> str:
    return f"{finding['message']}\nclause {finding['clause']} ({finding['source']})"


def _cell(text: str) -> str:
    """Text that can stand in a table of Markdown, with nothing that would be taken for HTML."""
    plain = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
