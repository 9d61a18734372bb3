"""The ground a run stands on: what the target is known to have, and who may ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_contract.contract import Contract
from atlas_contract.model import Case, Login, Operation, Place

SNAPSHOT = "{snapshot}"
"""Stands in a case's path arguments for the id of the snapshot that the case's scene speaks of."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a target is known to have. What it isn't known to have makes the cases that need it fall away.

    `project` and `cluster` are the caller's own; `sharded` is a sharded cluster of the project; `foreign` a project
    that the caller does not belong to; `refused` names, for each behaviour that refuses clusters of some kind, a
    cluster of that kind. `roles` are those that some caller has alone. `drains` says that the token bucket can be
    emptied without sending.
    """

    project: str
    cluster: str
    sharded: str = ""
    foreign: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    logins: frozenset[Login] = frozenset({Login.BEARER, Login.NONE, Login.WRONG_BEARER})
    roles: frozenset[str] = frozenset()
    drains: bool = False

    def arguments(self, contract: Contract, operation: Operation) -> dict[str, str]:
        """The path arguments of an operation: project, cluster, and the scene's snapshot, in this order."""
        names = [parameter.name for parameter in operation.parameters_in(Place.PATH)]
        cluster = self.sharded if is_sharded(contract, operation) and self.sharded else self.cluster
        return dict(zip(names, (self.project, cluster, SNAPSHOT), strict=False))

    def carries(self, case: Case) -> bool:
        """Whether a case can be sent here: its caller and its scene are to be had."""
        return case.login in self.logins and (not case.role or case.role in self.roles)


def is_sharded(contract: Contract, operation: Operation) -> bool:
    """Whether an operation is about the snapshots of sharded clusters only."""
    return (
        operation.id in contract.behaviour("sharded-snapshot-parts").operations
        or operation.id in contract.behaviour("sharded-path-needs-sharded").operations
    )
