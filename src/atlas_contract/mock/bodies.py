"""Judgement of request bodies: from the clause a body breaks to the refusal that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge, read_json
from atlas_contract.mock.call import Call, Refusal
from atlas_contract.model import Operation, Violation

_BY_KEYWORD = {
    "type": ("attribute-wrong-type",),
    "format": ("attribute-wrong-type",),
    "enum": ("attribute-enum-invalid",),
    "required": ("attribute-missing",),
}
_OTHERWISE = ("attribute-out-of-range", "retention-value-invalid", "attribute-wrong-type")


class Bodies:
    """Reads the bodies of the contract's operations."""

    def __init__(self, contract: Contract, judge: Judge) -> None:
        self._contract = contract
        self._judge = judge
        self._declared: dict[str, Mapping[str, Mapping[str, Any]]] = {}

    def read(self, call: Call, operation: Operation) -> Refusal | None:
        """Put the body's value into the call, or say why it is refused."""
        pointer = str(operation.body[0].pointer)
        if operation.id == self._contract.token.id:
            return self._read_form(call, pointer)
        try:
            value = read_json(call.request.body)
        except ValueError:
            return Refusal("json-malformed")
        if not isinstance(value, dict):
            return Refusal("json-not-object")
        return self._read_object(call, operation, pointer, value)

    def _read_form(self, call: Call, pointer: str) -> Refusal | None:
        sent = parse_qs(call.request.body.decode("latin-1"), keep_blank_values=True)
        form = {name: values[0] for name, values in sent.items()}
        call.body = form
        return None if self._judge.conforms(pointer, form) else Refusal("token-grant-unsupported")

    def _read_object(
        self, call: Call, operation: Operation, pointer: str, value: dict[str, Any]
    ) -> Refusal | None:
        properties = self._declared.get(pointer) or self._declared.setdefault(
            pointer, self._properties(pointer)
        )
        unknown = next((name for name in value if name not in properties), None)
        if unknown is not None:
            return Refusal("attribute-unknown", {"attribute": unknown})
        call.body = {name: each for name, each in value.items() if not properties[name].get("readOnly")}
        violation = next(self._violations(pointer, call.body), None)
        return self._refusal(operation, call.body, violation) if violation else None

    def _properties(self, pointer: str) -> Mapping[str, Mapping[str, Any]]:
        at, schema = pointers.follow(self._contract.document, pointer)
        return {
            name: {
                **each,
                **pointers.follow(self._contract.document, pointers.join(at, "properties", name))[1],
            }
            for name, each in schema["properties"].items()
        }

    def _violations(self, pointer: str, body: Mapping[str, Any]) -> Iterator[Violation]:
        for name, value in body.items():
            if isinstance(value, (dict, list)) and _is_deep(value):
                yield Violation(f"{pointer}/properties/{name}/type", f"/{name}", "nested too deeply")
        if not self._judge.conforms(pointer, body):
            yield from self._judge.violations(pointer, body)

    def _refusal(self, operation: Operation, body: Mapping[str, Any], violation: Violation) -> Refusal:
        keyword = violation.clause.rsplit("/", 1)[-1]
        attribute = ".".join(pointers.split(violation.place)) or self._missing(operation, body)
        value = str(body.get(attribute))
        ids = _BY_KEYWORD.get(keyword, _OTHERWISE)
        stated = (each for each in ids if self._contract.speaks(each, operation.id))
        return Refusal(
            next(stated, _OTHERWISE[-1]), {"attribute": attribute, "value": value, attribute: value}
        )

    def _missing(self, operation: Operation, body: Mapping[str, Any]) -> str:
        _, schema = pointers.follow(self._contract.document, str(operation.body[0].pointer))
        return next((name for name in schema.get("required", ()) if name not in body), "")


def _is_deep(value: Any, allowed: int = 100) -> bool:
    """Whether a value nests deeper than a validator is sure to follow."""
    layer = [value]
    while layer and allowed:
        allowed -= 1
        layer = [inner for each in layer for inner in _inside(each)]
    return bool(layer)


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [each for each in inner if isinstance(each, (dict, list))]
