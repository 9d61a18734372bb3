"""One request on its way through the mock, and the two ways it can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from atlas_contract.contract import Contract
from atlas_contract.model import Headers, Operation, Request

if TYPE_CHECKING:
    from atlas_contract.mock.limits import Level
    from atlas_contract.mock.world import Cluster, Member, Project


@dataclass(frozen=True, slots=True)
class Success:
    """The operation's success; `content` is None where there is no body."""

    content: Any = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal the contract states: the behaviour's id, values that its text speaks of, extra headers."""

    behaviour: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Headers = ()


@dataclass(slots=True)
class Call:
    """A request with what the steps have found out about it so far.

    `rules` is the operation whose reply rules apply: the request's own, or the nearest there is.
    """

    request: Request
    now: float
    path: str
    query: str
    operation: Operation | None
    rules: Operation
    arguments: Mapping[str, str]
    parameters: Mapping[str, str]
    defaults: Mapping[str, Any]
    version: str | None = None
    member: Member | None = None
    project: Project | None = None
    cluster: Cluster | None = None
    body: Any = None
    level: Level | None = None

    @property
    def place(self) -> tuple[str, str]:
        """The project id and cluster name that the call is about."""
        return self.arguments.get("groupId", ""), self.arguments.get("clusterName", "")

    def wants(self, flag: str) -> bool:
        """Whether a boolean query parameter is set; one that is declared but not sent has its default."""
        sent = self.parameters.get(flag)
        return bool(self.defaults.get(flag)) if sent is None else sent == "true"

    def number(self, name: str) -> int:
        """The value of an integer query parameter that was found valid, or its default."""
        return int(self.parameters.get(name) or self.defaults.get(name, 1))


def defaults_of(operation: Operation) -> Mapping[str, Any]:
    """The defaults of an operation's parameters, by name."""
    return {each.name: each.schema["default"] for each in operation.parameters if "default" in each.schema}


def open_call(
    contract: Contract, defaults: Mapping[str, Mapping[str, Any]], request: Request, now: float
) -> Call:
    """Take a request apart as far as that needs no judgement; `defaults` are those of each operation."""
    path, _, query = request.target.partition("?")
    found = contract.match(request.method, path)
    operation, arguments = found or (None, {})
    parameters = (
        dict(reversed(parse_qsl(query, keep_blank_values=True))) if query else {}
    )  # the first one counts
    rules = operation or _neighbour(contract, path) or contract.main
    return Call(
        request=request,
        now=now,
        path=path,
        query=query,
        operation=operation,
        rules=rules,
        arguments=arguments,
        parameters=parameters,
        defaults=defaults[rules.id],
    )


def _neighbour(contract: Contract, path: str) -> Operation | None:
    matches = (contract.match(method, path) for method in contract.methods(path))
    return next((found[0] for found in matches if found), None)
