"""Faults of promises: a mock over a contract in which one single fact is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from atlas_contract.contract import Contract, pointers
from atlas_contract.faults.fault import Bend, Build, Fault
from atlas_contract.mock import Handler

LEFT_ALONE: Mapping[str, str] = {
    "access-token/clientIdPrefix": "how ids of accounts look is nobody's business but the account's owner's",
    "access-token/clientIdDigits": "as the prefix",
    "access-token/secretPrefix": "as the prefix",
    "access-token/grantType": "words for the documentation; the form's schema decides",
    "access-token/mediaType": "the schema of the reply decides",
    "snapshot-lifecycle/samples": "samples, not promises",
    "snapshot-lifecycle/createdAtSeconds": "a range of what was observed",
    "snapshot-lifecycle/stages": "lengths are ranges of what was observed; what stages add is bent by state faults",
    "snapshot-failure": "no snapshot of the suite's world fails",
    "expiry-moves-at-completion/shiftSeconds": "a range of what was observed",
    "sharded-snapshot-parts": "a choice among documented values",
    "rate-limit/group": "a name",
    "rate-limit/scope": "a name",
    "rate-limit/refill": "how fast a bucket fills up again shows only to who empties it",
    "rate-limit/periodSeconds": "as the refill",
    "rate-limit/capacity": "Atlas may change it at any time, and says it in a header",
    "rate-limit/cost": "words for the documentation",
    "token-rate-limited/requests": "Atlas may change it at any time",
    "token-rate-limited/minutes": "Atlas may change it at any time",
    "token-rate-limited/path": "words for the documentation",
    "default-retention": "nobody knows how long; any retention conforms",
    "version-negotiation/stabilities": "no stability but the stable one is published",
    "version-negotiation/header": "words for the documentation",
    "body-too-large/maximumBytes": "nobody knows where the limit is",
    "json-layout/except": "words for the documentation",
    "deletion-reply/keeps": "words for the documentation; protocol faults bend it",
    "path-unknown": "the suite asks for paths of the contract only",
    "media-type-not-json/body": "words for the checks",
    "credentials-missing/layout": "words for the checks; the order of the keys is bent",
    "rate-limited/headers": "words for the checks; state faults leave them out",
    "rate-limit/headers": "a header of another name is one that nobody describes; state faults leave them out",
    "version-negotiation/published": "words for the checks; the media types of the replies decide, and are bent",
    "digest-challenge/stale": "words for the checks; header faults bend the challenge",
    "digest-challenge/nonceCharacters": "words for the checks; header faults bend the challenge",
    "digest-challenge/nonceAlphabet": "how a nonce is written is the server's business",
    "digest-challenge/quoted": "words for the checks; header faults bend the challenge",
    "snapshot-creation/status": "words for the checks; protocol faults bend it",
    "snapshot-creation/constants": "the stages of the life decide; protocol and state faults bend what is seen",
    "token-grant-unsupported/errorDescription": "nobody has published these words",
    "sharded-by-plain-path": "words for the checks; a state fault shows the parts everywhere",
    "snapshot-creation/absent": "words for the checks; state faults add what is to be absent",
    "pretty-layout": "how a body for people is laid out is nobody's promise; that it is, a state fault bends",
    "deletion-reply/status": "words for the checks; protocol faults bend it",
    "id-carries-request-time": "words for the checks; a state fault bends it",
    "status-only-moves-forward": "words for the checks; state faults bend it",
    "one-unfinished-at-a-time": "words for the checks; state faults bend it",
    "check-order": "which of several mistakes is told is nobody's promise",
}
"""Facts that nobody outside could tell another from, or that are no promise, each with the reason."""

ORDERED = ("order", "keyOrder", "last")
"""Lists whose order is what they say."""

SUITE_ONLY = (
    "body",
    "accepts",
    "about",
    "keywords",
    "omits",
    "onlyHeaders",
    "sometimesHeaders",
    "bodyMayBeEmpty",
    "toleranceSeconds",
    "absentFor",
)
"""Values that only those who judge read; changing them changes no server."""

CAUGHT = frozenset(
    {
        "refusal_is_as_stated",
        "refusal_speaks_of_the_case",
        "outcome_is_expected",
        "challenge_is_fresh",
        "creation_is_as_stated",
        "links_are_as_stated",
        "list_links_are_as_stated",
        "json_is_laid_out",
        "content_type_is_exact",
        "media_type_is_documented",
        "status_is_documented",
        "body_conforms",
        "envelope_is_as_asked",
        "token_is_as_stated",
        "expiry_follows_retention",
        "retention_change_is_applied",
        "allow_names_the_methods",
        "rate_limit_headers_agree",
        "retry_after_is_told",
        "headers_conform",
        "headers_stay_away",
        "sharded_parts_agree",
        "error_body_names_its_status",
        "server_does_not_fail",
    }
)


def promise_faults(contract: Contract) -> Iterator[Fault]:
    """Each leaf of what behaviours say, changed; and each stated refusal without its parameters."""
    for index, behaviour in enumerate(contract.document["x-atlas-behaviours"]):
        reply, values = behaviour.get("reply") or {}, behaviour.get("values") or {}
        for path, leaf in (*_leaves(reply, ("reply",)), *_leaves(values, ("values",))):
            if path[1] in (*SUITE_ONLY, "detailSource", "parameters"):
                continue
            if _is_left_alone(behaviour["id"], path) or behaviour["id"] == "server-error":
                continue
            for changed in _changed(path, leaf):
                pointer = pointers.join("#/x-atlas-behaviours", index, *path)
                yield _fault(
                    f"{behaviour['id']}.{'.'.join(map(str, path[1:]))}", behaviour["id"], pointer, changed
                )
        if "parameters" in reply and behaviour["id"] not in ("server-error", *LEFT_ALONE):
            pointer = pointers.join("#/x-atlas-behaviours", index, "reply", "parameters")
            other = ["status"] if not reply["parameters"] else []
            yield _fault(f"{behaviour['id']}.parameters", behaviour["id"], pointer, other)


def request_faults(contract: Contract) -> Iterator[Fault]:
    """Each keyword of each request schema: dropped, and made narrower."""
    told: set[str] = set()
    for operation in contract.operations.values():
        parts = [parameter.pointer for parameter in operation.parameters]
        parts += [content.pointer for content in operation.body if content.pointer]
        for pointer in parts:
            for at, schema in _schemas(contract, pointer):
                if at not in told:
                    told.add(at)
                    yield from _narrowed(at, schema)


def with_changed(document: Any, tokens: list[str], value: Any) -> Any:
    """A copy of a JSON document with one value changed; what the change does not touch is shared."""
    if not tokens:
        return value
    token, *rest = tokens
    if isinstance(document, list):
        index = int(token)
        inner = with_changed(document[index], rest, value)
        return [*document[:index], inner, *document[index + 1 :]]
    return {**document, token: with_changed(document.get(token), rest, value)}


def _fault(name: str, clause: str, pointer: str, value: Any) -> Fault:
    return Fault(
        id=f"promise.{name}",
        family="promise",
        harm=f"takes {name} to be {value!r:.60}",
        clause=clause,
        caught_by=CAUGHT,
        bend=_over(pointer, value),
    )


def _over(pointer: str, value: Any) -> Bend:
    def bend(contract: Contract, build: Build) -> Handler:
        return build(Contract(with_changed(contract.document, pointers.split(pointer), value))).handle

    return bend


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    elif len(path) > 1:
        yield path, value


def _changed(path: tuple[Any, ...], leaf: Any) -> Iterator[Any]:
    """Another value of the same kind."""
    if path[-1] == "status" and isinstance(leaf, int):
        yield 409 if path[0] == "reply" else leaf + 1
    elif isinstance(leaf, bool):
        yield not leaf
    elif isinstance(leaf, int):
        yield leaf + 1
    elif isinstance(leaf, list):
        yield leaf[::-1] if path[-1] in ORDERED else leaf[1:] if leaf else ["x"]
    elif path[-1] in ("separator", "itemSeparator", "keySeparator"):
        yield leaf + " "
    elif isinstance(leaf, str):
        yield _other_text(leaf)


def _other_text(text: str) -> str:
    return text[:-1] + "X" if text and text[-1].isupper() else text + "x"


def _is_left_alone(behaviour: str, path: tuple[Any, ...]) -> bool:
    return behaviour in LEFT_ALONE or f"{behaviour}/{path[1]}" in LEFT_ALONE


def _schemas(contract: Contract, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    at, schema = pointers.follow(contract.document, pointer)
    yield at, schema
    for name in schema.get("properties", ()):
        inner, rules = pointers.follow(contract.document, pointers.join(at, "properties", name))
        if not rules.get("readOnly"):
            yield inner, rules


def _narrowed(at: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    label = ".".join(part for part in pointers.split(at)[1:] if part not in ("schema", "properties"))
    narrow: dict[str, Callable[[Any], Any]] = {
        "minimum": lambda value: value + 1,
        "maximum": lambda value: value - 1,
        "enum": lambda value: value[:-1],
        "pattern": lambda _: "^never$",
    }
    for keyword, make in narrow.items():
        if keyword in schema:
            clause = pointers.join(at, keyword)
            yield _request_fault(
                f"{label}.{keyword}.narrowed", clause, at, {**schema, keyword: make(schema[keyword])}
            )
    for keyword in ("pattern", "minimum", "maximum", "enum", "required", "type"):
        if keyword in schema and not (keyword == "type" and _travels_as_it_is(at, schema)):
            clause = pointers.join(at, keyword)
            rest = {key: value for key, value in schema.items() if key != keyword}
            yield _request_fault(f"{label}.{keyword}.dropped", clause, at, rest)
    if schema.get("type") == "object" and not schema.get("required"):
        first = next(iter(schema.get("properties", {"": {}})))
        yield _request_fault(f"{label}.required.added", at, at, {**schema, "required": [first]})


def _travels_as_it_is(at: str, schema: Mapping[str, Any]) -> bool:
    """Whether a schema's type says nothing: an object is one, and a text in a URL or a form is always a text."""
    is_text = schema["type"] == "string" and ("/parameters/" in at or "const" in schema)
    return is_text or schema["type"] == "object"


EQUIVALENT: Mapping[str, str] = {
    "parameters.clusterName.pattern.dropped": "a malformed name is then unknown, which is refused in the same words",
}
"""Loosened schemas by which no server would do anything else, by how their ids end, with the reason."""


def _request_fault(name: str, clause: str, at: str, schema: Mapping[str, Any]) -> Fault:
    return Fault(
        id=f"request.{name}",
        family="request",
        harm=f"judges requests with {name}",
        clause=clause,
        caught_by=frozenset({"outcome_is_expected", "refusal_is_as_stated", "server_does_not_fail"}),
        bend=_over(at, schema),
        equivalent=next((why for end, why in EQUIVALENT.items() if name.endswith(end)), ""),
    )
