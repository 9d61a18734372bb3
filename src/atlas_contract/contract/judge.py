"""Judgement of values against the contract's schemas, each violation under the pointer of the keyword it broke."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from atlas_contract.contract import pointers
from atlas_contract.contract.document import Contract
from atlas_contract.errors import BadInput, MissingExtra
from atlas_contract.model import Operation, Parameter, Place, Violation

if TYPE_CHECKING:
    import jsonschema_rs

_BASE = "urn:contract"
_SCHEMAS = "#/components/schemas"
"""Where a discriminator may find a schema by its bare name."""
REMEMBERED, LONGEST_REMEMBERED = 1024, 100  # texts that were judged before, and characters of each
LONGEST_NUMBER = 100
"""Digits of a parameter beyond which it is no number; Python itself reads no more than some thousands."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}


@lru_cache(maxsize=16)
def judge_of(contract: Contract) -> Judge:
    """The judge of a contract; the same one for all who ask, since compiling schemas takes its time."""
    return Judge(contract)


class Judge:
    """Holds values against one contract. Compiled validators are kept, one a schema."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._texts: dict[tuple[str, str], bool] = {}
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def violations(self, pointer: str, value: Any) -> Iterator[Violation]:
        """Every clause below the schema at `pointer` that a JSON value breaks.

        Where the schema is a union with a discriminator, the value is held against the variant that its own
        discriminator names, and only that one.
        """
        for error in self._validator(pointer).iter_errors(value):
            yield from self._violation(error)

    def conforms(self, pointer: str, value: Any) -> bool:
        """Whether a JSON value breaks nothing; quicker than asking for its violations."""
        return self._validator(pointer).is_valid(value)

    def properties(self, pointer: str) -> set[str]:
        """The names of the properties that an object schema declares, those of `allOf` included."""
        _, schema = pointers.follow(self.contract.document, pointer)
        inherited = (
            self.properties(pointers.join(pointer, "allOf", n)) for n in range(len(schema.get("allOf", ())))
        )
        return set(schema.get("properties", {})).union(*inherited)

    def argument_violations(self, parameter: Parameter, text: str) -> Iterator[Violation]:
        """Every clause that a parameter breaks as it arrives: as text, read by its schema's type."""
        yield from self.violations(parameter.pointer, read_text(parameter.schema, text))

    def argument_conforms(self, parameter: Parameter, text: str) -> bool:
        """Whether a parameter breaks nothing as it arrives; quicker than asking for its violations."""
        return self.text_conforms(parameter.pointer, parameter.schema, text)

    def text_conforms(self, pointer: str, schema: Mapping[str, Any], text: str) -> bool:
        """Whether a text, read by the type of the schema at `pointer`, breaks nothing; remembered for short ones."""
        asked = pointer, text
        found = self._texts.get(asked)
        if found is None:
            found = self.conforms(pointer, read_text(schema, text))
            if len(text) <= LONGEST_REMEMBERED:
                if len(self._texts) >= REMEMBERED:
                    self._texts.clear()
                self._texts[asked] = found
        return found

    def query_violations(
        self, operation: Operation, query: Mapping[str, str]
    ) -> Iterator[tuple[str, Violation]]:
        """The name of each query parameter of the operation that breaks a clause, with the violation."""
        for parameter in operation.parameters_in(Place.QUERY):
            if parameter.name in query:
                for violation in self.argument_violations(parameter, query[parameter.name]):
                    yield parameter.name, violation

    def _violation(self, error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
        clause = unquote(error.absolute_keyword_location or "").replace(_BASE, "", 1)
        place = "".join(f"/{token}" for token in error.instance_path)
        parent, _, keyword = clause.rpartition("/")
        if keyword in _INT32 and keyword not in pointers.get(self.contract.document, parent):
            yield Violation(f"{parent}/format", place, f"{error.instance} is no 32-bit integer")
            return
        discriminator = self._discriminator(parent) if keyword == "oneOf" else None
        if discriminator is None:
            yield Violation(clause, place, error.message)
            return
        tag = error.instance.get(discriminator["propertyName"]) if isinstance(error.instance, dict) else None
        mapping = discriminator["mapping"]
        variant = mapping.get(tag) if isinstance(tag, str) else None
        if variant is None:
            known = ", ".join(sorted(mapping))
            message = f"{discriminator['propertyName']} is {tag!r}; the contract knows {known}"
            yield Violation(f"{parent}/discriminator", place, message)
            return
        pointer = variant if variant.startswith("#") else pointers.join(_SCHEMAS, variant)
        inner = list(self.violations(pointer, error.instance))
        if not inner:  # the tag names a schema that is none of the variants, or more than one variant fits
            yield Violation(clause, place, error.message)
        yield from (Violation(each.clause, place + each.place, each.message) for each in inner)

    def _discriminator(self, pointer: str) -> Mapping[str, Any] | None:
        """The discriminator of a union, if it maps tags to schemas."""
        schema = pointers.get(self.contract.document, pointer)
        found = schema.get("discriminator", {}) if isinstance(schema, Mapping) else {}
        return found if "mapping" in found else None

    def _validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        validator = self._validators.get(pointer)
        if validator is None:
            validator = self._validators[pointer] = self._compile(pointer)
        return validator

    def _compile(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        schema, registry = {"$ref": _BASE + quote(pointer, safe="#/~")}, self._registry
        try:
            compiled: jsonschema_rs.Draft202012Validator = _library().Draft202012Validator(
                schema, registry=registry, validate_formats=True
            )
        except ValueError as error:
            msg = f"The schema cannot be used: {str(error).partition(chr(10))[0]}"
            raise BadInput(msg, where=pointer, hint="correct it in spec/") from error
        return compiled

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        library = _library()
        registry: jsonschema_rs.Registry = library.Registry(
            [(_BASE, _bounded(self.contract.document))], draft=library.Draft202012
        )
        return registry


def _bounded(node: Any) -> Any:
    """A copy in which `format: int32` has its bounds, since validators hold formats against strings only."""
    if isinstance(node, dict):
        copy = {key: _bounded(value) for key, value in node.items()}
        return {**_INT32, **copy} if node.get("format") == "int32" else copy
    return [_bounded(each) for each in node] if isinstance(node, list) else node


def read_text(schema: Mapping[str, Any], text: str) -> Any:
    """Read a parameter's text by its schema's type; text that does not read stays text and so breaks `type`."""
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    if schema.get("type") == "integer" and _INTEGER.match(text):
        return int(text) if len(text) <= LONGEST_NUMBER else text
    return text


def read_json(body: bytes) -> Any:
    """Read a JSON body strictly (RFC 8259: UTF-8, no NaN or Infinity, and no half characters either).

    Raises:
        ValueError: the bytes are no JSON text, or nest too deeply to be read.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        msg = "an escape is half of a character"
        raise ValueError(msg) from None
    except RecursionError:
        msg = "nested too deeply"
        raise ValueError(msg) from None
    return value


def _refuse_constant(name: str) -> None:
    msg = f"{name} is no JSON value"
    raise ValueError(msg)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _library() -> Any:
    try:
        import jsonschema_rs
    except ImportError:
        msg = "Judging values needs the `mock` or `suite` extra."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[suite]'") from None
    return jsonschema_rs
