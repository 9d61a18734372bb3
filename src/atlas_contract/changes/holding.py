"""Holds a whole request or reply against one contract: every clause that it breaks.

A request is a JSON object of `method`, `path` (with its query), `headers` and, if it has one, `body`; it may also say
`server` (a base URL), `login` (the facts of the security schemes it uses), `role` (the caller's), or `means` (what
parameters stand for that are left out). A reply is one of `to` (method and path of the request), `status`,
`headers` and perhaps `body`; `when` names the behaviour that it comes of, `facts` what the behaviour's placeholders
stand for. A `command` is the tag and the name by which the Atlas CLI calls an operation.

The reading is a strict one: a request carries only what the contract names for callers to send.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl

from atlas_contract.changes import access, promises
from atlas_contract.changes.naming import not_for_replies, not_for_requests
from atlas_contract.changes.rules import body_rule, parameter_rules
from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import judge_of, read_text
from atlas_contract.model import Content, HeaderRule, Json, Operation, Place, ReplyRule, Violation, header

NEGOTIATED = ("accept", "content-type")


def violations(contract: Contract, value: Mapping[str, Json]) -> tuple[Violation, ...]:
    """Every clause of the contract that a request, reply or command breaks; none if the contract takes it."""
    if "command" in value:
        return tuple(access.of_command(contract, value["command"]))
    asked = value.get("to", value)
    path, _, query = asked["path"].partition("?")
    found = contract.match(asked["method"], path)
    if found is None:
        message = f"there is no operation {asked['method']} {path}"
        return (Violation("#/paths", "", message),)
    operation, arguments = found
    if "status" in value:
        return tuple(_of_reply(contract, operation, value))
    return tuple(
        _of_request(contract, operation, arguments, dict(parse_qsl(query, keep_blank_values=True)), value)
    )


def _of_request(
    contract: Contract,
    operation: Operation,
    arguments: Mapping[str, str],
    query: Mapping[str, str],
    value: Mapping[str, Json],
) -> Iterator[Violation]:
    headers = {name: text for name, text in value["headers"].items() if name.lower() not in NEGOTIATED}
    carried = {Place.PATH: arguments, Place.QUERY: query, Place.HEADER: headers}
    for place, sent in carried.items():
        yield from _of_arguments(contract, operation, place, sent)
    yield from _of_negotiation(operation, value["headers"])
    yield from _of_body(contract, operation, value)
    yield from access.of_request(contract, operation, value)


def _of_arguments(
    contract: Contract, operation: Operation, place: Place, sent: Mapping[str, str]
) -> Iterator[Violation]:
    judge, known = judge_of(contract), set()
    for rule in parameter_rules(contract, operation):
        parameter = rule.parameter
        if parameter.place is not place:
            continue
        text = header(sent.items(), parameter.name) if place is Place.HEADER else sent.get(parameter.name)
        known.add(_folded(place, parameter.name))
        if text is None and parameter.required:
            clause = pointers.join(rule.pointer, "required")
            yield Violation(clause, f"/{place}/{parameter.name}", f"{parameter.name} is missing")
        elif text is not None:
            for broken in judge.argument_violations(parameter, text):
                yield Violation(broken.clause, f"/{place}/{parameter.name}", broken.message)
    for name in sent:
        if _folded(place, name) not in known:
            clause = pointers.join(operation.pointer, "parameters")
            yield Violation(clause, f"/{place}/{name}", f"there is no {place} parameter {name}")


def _of_negotiation(operation: Operation, headers: Mapping[str, str]) -> Iterator[Violation]:
    accept = header(headers.items(), "Accept")
    offered = [content.media_type for content in operation.success.contents]
    if accept is not None and offered and accept not in offered:
        clause = pointers.join(operation.success.pointer, "content")
        yield Violation(
            clause, "/headers/Accept", f"there is no reply in {accept}, only in {_listed(offered)}"
        )


def _of_body(contract: Contract, operation: Operation, value: Mapping[str, Json]) -> Iterator[Violation]:
    pointer = body_rule(contract, operation)
    if "body" not in value:
        if operation.body_required:
            yield Violation(pointers.join(pointer, "required"), "/body", "the body is missing")
        return
    if not operation.body:
        yield Violation(pointers.join(operation.pointer, "requestBody"), "/body", "no body is taken")
        return
    sent = header(value["headers"].items(), "Content-Type")
    content = _content(operation.body, sent)
    if content is None:
        taken = _listed(each.media_type for each in operation.body)
        clause = pointers.join(pointer, "content")
        yield Violation(clause, "/headers/Content-Type", f"a body in {sent} is not taken, only in {taken}")
    elif content.pointer is not None:
        yield from _placed(judge_of(contract).violations(content.pointer, value["body"]))
        yield from _placed(not_for_requests(contract, (content.pointer,), value["body"]))


def _of_reply(contract: Contract, operation: Operation, value: Mapping[str, Json]) -> Iterator[Violation]:
    rule = operation.replies.get(value["status"])
    if rule is None:
        listed = ", ".join(map(str, sorted(operation.replies)))
        clause = pointers.join(operation.pointer, "responses")
        yield Violation(clause, "/status", f"status {value['status']} is none of {listed}")
        return
    for each in rule.headers:
        yield from _of_header(contract, each, rule, header(value["headers"].items(), each.name))
    yield from _of_reply_body(contract, rule, value)
    yield from promises.broken(contract, operation, value)


def _of_header(
    contract: Contract, rule: HeaderRule, reply: ReplyRule, text: str | None
) -> Iterator[Violation]:
    if text is None:
        if rule.required:
            at, _ = pointers.follow(contract.document, pointers.join(reply.pointer, "headers", rule.name))
            yield Violation(pointers.join(at, "required"), f"/headers/{rule.name}", f"{rule.name} is missing")
        return
    for broken in judge_of(contract).violations(rule.pointer, read_text(rule.schema, text)):
        yield Violation(broken.clause, f"/headers/{rule.name}", broken.message)


def _of_reply_body(contract: Contract, rule: ReplyRule, value: Mapping[str, Json]) -> Iterator[Violation]:
    clause = pointers.join(rule.pointer, "content")
    sent = header(value["headers"].items(), "Content-Type")
    if "body" not in value:
        if not rule.body_optional and any(content.pointer for content in rule.contents):
            yield Violation(clause, "/body", "the body is missing")
        return
    content = _content(rule.contents, sent)
    if content is None:
        named = _listed(each.media_type for each in rule.contents) or "none"
        yield Violation(clause, "/headers/Content-Type", f"the body is in {sent}; described is {named}")
    elif content.pointer is not None:
        yield from _placed(judge_of(contract).violations(content.pointer, value["body"]))
        yield from _placed(not_for_replies(contract, (content.pointer,), value["body"]))


def _placed(found: Iterable[Violation]) -> Iterator[Violation]:
    """Violations of a body as violations of what carries it."""
    return (Violation(each.clause, f"/body{each.place}", each.message) for each in found)


def _content(contents: tuple[Content, ...], media_type: str | None) -> Content | None:
    return next((each for each in contents if each.media_type == media_type), None)


def _folded(place: Place, name: str) -> str:
    return name.lower() if place is Place.HEADER else name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
