"""A baseline: findings that are known and put up with for a time, so that a run fails on new ones only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from atlas_contract.model import Accepted, Finding
from atlas_contract.reports.verdict import Identity

FACTS = ("check", "clause", "operation")
DAYS = 90  # that a proposed entry holds
_HEAD = """\
# Findings that are known. Say for each of them why it is put up with, and who looks after it; an entry without a
# reason and an owner is refused. After `expires` it counts as new again. `*` in a value stands for any text.
"""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline file, as of a day. Without entries nothing is accepted."""

    entries: tuple[Accepted, ...] = ()
    today: date = date.min

    def accepts(self, finding: Finding) -> Accepted | None:
        """The entry that covers a finding today, None where it is new."""
        facts = facts_of(finding)
        return next((entry for entry in self.entries if entry.covers(facts, self.today)), None)

    def accepted(self, findings: Iterable[Finding]) -> dict[Identity, Accepted]:
        """The findings that are covered today, by their identity, each with its entry."""
        pairs = ((finding.identity, self.accepts(finding)) for finding in findings)
        return {identity: entry for identity, entry in pairs if entry is not None}

    def notes(self, findings: Iterable[Finding]) -> Iterator[str]:
        """What whoever keeps the baseline should know after a run with these findings, new and accepted ones."""
        known = [facts_of(finding) for finding in findings]
        for entry in self.entries:
            seen = any(entry.covers(facts, entry.expires) for facts in known)
            if seen and entry.expires < self.today:
                yield f"an accepted finding has expired on {entry.expires}, and counts again ({entry.place})"
            elif not seen:
                yield f"nothing was found that this entry of the baseline is about ({entry.place})"


def known(path: Path | None) -> Baseline:
    """The baseline that was named, as of today, or an empty one; BadInput as `read`."""
    return read(path, datetime.now(UTC).date()) if path else Baseline()


def read(path: Path, today: date) -> Baseline:
    """A baseline file, in the form of `spec/accepted.py`; BadInput, naming file and line, where it cannot be used."""
    from atlas_contract.spec import accepted

    return Baseline(accepted.read(path, FACTS), today)


def facts_of(finding: Finding) -> Mapping[str, str]:
    """What entries of a baseline may say of a finding: the parts of its identity."""
    return dict(zip(FACTS, finding.identity, strict=True))


def is_untouched(text: str) -> bool:
    """Whether a text is a proposal as it was made: nobody has given a reason or an owner yet."""
    empty = (text.count(f'"{key}": ""\n') for key in ("reason", "owner"))
    return text.startswith(_HEAD) and all(count == text.count("\n- ") for count in empty)


def proposal(findings: Iterable[Finding], today: date) -> str:
    """The text of a baseline that would accept these findings, once somebody has said why."""
    import yaml

    until = (today + timedelta(days=DAYS)).isoformat()
    facts = dict.fromkeys(tuple(facts_of(finding).values()) for finding in findings)
    entries = [
        {**dict(zip(FACTS, each, strict=True)), "reason": "", "owner": "", "expires": until} for each in facts
    ]
    return _HEAD + yaml.safe_dump({"accepted": entries}, sort_keys=False, default_style='"', width=1000)
