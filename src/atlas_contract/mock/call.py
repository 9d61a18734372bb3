"""One request on its way through the mock, and the two ways it can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from atlas_contract.model import Headers, Request

if TYPE_CHECKING:
    from atlas_contract.mock.limits import Level
    from atlas_contract.mock.targets import Target
    from atlas_contract.mock.world import Cluster, Member, Project


class Success(NamedTuple):
    """The operation's success; `content` is None where there is no body."""

    content: Any = None


class Refusal(NamedTuple):
    """A refusal the contract states: the behaviour's id, values that its text speaks of, extra headers."""

    behaviour: str
    facts: Mapping[str, Any] = MappingProxyType({})
    headers: Headers = ()


@dataclass(slots=True)
class Call:
    """A request with what the steps have found out about it so far."""

    request: Request
    target: Target
    now: float
    version: str | None = None
    member: Member | None = None
    project: Project | None = None
    cluster: Cluster | None = None
    body: Any = None
    level: Level | None = None
