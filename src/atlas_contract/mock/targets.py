"""What a request's method and target tell by themselves; worked out once for those that come again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Operation, Place, Request

REMEMBERED, LONGEST_REMEMBERED = 1024, 1000  # targets, and characters of each


@dataclass(frozen=True)
class Target:
    """A method and target, taken apart and judged as far as that goes without the rest of the request.

    `rules` is the operation whose reply rules apply: the request's own, or the nearest there is. `malformed` are the
    names of the path arguments that break the contract, `invalid` those of the query parameters that do, or that are
    missing where they must not be.
    """

    path: str
    query: str
    operation: Operation | None
    rules: Operation
    arguments: Mapping[str, str]
    parameters: Mapping[str, str]
    defaults: Mapping[str, Any]
    malformed: tuple[str, ...]
    invalid: tuple[str, ...]

    @cached_property
    def place(self) -> tuple[str, str]:
        """The project id and cluster name that the request is about."""
        return self.arguments.get("groupId", ""), self.arguments.get("clusterName", "")

    @cached_property
    def is_enveloped(self) -> bool:
        """Whether the reply's body is to be wrapped in an envelope."""
        return self.wants("envelope")

    @cached_property
    def is_pretty(self) -> bool:
        """Whether the reply's body is to be laid out for people."""
        return self.wants("pretty")

    def wants(self, flag: str) -> bool:
        """Whether a boolean query parameter is set; one that is declared but not sent has its default."""
        sent = self.parameters.get(flag)
        return bool(self.defaults.get(flag)) if sent is None else sent == "true"

    def number(self, name: str) -> int:
        """The value of an integer query parameter that was found valid, or its default."""
        return int(self.parameters.get(name) or self.defaults.get(name, 1))


class Targets:
    """Reads targets by the contract."""

    def __init__(self, contract: Contract, judge: Judge) -> None:
        self._contract = contract
        self._judge = judge
        self._defaults = {each.id: _defaults(each) for each in contract.operations.values()}
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    def of(self, request: Request) -> Target:
        """The target of a request."""
        read = self._remembered if len(request.target) <= LONGEST_REMEMBERED else self._read
        return read(request.method, request.target)

    def _read(self, method: str, target: str) -> Target:
        path, _, query = target.partition("?")
        operation, arguments = self._contract.match(method, path) or (None, {})
        rules = operation or self._neighbour(path) or self._contract.main
        parameters = dict(reversed(parse_qsl(query, keep_blank_values=True)))  # the first one counts
        return Target(
            path=path,
            query=query,
            operation=operation,
            rules=rules,
            arguments=arguments,
            parameters=parameters,
            defaults=self._defaults[rules.id],
            malformed=tuple(self._broken(rules, Place.PATH, arguments)) if operation else (),
            invalid=tuple(self._broken(rules, Place.QUERY, parameters)),
        )

    def _neighbour(self, path: str) -> Operation | None:
        matches = (self._contract.match(method, path) for method in self._contract.methods(path))
        return next((found[0] for found in matches if found), None)

    def _broken(self, rules: Operation, place: Place, sent: Mapping[str, str]) -> Iterator[str]:
        for parameter in rules.parameters_in(place):
            value = sent.get(parameter.name)
            if value is None:
                if parameter.required:
                    yield parameter.name
            elif not self._judge.argument_conforms(parameter, value):
                yield parameter.name


def _defaults(operation: Operation) -> Mapping[str, Any]:
    return {each.name: each.schema["default"] for each in operation.parameters if "default" in each.schema}
