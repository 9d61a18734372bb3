"""Random exploration: Schemathesis makes requests from the contract, the contract says what should become of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from hypothesis import strategies as st

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.ground import Ground
from atlas_contract.cases.wire import FORM
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge, judge_of, read_json
from atlas_contract.model import Case, Expectation, Operation, Place, Scene


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
    bench = Bench(contract, judge_of(contract), ground, operation)

    def case(raw: Any) -> Case:
        path = bench.plain.path if valid else {**bench.plain.path, **_unquoted(raw.path_parameters)}
        query = {**dict(bench.plain.query), **_texts(raw.query)}
        return judged(bench, path, query, _body(raw.body))

    return made.map(case).filter(lambda case: all(case.path.values()))


def judged(bench: Bench, path: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Case:
    """The case of a request as it stands on the wire, with what should become of it."""
    known = path == bench.plain.path
    arguments = bench.made_up if known else path
    broken = broken_clauses(bench.judge, bench.operation, arguments, query, body)
    sent = replace(bench.plain, path=path, query=tuple(query.items()), body=body, name="")
    if broken:
        reason = f"it breaks {broken[0]}"
        return replace(sent, clause=broken[0], reason=reason, expectation=Expectation.REFUSED)
    beyond = bench.speaks("retention-value-invalid")  # which the schema does not tell of
    expectation = Expectation.ACCEPTED if known and not beyond else Expectation.ANSWERED
    scene = sent.scene if known else Scene.ANY
    reason = "it breaks no clause"
    clause = bench.operation.pointer
    return replace(sent, clause=clause, reason=reason, expectation=expectation, scene=scene)


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
        if content.media_type == FORM:
            return
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
