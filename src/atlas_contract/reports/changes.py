"""Changes of the contract told to people: on a terminal, the gravest first and the verdict last, and as Markdown."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlas_contract.changes import Change, Grade, Witness, gravest
from atlas_contract.model import Accepted, Json
from atlas_contract.quoting import printable

WIDTH = 80
_LABEL = 13  # columns before what a label names
_MOST_LINES = 12  # of a body
_HEADERS_SHOWN = ("accept", "content-type", "host")
_BACKTICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, by name, what came of it, and what else there is to say."""

    old: str
    new: str
    changes: Sequence[Change]
    notes: Sequence[str] = ()


def text(comparison: Comparison) -> Iterator[str]:
    """The lines for a terminal, 80 columns wide where nothing in them has to stay whole."""
    return (printable(line) for line in _text(comparison))


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison for programs; every witness is complete, and can be held against both contracts again."""
    worst = gravest(comparison.changes)
    return {
        "old": comparison.old,
        "new": comparison.new,
        "verdict": worst.value if worst else None,
        "counts": {grade.value: count for grade, count in _counts(comparison).items()},
        "waived": _waived(comparison),
        "changes": [_change(change) for change in comparison.changes],
        "notes": list(comparison.notes),
    }


def markdown(comparison: Comparison) -> Iterator[str]:
    """The lines of a comment on a pull request."""
    yield f"### Contract: {_verdict(comparison)}"
    yield ""
    yield f"From {_code(comparison.old)} to {_code(comparison.new)}: {_counted(comparison)}."
    for note in comparison.notes:
        yield f"\n> {_escaped(note)}"
    for change in comparison.changes:
        if change.grade is Grade.BREAKING:
            yield from _section(change)
    for grade in (Grade.COMPATIBLE, Grade.EDITORIAL):
        yield from _folded(grade, [change for change in comparison.changes if change.grade is grade])


def headline(comparison: Comparison) -> str:
    """The verdict in one line."""
    return f"{_verdict(comparison)}: {_counted(comparison)}"


def _exchange(value: Mapping[str, Json], *, headers: bool = True) -> Iterator[str]:
    """The lines of a witness as HTTP writes them, with what HTTP cannot say in parentheses."""
    if "command" in value:
        yield f"{value['command']['tag']}: {value['command']['name']}"
        return
    if "status" in value:
        told = f", as of {value['when']}" if "when" in value else ""
        yield f"({value['to']['method']} {value['to']['path']}{told})"
        yield f"{value['status']}"
    else:
        yield f"{value['method']} {value['path']}"
    for name in ("server", "login", "role", "means"):
        if name in value:
            yield f"({name}: {value[name] if isinstance(value[name], str) else json.dumps(value[name])})"
    shown = {key: text for key, text in value["headers"].items() if headers or key.lower() in _HEADERS_SHOWN}
    yield from (f"{name}: {text}" for name, text in shown.items())
    if len(shown) < len(value["headers"]):
        yield f"({len(value['headers']) - len(shown)} more headers)"
    if "body" in value:
        yield json.dumps(value["body"], ensure_ascii=False)


def _text(comparison: Comparison) -> Iterator[str]:
    counts, seen = _counts(comparison), Counter[Grade]()
    for change in comparison.changes:
        if change.grade is not Grade.EDITORIAL:
            seen[change.grade] += 1
            number = f"{change.grade} {seen[change.grade]} of {counts[change.grade]}"
            yield from _wrapped(f"{number}{' (waived)' if change.waiver else ''}: {change.what}", "  ")
            yield from _details(change)
            yield ""
    editorial = [change for change in comparison.changes if change.grade is Grade.EDITORIAL]
    for change in editorial:
        yield from _wrapped(f"editorial: {change.what}", "  ")
        yield f"  {change.clause}"
    yield from [""] if editorial else []
    for note in comparison.notes:
        yield from _labelled("note", note, indent="")
    yield from _labelled("compared", f"{comparison.old} with {comparison.new}", indent="")
    yield from _labelled("verdict", headline(comparison), indent="")


def _details(change: Change) -> Iterator[str]:
    yield f"  {'clause':<{_LABEL - 2}}{change.clause}"
    yield from _labelled(change.side.value, ", ".join(change.operations) or "no operation")
    if change.witness is not None:
        yield from _labelled("witness", f"{_who_takes(change.witness)}:")
        for line in _exchange(change.witness.value, headers="/headers/" in change.clause):
            yield from _block(line)
        yield from _labelled("refused", change.witness.refused)
    if change.note:
        yield from _labelled("note", change.note)
    if change.waiver is not None:
        yield from _labelled("waiver", _waiver(change.waiver))


def _block(line: str) -> Iterator[str]:
    """A line of a witness, broken at spaces where it gets too long, but not without end."""
    width = WIDTH - _LABEL
    pieces = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    yield from (" " * _LABEL + piece for piece in pieces[:_MOST_LINES])
    if len(pieces) > _MOST_LINES:
        yield " " * _LABEL + "… (the whole of it with --format json)"


def _labelled(label: str, words: str, indent: str = "  ") -> Iterator[str]:
    yield from _wrapped(f"{indent}{label:<{_LABEL - len(indent)}}{words}", " " * _LABEL)


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _who_takes(witness: Witness) -> str:
    takes, refuses = ("old", "new") if witness.old_accepts else ("new", "old")
    return f"{witness.about} that the {takes} contract takes and the {refuses} one refuses"


def _waiver(waiver: Accepted) -> str:
    place = f" ({waiver.place})" if waiver.place else ""
    return f"{waiver.reason} {waiver.owner} answers for it until {waiver.expires}{place}"


def _counts(comparison: Comparison) -> dict[Grade, int]:
    found = Counter(change.grade for change in comparison.changes)
    return {grade: found[grade] for grade in Grade}


def _waived(comparison: Comparison) -> int:
    return sum(change.waiver is not None for change in comparison.changes)


def _counted(comparison: Comparison) -> str:
    told = {grade: f"{count} {grade}" for grade, count in _counts(comparison).items()}
    if _waived(comparison):
        told[Grade.BREAKING] += f" ({_waived(comparison)} waived)"
    return ", ".join(told.values())


def _verdict(comparison: Comparison) -> str:
    if not comparison.changes:
        return "no change"
    worst = gravest(comparison.changes)
    return f"{worst}" if worst else "breaking, and all of it waived"


def _change(change: Change) -> dict[str, Any]:
    return {
        "grade": change.grade.value,
        "side": change.side.value,
        "clause": change.clause,
        "what": change.what,
        "operations": list(change.operations),
        "old": change.old,
        "new": change.new,
        "witness": _witness(change.witness),
        "note": change.note or None,
        "waiver": _accepted(change.waiver),
    }


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "about": witness.about,
        "value": witness.value,
        "oldAccepts": witness.old_accepts,
        "newAccepts": witness.new_accepts,
        "refused": witness.refused,
    }


def _accepted(waiver: Accepted | None) -> dict[str, Any] | None:
    if waiver is None:
        return None
    expires = waiver.expires.isoformat()
    return {"reason": waiver.reason, "owner": waiver.owner, "expires": expires, "place": waiver.place}


def _section(change: Change) -> Iterator[str]:
    yield f"\n#### {'Waived: ' if change.waiver else ''}{_escaped(change.what)}\n"
    yield f"- clause {_code(change.clause)}"
    yield f"- {change.side}: {', '.join(map(_code, change.operations)) or 'no operation'}"
    if change.note:
        yield f"- {_escaped(change.note)}"
    if change.waiver is not None:
        yield f"- waiver: {_escaped(_waiver(change.waiver))}"
    if change.witness is not None:
        yield f"\n{_escaped(_who_takes(change.witness))}:\n"
        lines = [printable(line) for line in _exchange(change.witness.value)]
        fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(" ".join(lines))), default=0))
        yield from (f"{fence}http", *lines, fence)
        yield f"\nRefused: {_escaped(change.witness.refused)}"


def _folded(grade: Grade, changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        yield f"\n<details><summary>{len(changes)} {grade}</summary>\n"
        yield "| change | clause |"
        yield "|---|---|"
        yield from (f"| {_escaped(change.what)} | {_code(change.clause)} |" for change in changes)
        yield "\n</details>"


def _escaped(words: str) -> str:
    """Foreign words that stay words: they make no tag, no table cell and call nobody by name."""
    plain = printable(words).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return plain.replace("@", "&#64;")


def _code(words: str) -> str:
    """Words in a code span; a bar would end the cell of a table even there."""
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(words)), default=0))
    return f"{fence}{printable(words).replace('|', chr(92) + '|')}{fence}"
