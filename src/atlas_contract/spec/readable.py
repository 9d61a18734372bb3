"""What the toolkit's reader of contracts needs beyond what OpenAPI asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.model import REDIRECTED, Place
from atlas_contract.spec.documents import Document, Pointer, pointer_of
from atlas_contract.spec.schemas import followed
from atlas_contract.spec.validity import METHODS
from atlas_contract.spec.wording import one_of, shown


def check(content: Mapping[str, Any], source: Document) -> None:
    """Raises BadInput, naming file and line, for what OpenAPI allows and no room of the toolkit can read.

    That is a path by reference, an operation without any 2xx reply, a parameter that travels elsewhere than in path,
    query or header, and a parameter or reply header without a schema. `content` has to be valid OpenAPI.
    """
    for path, item in content["paths"].items():
        _check_parameters(content, item, pointer_of(["paths", path]), source)
        if "$ref" in item:
            msg = f"the path {path} stands elsewhere"
            where = source.place(pointer_of(["paths", path, "$ref"]))
            raise BadInput(msg, where=where, expected="its operations, written out")
        for method in (key for key in item if key in METHODS):
            here = pointer_of(["paths", path, method])
            _check_parameters(content, item[method], here, source)
            _check_replies(content, item[method], here, source)


def _check_parameters(
    content: Mapping[str, Any], holder: Mapping[str, Any], pointer: Pointer, source: Document
) -> None:
    places = [str(place) for place in Place]
    for index, each in enumerate(holder.get("parameters", ())):
        parameter, here = followed(content, each), f"{pointer}/parameters/{index}"
        if parameter["in"] not in places:
            msg = f"the parameter {parameter['name']} travels in {shown(parameter['in'])}"
            raise BadInput(msg, where=source.place(here), expected=one_of(places))
        _check_schema(parameter, f"the parameter {parameter['name']}", here, source)


def _check_replies(
    content: Mapping[str, Any], operation: Mapping[str, Any], pointer: Pointer, source: Document
) -> None:
    successes = range(HTTPStatus.OK, REDIRECTED)
    if not any(status in map(str, successes) for status in operation.get("responses", ())):
        msg = "the operation has no successful reply"
        where = source.place(f"{pointer}/responses")
        raise BadInput(msg, where=where, expected="a status from 200 to 299 among its responses")
    for status, name, header in _headers(content, operation):
        here = pointer + pointer_of(["responses", status, "headers", name])
        _check_schema(followed(content, header), f"the reply header {name}", here, source)


def _headers(content: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for status, each in operation["responses"].items():
        for name, header in followed(content, each).get("headers", {}).items():
            yield status, name, header


def _check_schema(holder: Mapping[str, Any], name: str, pointer: Pointer, source: Document) -> None:
    if not isinstance(holder.get("schema"), Mapping):
        msg = f"{name} has no schema"
        raise BadInput(msg, where=source.place(pointer), expected="a `schema`, as an object")
