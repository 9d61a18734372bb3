"""Cases for a server where snapshots cost something: each says whose it is, and none is kept longer than wished."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from atlas_contract.cases.ground import SNAPSHOT
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of, read_json
from atlas_contract.model import Case, Expectation

TEXT, DAYS = "description", "retentionInDays"


@dataclass(frozen=True, slots=True)
class Marking:
    """What bodies that could create a snapshot are changed to say: `mark` as description, `days` as retention."""

    contract: Contract
    mark: str
    days: int

    def marked(self, case: Case) -> Case:
        """The case with mark and retention, wherever that doesn't mend what is wrong with it on purpose."""
        body = _object(case.body) if case.operation == self.contract.main.id else None
        if body is None:
            return case
        wanted = {TEXT: self.mark, DAYS: self.days}
        if case.expectation is not Expectation.REFUSED:
            return replace(case, body=json.dumps({**body, **wanted}).encode())
        broken = self._broken(body)
        for names in ((TEXT, DAYS), (TEXT,), (DAYS,)):
            changed = {**body, **{name: wanted[name] for name in names}}
            if self._broken(changed) == broken:
                return replace(case, body=json.dumps(changed).encode())
        return case

    def objection(self, case: Case) -> str:
        """Why a marked case had better not be sent to such a server, "" if it may."""
        operation = self.contract.operations[case.operation]
        if case.expectation is Expectation.REFUSED or operation.method == "GET":
            return ""
        if operation is self.contract.main:
            return (
                ""
                if _object(case.body) is not None
                else "it could take a snapshot that nobody could tell as ours"
            )
        changes = SNAPSHOT in "".join(case.path.values()) and operation.method != "DELETE"
        return "it would change how long a snapshot is kept" if changes else ""

    def _broken(self, body: dict[str, Any]) -> list[str]:
        pointer = str(self.contract.main.body[0].pointer)
        judge = judge_of(self.contract)
        unknown = sorted(set(body) - judge.properties(pointer))
        return [*(each.clause for each in judge.violations(pointer, body)), *unknown]


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = read_json(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
