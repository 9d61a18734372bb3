"""Holds recorded traffic against the contract: the suite's own checks, in one pass, in bounded memory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from atlas_contract import redact
from atlas_contract.checks import History, Moment, judge_moment
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.model import Case, Exchange, Finding, Gap, Source
from atlas_contract.recordings import Recorded
from atlas_contract.reports.verification import (
    MISSING,
    Deviation,
    Sighting,
    Trace,
    Undescribed,
    Unjudged,
    Verified,
)
from atlas_contract.runner.matching import Matching
from atlas_contract.runner.traces import trace
from atlas_contract.runner.traffic import Traffic

MOST_NAMES = 1000  # kinds of unjudged exchanges, and of headers, that are told apart
MOST_TRACES = 50  # different things seen that are kept of one deviation
HTTP_HEADERS = frozenset(
    {
        "accept-ranges", "age", "allow", "alt-svc", "cache-control", "connection", "content-encoding",
        "content-language", "content-length", "content-location", "content-range", "content-type", "date", "etag",
        "expires", "keep-alive", "last-modified", "location", "proxy-authenticate", "retry-after", "server",
        "set-cookie", "trailer", "transfer-encoding", "upgrade", "vary", "via", "www-authenticate",
    }
)  # fmt: skip
"""What HTTP itself describes, so that no contract needs to."""


class Layer(StrEnum):
    """How much of the contract traffic is held against."""

    DOCUMENTED = "documented"  # what Atlas documents, and nothing else
    EFFECTIVE = "effective"  # that, corrected by what was observed


BINDING = {
    Layer.DOCUMENTED: frozenset({Source.DOCUMENTED}),
    Layer.EFFECTIVE: frozenset({Source.DOCUMENTED, Source.OBSERVED}),
}
"""The sources whose clauses a deviation can be from. What is only inferred is a guess, of the effective layer."""


@dataclass(slots=True)
class _Tally:
    """One deviation, or one header, as it is being counted."""

    first: Sighting
    last: Sighting
    example: str = ""
    source: Source = Source.DOCUMENTED
    operations: dict[str, int] = field(default_factory=dict)
    traces: dict[str, tuple[Any, int]] = field(default_factory=dict)
    more: bool = False

    def see(self, sighting: Sighting, operation: str) -> None:
        """Count one more exchange."""
        self.operations[operation] = self.operations.get(operation, 0) + 1
        if sighting.at is None or self.last.at is None or sighting.at >= self.last.at:
            self.last = sighting
        if sighting.at is not None and self.first.at is not None and sighting.at < self.first.at:
            self.first = sighting

    def keep(self, value: Any, exchange: Exchange) -> None:
        """Count a thing seen, if there is room for it and it is no secret."""
        key = json.dumps(value, sort_keys=True)
        known = self.traces.get(key)
        if known is not None:
            self.traces[key] = known[0], known[1] + 1
        elif len(self.traces) < MOST_TRACES and redact.text(key, redact.secrets_in(exchange)) == key:
            self.traces[key] = value, 1
        else:
            self.more = True


class Verifier:
    """Takes exchange after exchange, in the order in which they happened; then tells what it has found.

    Args:
        contract: the one of the layer.
        clauses: whether a report is wanted that tells how each clause stands; to know that takes a tenth of the time.
    """

    def __init__(self, contract: Contract, layer: Layer = Layer.EFFECTIVE, *, clauses: bool = True) -> None:
        self.contract = contract
        self.layer = layer
        self.read = 0
        self._judge = judge_of(contract)
        self._history = History(contract)
        self._matching = Matching(contract)
        self._judged: dict[str, int] = {}
        self._late = 0
        self._gaps = Counter[frozenset[Gap]]()
        self._deviations: dict[tuple[str, str], _Tally] = {}
        self._headers: dict[str, _Tally] = {}
        self._unjudged: dict[tuple[str, str], tuple[int, Sighting]] = {}
        self._unjudged_others = 0
        self._undescribed_names: dict[tuple[str, tuple[str, ...]], set[str]] = {}
        self.traffic = Traffic(contract, BINDING[layer], clauses)

    def take(self, recorded: Recorded) -> None:
        """Judge one exchange, or count it among those that cannot be judged."""
        self.read += 1
        case = self._matching.case(recorded)
        if isinstance(case, str):
            self._leave(recorded, case)
            return
        self._judged[case.operation] = self._judged.get(case.operation, 0) + 1
        self._gaps[recorded.gaps] += 1
        moment = Moment(_exchange(recorded, case), self._judge, self._history.facts)
        found = self._found(moment)
        strange = self._strange(moment)
        at = moment.second if recorded.at is None else recorded.at
        self.traffic.take(moment, found, at)
        if found or strange:
            sighting = Sighting(recorded.place, at)
            self._note(found, moment, sighting)
            for name in strange:
                _tally(self._headers, name, sighting).see(sighting, case.operation)

    def result(self, *, files: int = 1, seconds: float = 0.0, repeated: tuple[str, ...] = ()) -> Verified:
        """Everything found so far, in so many files; `repeated` are those that were named more than once."""
        deviations = [
            self._deviation(clause, check, tally) for (clause, check), tally in self._deviations.items()
        ]
        deviations.sort(key=lambda each: -each.count)
        binding = BINDING[self.layer]
        return Verified(
            layer=self.layer,
            files=files,
            read=self.read,
            judged=dict(sorted(self._judged.items())),
            deviations=tuple(each for each in deviations if each.source in binding),
            guesses=tuple(each for each in deviations if each.source not in binding),
            undescribed=tuple(self._undescribed()),
            unjudged=tuple(
                Unjudged(reason, name, count, first)
                for (reason, name), (count, first) in sorted(
                    self._unjudged.items(), key=lambda each: (each[0][0], -each[1][0], each[0][1])
                )
            ),
            unjudged_others=self._unjudged_others,
            late=self._late,
            missing=self._missing(),
            repeated=repeated,
            seconds=seconds,
        )

    def _missing(self) -> dict[Gap, int]:
        counts = {gap: sum(count for gaps, count in self._gaps.items() if gap in gaps) for gap in MISSING}
        return {gap: count for gap, count in counts.items() if count}

    def _found(self, moment: Moment) -> list[Finding]:
        """What the checks say; an exchange that comes too late for the history is judged without one."""
        if self._history.saw_later(moment):
            self._late += 1
            found = judge_moment(moment, History(self.contract, self._history.facts))
        else:
            found = judge_moment(moment, self._history)
            self._history.record(moment)
        if self.layer is Layer.DOCUMENTED:
            return [each for each in found if each.source in BINDING[self.layer]]
        return found

    def _strange(self, moment: Moment) -> Iterable[str]:
        """The headers that neither the contract describes for this reply nor HTTP for any."""
        rule = moment.rule
        if rule is None:
            return ()
        key = rule.pointer, moment.header_names
        found = self._undescribed_names.get(key)
        if found is None:
            if len(self._undescribed_names) >= MOST_NAMES:
                self._undescribed_names.clear()
            described = HTTP_HEADERS | {header.name.lower() for header in rule.headers}
            found = self._undescribed_names[key] = moment.headers.keys() - described
        return found

    def _note(self, found: list[Finding], moment: Moment, sighting: Sighting) -> None:
        seen = set()
        for finding in found:
            key = finding.clause, finding.check
            tally = self._deviations.get(key)
            if tally is None:
                example = redact.text(finding.message, redact.secrets_in(moment.exchange))
                tally = self._deviations[key] = _Tally(sighting, sighting, example, finding.source)
            if key not in seen:
                tally.see(sighting, moment.operation.id)
            seen.add(key)
            tally.keep(trace(finding, moment), moment.exchange)

    def _leave(self, recorded: Recorded, reason: str) -> None:
        key = reason, self._matching.name(recorded)
        if key not in self._unjudged and len(self._unjudged) >= MOST_NAMES:
            self._unjudged_others += 1
            return
        count, first = self._unjudged.get(key, (0, Sighting(recorded.place, recorded.at)))
        self._unjudged[key] = count + 1, first

    def _deviation(self, clause: str, check: str, tally: _Tally) -> Deviation:
        traces = sorted(tally.traces.values(), key=lambda each: -each[1])
        return Deviation(
            clause=clause,
            source=tally.source,
            check=check,
            message=tally.example,
            operations=dict(tally.operations),
            judged=sum(self._judged[each] for each in tally.operations),
            first=tally.first,
            last=tally.last,
            traces=tuple(Trace(value, count) for value, count in traces),
            more=tally.more,
        )

    def _undescribed(self) -> Iterator[Undescribed]:
        for name, tally in sorted(self._headers.items()):
            judged = sum(self._judged[each] for each in tally.operations)
            yield Undescribed(name, sum(tally.operations.values()), judged, tally.first, tally.last)


def verify(
    recorded: Iterable[Recorded], contract: Contract, layer: Layer = Layer.EFFECTIVE, *, files: int = 1
) -> Verified:
    """Everything found in recorded exchanges, taken in their order.

    Raises:
        BadInput: as reading them does.
    """
    verifier = Verifier(contract, layer)
    for each in recorded:
        verifier.take(each)
    return verifier.result(files=files)


def _exchange(recorded: Recorded, case: Case) -> Exchange:
    unexplained = not case.refusal and recorded.reply.refused
    gaps = _with_reason_open(recorded.gaps) if unexplained else recorded.gaps
    return Exchange(case, recorded.request, recorded.reply, gaps)


@lru_cache(maxsize=64)
def _with_reason_open(gaps: frozenset[Gap]) -> frozenset[Gap]:
    return gaps | {Gap.REASON}


def _tally(tallies: dict[str, _Tally], name: str, sighting: Sighting) -> _Tally:
    if name not in tallies and len(tallies) >= MOST_NAMES:
        name = "(others)"
    return tallies.setdefault(name, _Tally(sighting, sighting))
