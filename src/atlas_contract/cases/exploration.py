"""Random exploration: Schemathesis makes requests from the contract, the contract says what should become of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from hypothesis import strategies as st

from atlas_contract.cases.ground import Ground, version_headers
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge, read_json
from atlas_contract.model import Case, Expectation, Operation, Place


def explored(
    contract: Contract, operation: Operation, ground: Ground, *, valid: bool
) -> st.SearchStrategy[Case]:
    """Cases Schemathesis makes for an operation: with `valid`, meant to be accepted; else meant to break something.

    What Schemathesis means is not taken on trust: each case is read again as it stands on the wire, and expected to
    be accepted only if nothing in it breaks a clause, refused only if something does.
    """
    import schemathesis
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_dict(dict(contract.document))
    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
    made = schema[operation.path][operation.method].as_strategy(generation_mode=mode)
    judge, pinned = Judge(contract), ground.arguments(operation)

    def case(raw: Any) -> Case:
        path = pinned if valid else {**pinned, **_unquoted(raw.path_parameters)}
        query = tuple(_texts(raw.query).items())
        return _judged(judge, operation, path=path, query=query, body=_body(raw.body), pinned=pinned)

    return made.map(case).filter(lambda case: all(case.path.values()))


def _judged(
    judge: Judge,
    operation: Operation,
    *,
    path: Mapping[str, str],
    query: tuple[tuple[str, str], ...],
    body: bytes,
    pinned: Mapping[str, str],
) -> Case:
    broken = broken_clauses(judge, operation, path, dict(query), body)
    if broken:
        clause, reason, expectation = broken[0], f"it breaks {broken[0]}", Expectation.REFUSED
    else:
        clause, reason = operation.pointer, "it breaks no clause"
        expectation = Expectation.ACCEPTED if path == pinned else Expectation.ANSWERED
    return Case(operation.id, clause, reason, expectation, path, query, version_headers(operation), body)


def broken_clauses(
    judge: Judge, operation: Operation, path: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> list[str]:
    """Every clause that a request breaks, read as it stands on the wire: path, then query, then body."""
    return list(_broken(judge, operation, path, query, body))


def _broken(
    judge: Judge, operation: Operation, path: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> Iterator[str]:
    for parameter in operation.parameters_in(Place.PATH):
        yield from (found.clause for found in judge.argument_violations(parameter, path[parameter.name]))
    yield from (found.clause for _, found in judge.query_violations(operation, query))
    for content in operation.body[:1]:
        try:
            value = read_json(body)
        except ValueError:
            yield "json-malformed"
            return
        if content.pointer is not None:
            yield from (found.clause for found in judge.violations(content.pointer, value))
        if isinstance(value, dict) and set(value) - judge.properties(content.pointer or ""):
            yield "attribute-unknown"


def _texts(values: Any) -> dict[str, str]:
    return {
        name: _text(value)
        for name, value in dict(values or {}).items()
        if not isinstance(value, (list, dict))
    }


def _unquoted(values: Any) -> dict[str, str]:
    """Schemathesis hands path arguments over percent-encoded; cases hold them as they are meant."""
    return {name: unquote(text) for name, text in _texts(values).items()}


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def _body(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return json.dumps(value).encode()
    except (TypeError, ValueError):
        return b""
