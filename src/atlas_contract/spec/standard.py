"""Holds a document to the OpenAPI 3.1 standard, and says at which place it fails: also deep inside a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.quoting import printable
from atlas_contract.spec import patterns
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.wording import nearest, shown

_NAMED = (
    "callbacks", "content", "encoding", "headers", "links", "parameters", "pathItems", "paths", "requestBodies",
    "responses", "schemas", "securitySchemes", "variables", "webhooks",
)  # fmt: skip
"""Members whose own members are called as their author likes, so that `schema` may be a mere name there."""
_VALUES = ("example", "examples", "value")
_LONGEST = 300
_HINT = "correct the fragment, or the overlay action that touches this place"


def check_standard(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput at the first thing the OpenAPI standard does not allow; `source` gives the lines."""
    patterns.check(content, source)
    _check_schemas(content, source)
    from openapi_spec_validator import OpenAPIV31SpecValidator  # slow to import, and few commands need it

    try:
        error = next(iter(OpenAPIV31SpecValidator(dict(content)).iter_errors()), None)
    except Exception as crash:
        # The validator itself stumbles over some malformed documents; that is a verdict, too.
        msg = f"the OpenAPI validator cannot read the document: {shown(str(crash), 200)}"
        raise BadInput(msg, where=source.place()) from crash
    if error is not None:
        raise _invalid(source, pointer_of(error.absolute_path) or _pointer_for(content, error), error)


def _check_schemas(content: Mapping[str, Any], source: Document) -> None:
    """The validator would forget where in the document a schema stands, so each is held to its dialect here."""
    from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]
    from openapi_schema_validator import OAS31Validator

    for pointer, schema in _schemas(content, ""):
        try:
            OAS31Validator.check_schema(schema)
        except SchemaError as error:
            listed = (each for each in error.context or () if each.validator == "enum")
            raise _invalid(source, pointer + pointer_of(error.absolute_path), next(listed, error)) from error


def _schemas(node: Any, pointer: Pointer, *, named: bool = False) -> Iterator[tuple[Pointer, Any]]:
    """Every schema that stands in no other one, and where."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _schemas(item, f"{pointer}/{index}")
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        here = pointer + pointer_of([key])
        if key == "schema" and not named:
            yield here, value
        elif key == "schemas" and not named and isinstance(value, Mapping):
            yield from ((here + pointer_of([name]), schema) for name, schema in value.items())
        elif named or not (key in _VALUES or key.startswith("x-")):
            yield from _schemas(value, here, named=not named and key in _NAMED)


def _pointer_for(content: Mapping[str, Any], error: Any) -> Pointer:
    """Where a complaint belongs that comes without a place: by the default or the path it speaks of."""
    for pointer, value in _places(content, ""):
        if pointer.endswith("/default") and value is error.instance:
            return pointer
    path = max((path for path in content["paths"] if f"'{path}'" in error.message), key=len, default=None)
    return pointer_of(["paths", path]) if path else ""


def _places(node: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    yield pointer, node
    inner = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from _places(value, pointer + pointer_of([key]))


def _invalid(source: Document, pointer: Pointer, error: Any) -> BadInput:
    """`error` as jsonschema gives it; further paragraphs of its message repeat the place in Python's words."""
    known = error.validator_value if error.validator == "enum" else ()
    close = nearest(str(error.instance), [each for each in known if isinstance(each, str)])
    return BadInput(
        f"not valid OpenAPI 3.1: {printable(_first_line(error.message))}",
        where=source.place(pointer),
        hint="; ".join(part for part in (close, _HINT) if part),
    )


def _first_line(text: str) -> str:
    first = text.partition("\n")[0]
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1] + "…"
