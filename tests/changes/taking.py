"""A second opinion on witnesses: whether a contract takes a request or reply, asked of a fresh judge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge, read_text
from atlas_contract.model import Operation, Place


def takes(contract: Contract, value: Mapping[str, Any]) -> bool:
    """Whether the contract has nothing against a witness."""
    if "command" in value:
        named = ((each.tag, name) for each in contract.operations.values() for name in each.cli_names)
        return (value["command"]["tag"], value["command"]["name"]) in set(named)
    asked = value.get("to", value)
    path, _, query = asked["path"].partition("?")
    found = contract.match(asked["method"], path)
    if found is None:
        return False
    judge = Judge(contract)
    if "status" in value:
        return _takes_reply(judge, found[0], value) and _is_promised(contract, found[0], value)
    sent = {
        Place.PATH: found[1],
        Place.QUERY: {name: texts[0] for name, texts in parse_qs(query, keep_blank_values=True).items()},
        Place.HEADER: {k: v for k, v in value["headers"].items() if k not in ("Accept", "Content-Type")},
    }
    return (
        all(_takes_arguments(judge, found[0], place, texts) for place, texts in sent.items())
        and value["headers"].get("Accept") in (*_types(found[0].success.contents), None)
        and _takes_body(judge, found[0], value)
        and _lets_in(contract, found[0], value)
        and all(_means(contract, found[0], *each) for each in value.get("means", {}).items())
    )


def _types(contents: tuple[Any, ...]) -> list[str]:
    return [content.media_type for content in contents]


def _takes_arguments(judge: Judge, operation: Operation, place: Place, texts: Mapping[str, str]) -> bool:
    known = {each.name: each for each in operation.parameters_in(place)}
    required = {name for name, each in known.items() if each.required}
    return required <= texts.keys() <= known.keys() and all(
        judge.argument_conforms(known[name], text) for name, text in texts.items()
    )


def _takes_body(judge: Judge, operation: Operation, value: Mapping[str, Any]) -> bool:
    if "body" not in value:
        return not operation.body_required
    pointer = {each.media_type: each.pointer for each in operation.body}.get(value["headers"]["Content-Type"])
    if pointer is None or not judge.conforms(pointer, value["body"]):
        return False
    if not isinstance(value["body"], dict):
        return True
    _, schema = pointers.follow(judge.contract.document, pointer)
    written = {name for name, rule in schema["properties"].items() if not rule.get("readOnly")}
    return value["body"].keys() <= written or bool(schema.get("additionalProperties"))


def _lets_in(contract: Contract, operation: Operation, value: Mapping[str, Any]) -> bool:
    document = contract.document
    role, server, login = value.get("role"), value.get("server"), value.get("login")
    if role is not None and operation.roles and role not in operation.roles:
        return False
    if server is not None and server not in [each["url"] for each in document["servers"]]:
        return False
    schemes = document["components"]["securitySchemes"]
    options = [
        [{key: fact for key, fact in schemes[name].items() if key != "description"} for name in option]
        for option in pointers.get(document, operation.pointer).get("security", ())
    ]
    return login is None or not options or any(all(facts in login for facts in option) for option in options)


def _means(contract: Contract, operation: Operation, place: str, meant: Any) -> bool:
    _, where, name = place.split("/")
    if where == "body":
        _, schema = pointers.follow(contract.document, str(operation.body[0].pointer))
        rule = schema["properties"][name]
    else:
        rule = next(each.schema for each in operation.parameters_in(Place(where)) if each.name == name)
    return "default" in rule and json.dumps(rule["default"]) == json.dumps(meant)


def _takes_reply(judge: Judge, operation: Operation, value: Mapping[str, Any]) -> bool:
    rule = operation.replies.get(value["status"])
    if rule is None:
        return False
    headers = {name.lower(): text for name, text in value["headers"].items()}
    for header in rule.headers:
        text = headers.get(header.name.lower())
        if (
            header.required
            if text is None
            else not judge.conforms(header.pointer, read_text(header.schema, text))
        ):
            return False
    if "body" not in value:
        return rule.body_optional or not any(content.pointer for content in rule.contents)
    contents = {each.media_type: each.pointer for each in rule.contents}
    if headers["content-type"] not in contents:
        return False
    pointer = contents[headers["content-type"]]
    return pointer is None or judge.conforms(pointer, value["body"])


def _is_promised(contract: Contract, operation: Operation, value: Mapping[str, Any]) -> bool:
    behaviour = contract.behaviours.get(value.get("when", ""))
    if behaviour is None or (behaviour.operations and operation.id not in behaviour.operations):
        return True
    if {name.lower() for name in behaviour.values.get("omits", ())} & {
        name.lower() for name in value["headers"]
    }:
        return False
    body = value.get("body", {})
    allowed = [*([behaviour.reply] if behaviour.reply else ()), *behaviour.values.get("accepts", ())]
    return not allowed or any(_is(reply, value, body) for reply in allowed)


def _is(reply: Mapping[str, Any], value: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    codes = all(body.get(code) == reply[code] for code in ("errorCode", "error") if code in reply)
    told = [value.get("facts", {}).get(name) for name in reply.get("parameters", ())]
    return (
        value["status"] == reply["status"]
        and codes
        and ("parameters" not in reply or body.get("parameters", []) == told)
    )
