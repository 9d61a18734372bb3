"""The contract itself: operations, behaviours, and where Atlas differs from its documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from atlas_contract.contract import Contract, load
from atlas_contract.contract.document import body_properties
from atlas_contract.model import Behaviour, Operation, Parameter, Source
from reference.markdown import bullets, code, fenced, folded, page, plain, table


def operations() -> str:
    """Every operation: address, parameters, replies, who may call it."""
    contract = load()
    return page(part for each in contract.operations.values() for part in _operation(contract, each))


def behaviours() -> str:
    """Every behaviour: the statement, how we know it, and from what."""
    return page(_behaviours(load()))


def differences() -> str:
    """Every difference between documented and real Atlas, with what is documented, the evidence and its date."""
    return page(_differences(load().document["x-atlas-provenance"]))


def _operation(contract: Contract, operation: Operation) -> Iterator[str]:
    yield f"## {operation.id}"
    companion = " A companion of the main operation." if operation.companion else ""
    yield f"{plain(operation.summary)}.{companion}"
    yield fenced(f"{operation.method} {operation.path}")
    if operation.roles:
        yield f"Needs one of the roles: {', '.join(operation.roles)}."
    if operation.parameters:
        yield table(("parameter", "in", "", "clauses"), map(_parameter, operation.parameters))
    for content in operation.body:
        required = "required" if operation.body_required else "optional"
        yield f"Body, {required}: {code(content.media_type)}"
    properties = body_properties(contract, operation)
    if properties:
        rows = ((code(name), _clauses(schema)) for name, (_, schema) in properties.items())
        yield table(("property", "clauses"), rows)
    replies = (
        (str(status), ", ".join(code(each.media_type) for each in rule.contents) or "no body")
        for status, rule in sorted(operation.replies.items())
    )
    yield table(("status", "reply"), replies)
    about = [each for each in contract.behaviours.values() if operation.id in each.operations]
    if about:
        yield folded(f"{len(about)} behaviours speak of it", bullets(_link(each) for each in about))


def _parameter(parameter: Parameter) -> tuple[str, str, str, str]:
    required = "required" if parameter.required else ""
    return code(parameter.name), parameter.place, required, _clauses(parameter.schema)


def _clauses(schema: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {code(str(value))}" for key, value in schema.items() if _is_clause(key))


def _is_clause(keyword: str) -> bool:
    return keyword not in ("description", "example", "examples", "default") and not keyword.startswith("x-")


def _link(behaviour: Behaviour) -> str:
    return f"[{behaviour.id}](#behaviour-{behaviour.id}): {plain(behaviour.statement)}"


def _behaviours(contract: Contract) -> Iterator[str]:
    every = contract.behaviours.values()
    counts = ((source, str(sum(each.source is source for each in every))) for source in Source)
    yield table(("source", "behaviours"), counts)
    for each in every:
        yield f"(behaviour-{each.id})=\n\n## {each.id}"
        yield plain(each.statement)
        yield f"**{each.source.capitalize()}.** " + " ".join(map(plain, each.evidence))
        if each.reply:
            yield "Reply: " + ", ".join(f"{key} {code(str(value))}" for key, value in each.reply.items())


def _differences(provenance: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    actions = [list(found) for _, found in groupby(provenance.items(), lambda each: each[1])]
    yield f"{len(actions)} differences, which touch {len(provenance)} clauses."
    for found in actions:
        told = found[0][1]
        yield f"### {plain(str(told['description'])).rstrip('.')}"
        yield f"**{str(told['source']).capitalize()}**, {told['date']}. {plain(str(told['reason']))}"
        yield bullets(map(plain, told["evidence"]))
        yield folded(
            f"{len(found)} clause{'s' if found[1:] else ''}", bullets(code(clause) for clause, _ in found)
        )
