"""Clause coverage: for each clause of the contract, what exercises it, what judges it, which faults prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from atlas_contract.cases import derived_cases
from atlas_contract.cases.ground import Ground
from atlas_contract.contract import Contract, pointers
from atlas_contract.faults import catalogue
from atlas_contract.model import Case, ReplyRule

KEYWORDS = frozenset(
    {
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "contains",
        "required",
        "discriminator",
    }
)


@dataclass(frozen=True, slots=True)
class Covered:
    """One clause: the cases that exercise it, the checks that judge it, the faults that prove it.

    `operations` are the ids of those that it is about.
    """

    clause: str
    side: str
    cases: tuple[str, ...]
    checks: tuple[str, ...]
    faults: tuple[str, ...]
    operations: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Proved by a fault that is found; exercised, but by nothing proved; or judged by nobody."""
        if self.faults:
            return "proved"
        return "exercised" if self.cases else "unjudged"


def coverage(contract: Contract, ground: Ground) -> tuple[Covered, ...]:
    """Every clause of the contract: keywords of requests and replies, headers, and behaviours."""
    cases = derived_cases(contract, ground)
    faults: dict[str, list[str]] = {}
    checks: dict[str, set[str]] = {}
    for fault in catalogue(contract).values():
        if not fault.equivalent:
            faults.setdefault(fault.clause, []).append(fault.id)
            checks.setdefault(fault.clause, set()).update(fault.caught_by)
    exercised = _exercised(contract, cases)
    sides: dict[str, str] = {}
    operations: dict[str, dict[str, None]] = {}
    for side, clause, operation in _clauses(contract):
        sides.setdefault(clause, side)
        operations.setdefault(clause, {})[operation] = None
    return tuple(
        Covered(
            clause,
            side,
            tuple(exercised.get(clause, ())),
            tuple(sorted(checks.get(clause, ()))),
            tuple(faults.get(clause, ())),
            tuple(operations[clause]),
        )
        for clause, side in sides.items()
    )


def clauses_below(contract: Contract, pointer: str) -> Iterator[str]:
    """The clauses of a schema and of all below it, whatever a value has of that."""
    return _keywords(contract, pointer, frozenset())


def _exercised(contract: Contract, cases: tuple[Case, ...]) -> Mapping[str, list[str]]:
    """By clause: the cases that probe it, or whose reply it is about."""
    found: dict[str, list[str]] = {}
    plain = {case.operation: case.name for case in cases if case.name.endswith("/plain")}
    for case in cases:
        found.setdefault(case.clause, []).append(case.name)
        if case.refusal and case.refusal != case.clause:
            found.setdefault(case.refusal, []).append(case.name)
    for operation in contract.operations.values():
        if operation.id in plain:
            for clause in _reply_clauses(contract, operation.id):
                found.setdefault(clause, []).append(plain[operation.id])
    for behaviour in contract.behaviours.values():
        spoken = behaviour.operations or tuple(plain)
        found.setdefault(behaviour.id, []).extend(plain[each] for each in spoken if each in plain)
    return found


def _clauses(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """Side, clause and operation, as often as an operation has the clause."""
    for operation in contract.operations.values():
        bodies = (content.pointer for content in operation.body if content.pointer is not None)
        for pointer in (*(parameter.pointer for parameter in operation.parameters), *bodies):
            for clause in clauses_below(contract, pointer):
                yield "request", clause, operation.id
        for clause in _reply_clauses(contract, operation.id):
            yield "reply", clause, operation.id
    for behaviour in contract.behaviours.values():
        for operation_id in behaviour.operations or contract.operations:
            yield "behaviour", behaviour.id, operation_id


def _reply_clauses(contract: Contract, operation_id: str) -> Iterator[str]:
    for rule in contract.operations[operation_id].replies.values():
        yield from _clauses_of_reply(contract, rule)


def _clauses_of_reply(contract: Contract, rule: ReplyRule) -> Iterator[str]:
    for content in rule.contents:
        if content.pointer is not None:
            yield from clauses_below(contract, content.pointer)
    for header in rule.headers:
        yield header.pointer
        if header.required:
            yield pointers.join(header.pointer.removesuffix("/schema"), "required")


def _keywords(contract: Contract, pointer: str, above: frozenset[str]) -> Iterator[str]:
    """The clauses of a schema and of all below it."""
    at, schema = pointers.follow(contract.document, pointer)
    if at in above:
        return
    inner = above | {at}
    yield from (pointers.join(at, keyword) for keyword in schema if keyword in KEYWORDS)
    for name in schema.get("properties", ()):
        yield from _keywords(contract, pointers.join(at, "properties", name), inner)
    for union in ("allOf", "oneOf", "anyOf"):
        for n in range(len(schema.get(union, ()))):
            yield from _keywords(contract, pointers.join(at, union, n), inner)
    if "items" in schema:
        yield from _keywords(contract, pointers.join(at, "items"), inner)
