"""The verdict on a run: one word for programs, one sentence for people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from atlas_contract.model import Finding
from atlas_contract.reports.record import Fate, Matrix

Identity: TypeAlias = tuple[str, str, str]
NOTHING = "none: nothing was judged, which proves nothing"


class Ruling(StrEnum):
    """What a run came to."""

    HOLDS = "holds"
    BROKEN = "broken"
    ACCEPTED = "accepted"
    """There are findings, and somebody has answered for each of them."""
    UNFINISHED = "unfinished"
    """The run could not do what it was meant to, so its silence is worth nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run came to, and in words."""

    ruling: Ruling
    text: str


def verdict(
    findings: Sequence[Finding], accepted: Collection[Identity], troubles: Sequence[str], probed: int
) -> Verdict:
    """The verdict on a run that judged exchanges; `probed` is how many clauses its cases were about."""
    told = f"{probed} clauses probed"
    new = [each for each in findings if each.identity not in accepted]
    if troubles:
        text = f"none: the suite could not finish ({told}, {len(findings)} finding(s) so far)"
        return Verdict(Ruling.UNFINISHED, text)
    if not (findings or probed):
        return Verdict(Ruling.UNFINISHED, NOTHING)
    if not findings:
        return Verdict(Ruling.HOLDS, f"the contract holds: {told}, no finding")
    known = f", {len(findings) - len(new)} more accepted" if len(new) < len(findings) else ""
    if not new:
        return Verdict(Ruling.ACCEPTED, f"nothing new: all of {len(findings)} finding(s) accepted ({told})")
    broken = len({finding.clause for finding in new})
    text = f"{len(new)} finding(s){known}: {broken} of the contract's clauses broken ({told})"
    return Verdict(Ruling.BROKEN, text)


def matrix_verdict(matrix: Matrix) -> Verdict:
    """The verdict on the suite after a trial of faults."""
    killable = [row for row in matrix.rows if row.fate is not Fate.EQUIVALENT]
    killed = sum(row.fate is Fate.KILLED for row in killable)
    survived = len(killable) - killed
    share = killed / len(killable) if killable else 1.0
    text = f"{killed:,} of {len(killable):,} faults found ({share:.1%}), {survived} survived"
    return Verdict(Ruling.BROKEN if survived else Ruling.HOLDS, text)
