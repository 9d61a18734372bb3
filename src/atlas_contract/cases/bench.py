"""The bench on which an operation's cases are made: its plain request, and how to change one thing about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from atlas_contract.cases.ground import SNAPSHOT, Ground
from atlas_contract.cases.ways import text_of
from atlas_contract.cases.wire import version_headers, written
from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.document import body_properties
from atlas_contract.contract.judge import Judge
from atlas_contract.contract.plain import plain_value
from atlas_contract.model import Behaviour, Case, Expectation, Login, Operation, Place, Scene


@dataclass(frozen=True)
class Bench:
    """One operation of a contract on a ground."""

    contract: Contract
    judge: Judge
    ground: Ground
    operation: Operation

    @cached_property
    def plain(self) -> Case:
        """The most ordinary valid request: every other case changes one thing about it."""
        operation = self.operation
        return Case(
            operation=operation.id,
            clause=pointers.join(operation.pointer, "responses", operation.success.status),
            reason="an ordinary request",
            expectation=Expectation.ACCEPTED,
            path=self.ground.arguments(self.contract, operation),
            query=tuple(self._required_query()),
            headers=(*version_headers(operation), *self._required_headers()),
            body=written(operation, self.plain_body) if operation.body else b"",
            login=Login.CLIENT if operation.id == self.contract.token.id else Login.BEARER,
            scene=self.scene,
            name=f"{operation.id}/plain",
        )

    @property
    def scene(self) -> Scene:
        """What must be the case before a request of this operation can succeed."""
        if self.operation.id == self.contract.main.id:
            return Scene.IDLE
        return Scene.COMPLETED if SNAPSHOT in self._arguments.values() else Scene.ANY

    @cached_property
    def plain_body(self) -> dict[str, Any]:
        """A small valid body: a plain value for every writable property."""
        properties = body_properties(self.contract, self.operation)
        return {
            name: plain_value(self.contract.document, pointer) for name, (pointer, _) in properties.items()
        }

    def accepted(self, name: str, clause: str, reason: str, **changes: Any) -> Case:
        """The plain request with a change that leaves it valid."""
        return self._changed(name, clause, reason, Expectation.ACCEPTED, changes)

    def refused(self, name: str, clause: str, reason: str, **changes: Any) -> Case:
        """The plain request with a change that makes it invalid."""
        return self._changed(name, clause, reason, Expectation.REFUSED, changes)

    def stated(self, behaviour_id: str, name: str, reason: str, **changes: Any) -> Iterator[Case]:
        """The plain request refused as a behaviour states, if that behaviour speaks of this operation."""
        if self.speaks(behaviour_id):
            yield self.refused(name, behaviour_id, reason, **{"refusal": behaviour_id, **changes})

    def speaks(self, behaviour_id: str) -> bool:
        """Whether the contract states the behaviour, and of this operation."""
        return self.contract.speaks(behaviour_id, self.operation.id)

    def behaviours(self, key: str) -> Iterator[Behaviour]:
        """The behaviours of this operation whose values have a key."""
        found = self.contract.behaviours.values()
        return (each for each in found if key in each.values and self.speaks(each.id))

    def body(self, **changes: Any) -> bytes:
        """The plain body with some properties changed."""
        return written(self.operation, {**self.plain_body, **changes})

    def with_header(self, name: str, value: str | None) -> tuple[tuple[str, str], ...]:
        """The plain headers with another value of one, or without it."""
        others = tuple(pair for pair in self.plain.headers if pair[0] != name)
        return others if value is None else ((name, value), *others)

    def with_path(self, name: str, value: str) -> Mapping[str, str]:
        """The plain path arguments with another value of one."""
        return {**self.plain.path, name: value}

    @property
    def made_up(self) -> dict[str, str]:
        """The path arguments with a well-formed snapshot id that belongs to no snapshot."""
        found = dict(self.plain.path)
        for parameter in self.operation.parameters_in(Place.PATH):
            if found[parameter.name] == SNAPSHOT:
                found[parameter.name] = text_of(plain_value(self.contract.document, parameter.pointer))
        return found

    @property
    def _arguments(self) -> Mapping[str, str]:
        return self.ground.arguments(self.contract, self.operation)

    def _changed(
        self, name: str, clause: str, reason: str, expectation: Expectation, changes: Mapping[str, Any]
    ) -> Case:
        name = f"{self.operation.id}/{name}"
        return replace(
            self.plain, name=name, clause=clause, reason=reason, expectation=expectation, **changes
        )

    def _required_query(self) -> Iterator[tuple[str, str]]:
        for parameter in self.operation.parameters_in(Place.QUERY):
            if parameter.required:
                yield parameter.name, text_of(plain_value(self.contract.document, parameter.pointer))

    def _required_headers(self) -> Iterator[tuple[str, str]]:
        for parameter in self.operation.parameters_in(Place.HEADER):
            if parameter.required:
                yield parameter.name, text_of(plain_value(self.contract.document, parameter.pointer))
