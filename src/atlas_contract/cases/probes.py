"""Probes: for each clause a request can break, the strategy of cases that break just that clause; and valid ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from atlas_contract.cases import values
from atlas_contract.cases.exploration import explored
from atlas_contract.cases.ground import Ground, plain_body, plain_case
from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.document import body_properties
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Case, Expectation, Login, Operation, Parameter, Place

KEYWORDS = ("type", "pattern", "enum", "minimum", "maximum", "format")


@dataclass(frozen=True, slots=True)
class Probe:
    """A clause and the cases that probe it; `kind` says which test of the suite runs it."""

    kind: str
    clause: str
    title: str
    cases: st.SearchStrategy[Case]


def probes(contract: Contract, ground: Ground, kind: str) -> list[Probe]:
    """The probes of one kind for the main operation.

    Kinds: the keys of `KINDS`.
    """
    bench = _Bench(contract, contract.main, ground)
    return list(KINDS[kind](bench))


class _Bench:
    """What every probe of one operation starts from."""

    def __init__(self, contract: Contract, operation: Operation, ground: Ground) -> None:
        self.contract = contract
        self.ground = ground
        self.operation = operation
        self.judge = Judge(contract)
        self.plain = plain_case(contract, operation, ground)

    def refused(self, clause: str, reason: str, **changes: Any) -> Case:
        return replace(self.plain, clause=clause, reason=reason, expectation=Expectation.REFUSED, **changes)

    def accepted(self, clause: str, reason: str, **changes: Any) -> Case:
        return replace(self.plain, clause=clause, reason=reason, expectation=Expectation.ACCEPTED, **changes)

    def with_body(self, body: Mapping[str, Any]) -> bytes:
        return json.dumps(body).encode()

    def refusal_statuses(self, behaviour_id: str) -> tuple[int, ...]:
        return (int((self.contract.behaviour(behaviour_id).reply or {})["status"]),)


def _plain(bench: _Bench) -> Iterator[Probe]:
    yield Probe("plain", bench.plain.clause, "an ordinary request", st.just(bench.plain))


def _path(bench: _Bench) -> Iterator[Probe]:
    for parameter in bench.operation.parameters_in(Place.PATH):
        for keyword in _keywords(parameter.schema, leaving_out={"type"}):
            yield from _argument_probe(bench, parameter, keyword, bench.plain.path[parameter.name])


def _query(bench: _Bench) -> Iterator[Probe]:
    for parameter in bench.operation.parameters_in(Place.QUERY):
        for keyword in _keywords(parameter.schema):
            yield from _argument_probe(bench, parameter, keyword, "")


def _argument_probe(bench: _Bench, parameter: Parameter, keyword: str, known: str) -> Iterator[Probe]:
    clause = pointers.join(parameter.pointer, keyword)
    texts = values.breaking_text(parameter.schema, keyword, known)
    if texts is None:
        return

    def breaks(text: str) -> bool:
        return any(found.clause == clause for found in bench.judge.argument_violations(parameter, text))

    def case(text: str) -> Case:
        reason = f"{parameter.name} is {text!r}, which breaks its {keyword}"
        if parameter.place is Place.PATH:
            return bench.refused(clause, reason, path={**bench.plain.path, parameter.name: text})
        return bench.refused(clause, reason, query=((parameter.name, text),))

    title = f"{parameter.place} argument {parameter.name} breaks its {keyword}"
    yield Probe(str(parameter.place), clause, title, texts.filter(breaks).map(case))


def _query_allowed(bench: _Bench) -> Iterator[Probe]:
    for parameter in bench.operation.parameters_in(Place.QUERY):

        def case(value: Any, parameter: Parameter = parameter) -> Case:
            text = json.dumps(value) if isinstance(value, bool) else str(value)
            reason = f"{parameter.name}={text} is allowed"
            return bench.accepted(
                pointers.join(parameter.pointer, "type"), reason, query=((parameter.name, text),)
            )

        clause = pointers.join(parameter.pointer, "type")
        title = f"query argument {parameter.name} with an allowed value"
        yield Probe("query-allowed", clause, title, values.allowed(parameter.schema).map(case))


def _body(bench: _Bench) -> Iterator[Probe]:
    for name, (pointer, schema) in body_properties(bench.contract, bench.operation).items():
        for keyword in _keywords(schema):
            yield from _attribute_probe(bench, name, pointer, keyword)


def _attribute_probe(bench: _Bench, name: str, pointer: str, keyword: str) -> Iterator[Probe]:
    clause = pointers.join(pointer, keyword)
    plain = plain_body(bench.contract, bench.operation)
    broken = values.breaking(pointers.get(bench.contract.document, pointer), keyword, str(plain[name]))
    if broken is None:
        return

    def breaks(value: Any) -> bool:
        return {found.clause for found in bench.judge.violations(pointer, value)} == {clause}

    def case(value: Any) -> Case:
        reason = f"{name} is {json.dumps(value)}, which breaks its {keyword}"
        return bench.refused(clause, reason, body=bench.with_body({**plain, name: value}))

    yield Probe(
        "body", clause, f"body attribute {name} breaks its {keyword}", broken.filter(breaks).map(case)
    )


def _body_allowed(bench: _Bench) -> Iterator[Probe]:
    properties = body_properties(bench.contract, bench.operation)
    for name, (pointer, schema) in properties.items():

        def case(value: Any, name: str = name, pointer: str = pointer) -> Case:
            reason = f"{name} is {json.dumps(value)}, which is allowed"
            return bench.accepted(pointer, reason, body=bench.with_body({name: value}))

        title = f"body attribute {name} alone, with an allowed value"
        yield Probe("body-allowed", pointer, title, values.allowed(schema).map(case))
    whole = st.fixed_dictionaries(
        {}, optional={name: values.allowed(schema) for name, (_, schema) in properties.items()}
    )
    clause = bench.operation.body[0].pointer or bench.operation.pointer

    def combined(body: Mapping[str, Any]) -> Case:
        return bench.accepted(clause, f"{json.dumps(body)} is an allowed body", body=bench.with_body(body))

    yield Probe("body-allowed", clause, "any allowed combination of body attributes", whole.map(combined))


def _body_malformed(bench: _Bench) -> Iterator[Probe]:
    whole = bench.plain.body
    cuts = st.integers(0, len(whole) - 1).map(lambda end: whole[:end])
    garbage = st.sampled_from(
        [b"{", b"\xff\xfe", b"{'a': 1}", b'{"a": NaN}', b"<xml/>", b"[" * 9000, whole + b"}"]
    )

    def malformed(body: bytes) -> Case:
        return bench.refused("json-malformed", f"the body {body[:60]!r} is no JSON text", body=body)

    yield Probe(
        "body-malformed", "json-malformed", "a body that is no JSON text", (cuts | garbage).map(malformed)
    )


def _body_shape(bench: _Bench) -> Iterator[Probe]:
    pointer, _ = pointers.follow(bench.contract.document, bench.operation.body[0].pointer or "")
    no_object = pointers.join(pointer, "type")

    def other(value: Any) -> Case:
        body = json.dumps(value).encode()
        return bench.refused(no_object, f"the body {body[:60]!r} is no JSON object", body=body)

    others = values.of_another_type("object").map(other)
    yield Probe("body-shape", no_object, "a body that is no JSON object", others)

    plain, known = plain_body(bench.contract, bench.operation), bench.judge.properties(pointer)

    def stranger(name: str) -> Case:
        body = bench.with_body({**plain, name: 1})
        return bench.refused("attribute-unknown", f"the body has the attribute {name!r}", body=body)

    likely = st.sampled_from(["Description", "retention", "snapshotType", "__proto__"])
    names = likely | st.text(min_size=1, max_size=12).filter(str.isprintable)
    strangers = names.filter(lambda name: name not in known).map(stranger)
    yield Probe("body-shape", "attribute-unknown", "a body with an unknown attribute", strangers)


def _login(bench: _Bench) -> Iterator[Probe]:
    clause = "authentication-required"
    statuses = bench.refusal_statuses("credentials-missing")
    for login in (Login.NONE, Login.WRONG_BEARER):
        case = bench.refused(clause, f"sent with login: {login}", login=login, statuses=statuses)
        yield Probe("login", clause, f"a request with login: {login}", st.just(case))


def _login_allowed(bench: _Bench) -> Iterator[Probe]:
    clause = "authentication-required"
    digest = bench.accepted(clause, "sent with an API key by digest", login=Login.DIGEST)
    yield Probe("login-allowed", clause, "a request with an API key by digest", st.just(digest))


def _version(bench: _Bench) -> Iterator[Probe]:
    clause = "version-required"
    statuses = bench.refusal_statuses("version-not-acceptable")
    sends = tuple(pair for pair in bench.plain.headers if pair[0] != "Accept")
    published = bench.operation.success.contents[0].media_type
    before = published.replace(_date(published), "1999-12-31")
    unreadable = published.replace(_date(published), "yesterday")
    for accept in ("*/*", "application/json", before, unreadable):
        headers = (("Accept", accept), *sends)
        case = bench.refused(clause, f"Accept is {accept}", headers=headers, statuses=statuses)
        yield Probe("version", clause, f"a request with Accept: {accept}", st.just(case))


def _explored(*, valid: bool) -> Callable[[_Bench], Iterator[Probe]]:
    kind, title = ("explored-valid", "valid") if valid else ("explored-broken", "broken")

    def make(bench: _Bench) -> Iterator[Probe]:
        cases = explored(bench.contract, bench.operation, bench.ground, valid=valid)
        yield Probe(kind, bench.operation.pointer, f"random requests meant to be {title}", cases)

    return make


def _date(media_type: str) -> str:
    return media_type.split("+", maxsplit=1)[0].rsplit(".", 1)[1]


def _keywords(schema: Mapping[str, Any], leaving_out: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    return (keyword for keyword in KEYWORDS if keyword in schema and keyword not in leaving_out)


KINDS: Mapping[str, Callable[[_Bench], Iterator[Probe]]] = {
    "plain": _plain,
    "path": _path,
    "query": _query,
    "query-allowed": _query_allowed,
    "body": _body,
    "body-allowed": _body_allowed,
    "body-malformed": _body_malformed,
    "body-shape": _body_shape,
    "login": _login,
    "login-allowed": _login_allowed,
    "version": _version,
    "explored-valid": _explored(valid=True),
    "explored-broken": _explored(valid=False),
}
