"""What the templates ask about the contract: readers, limits, media types, and texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openapi_python_client import strings
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import EnumProperty, ModelProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.responses import JSON_SOURCE, NONE_SOURCE, Response

from atlas_contract.spec.client_docs import PLACE, limits_of
from atlas_contract.spec.schemas import bodies_of, content_schemas, followed, operations_of, reachable
from generation.expressions import NotRenderedError, accepts_null, reader

_ARGUMENT_OF = {"minLength": "min_length", "maxLength": "max_length"}
_FIRST_ERROR = 400


@dataclass(frozen=True)
class Reply:
    """One branch of `parse_response`: when it applies, and what it gives."""

    condition: str
    expression: str


class Facts:
    """Answers from the client's view of the contract; nothing about Atlas is written in a template."""

    def __init__(self, view: Mapping[str, Any], parsed: GeneratorData, config: Config) -> None:
        self._view = view
        self._models = {str(model.class_info.name): model for model in parsed.models}
        self._operations = {
            strings.PythonIdentifier(each["operationId"], config.field_prefix): each
            for each in operations_of(view)
        }
        schemas = view.get("components", {}).get("schemas", {})
        self._schemas = {
            strings.ClassName(name, config.field_prefix): schema for name, schema in schemas.items()
        }
        self._sent = {id(schema) for schema in reachable(view, content_schemas(bodies_of(view)))}

    # --- models ---------------------------------------------------------------------------------------------

    def enum_docs(self, enum: EnumProperty) -> str:
        """What the enum is for."""
        about = self._schemas.get(enum.class_info.name, {}).get("description") or enum.class_info.name
        return f"{about} Values that are not listed here are kept as they come."

    def member_docs(self, model: ModelProperty, member: PropertyProtocol) -> str:
        """What the member is, what is allowed, and how we know."""
        return str(self._member(model, member).get("description") or "")

    def member_default(self, model: ModelProperty, member: PropertyProtocol) -> str:
        """The rest of the attribute's declaration, after its type."""
        default = "" if member.required else "UNSET"
        if isinstance(member, ConstProperty) and member.required:
            default = member.value.python_code.as_unembedded_code()
        schema = self._member(model, member)
        extras = ["repr=False"] if schema.get("format") == "password" else []
        if limits_of(self._resolved(schema)) and id(self._schemas.get(model.class_info.name)) in self._sent:
            extras.append(f"metadata=_limited(_{self._limit(schema, schema)})")
        if not extras:
            return f" = {default}" if default else ""
        return f" = _field({', '.join(([f'default={default}'] if default else []) + extras)})"

    def taken(self, member: PropertyProtocol) -> str:
        """The expression that takes the member out of a JSON object."""
        how = "required" if member.required else "nullable" if accepts_null(member) else "optional"
        name = strings.in_double_quote_literal(member.name)
        return f'members.{how}("{name}", {self.reader(member)})'

    def reader(self, prop: PropertyProtocol) -> str:
        """The expression of a reader of this property's values."""
        return reader(prop, self._models)

    # --- requests -------------------------------------------------------------------------------------------

    def arguments(self, endpoint: Endpoint) -> list[PropertyProtocol]:
        """Path, query and header parameters, in the order in which functions take them."""
        if endpoint.cookie_parameters:
            msg = f"{endpoint.name}: cookie parameters are not written"
            raise NotRenderedError(msg)
        return [*endpoint.path_parameters, *endpoint.query_parameters, *endpoint.header_parameters]

    def argument_docs(self, endpoint: Endpoint, argument: PropertyProtocol) -> str:
        """What the argument is, what is allowed, and how we know."""
        return str(self._parameter(endpoint, argument).get("description") or "")

    def argument_limit(self, endpoint: Endpoint, argument: PropertyProtocol) -> str:
        """The expression of the argument's Limit, or None."""
        parameter = self._parameter(endpoint, argument)
        return self._limit(parameter, parameter.get("schema", {}), "/schema")

    def sent(self, endpoint: Endpoint, argument: PropertyProtocol) -> str:
        """The expression of a query or header argument's value, held to its limit."""
        limit = self.argument_limit(endpoint, argument)
        if limit == "None":
            return str(argument.python_name)
        name = strings.in_double_quote_literal(argument.name)
        return f'checked("{name}", {argument.python_name}, {limit})'

    def body_docs(self, endpoint: Endpoint) -> str:
        """What the request body is."""
        body = followed(self._view, self._operations[endpoint.name].get("requestBody", {}))
        return str(body.get("description") or "The body of the request.")

    def body_check(self, body: Body) -> str:
        """The statement that refuses a body the contract does not allow."""
        if isinstance(body.prop, ModelProperty):
            return f"check_body(body, {body.prop.class_info.name})"
        return "check_members(body)"

    def body_keyword(self, body: Body) -> str:
        """The argument of httpx that carries a body of this kind."""
        keywords = {BodyType.JSON: "json", BodyType.DATA: "data"}
        if body.body_type not in keywords:
            msg = f"a request body of {body.content_type.get_untrusted_value()} is not written"
            raise NotRenderedError(msg)
        return keywords[body.body_type]

    def operation_docs(self, endpoint: Endpoint) -> str:
        """Summary and description of the operation."""
        operation = self._operations[endpoint.name]
        parts = (operation.get("summary"), operation.get("description"))
        return ". ".join(str(part).rstrip(".") for part in parts if part) + "."

    def summary(self, endpoint: Endpoint) -> str:
        """One line about the operation."""
        return str(self._operations[endpoint.name].get("summary") or endpoint.name)

    # --- replies --------------------------------------------------------------------------------------------

    def media_type(self, endpoint: Endpoint) -> str:
        """The media type of the operation's success, which is the one to ask for."""
        types = (_media_type(reply) for reply in endpoint.responses.patterns if not _is_error(reply))
        return next((each for each in types if each), "application/json")

    def replies(self, endpoint: Endpoint) -> list[Reply]:
        """The branches of `parse_response`; statuses that are read alike share one."""
        conditions: dict[str, list[str]] = {}
        for reply in endpoint.responses.patterns:
            conditions.setdefault(self._expression(reply), []).append(_status(reply))
        branches = [Reply(_condition(statuses), expression) for expression, statuses in conditions.items()]
        default = endpoint.responses.default
        return branches + (
            [Reply(f"response.status_code >= {_FIRST_ERROR}", self._expression(default))] if default else []
        )

    def documented(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The statuses that the operation documents."""
        return tuple(_status(reply) for reply in endpoint.responses.patterns)

    def result_type(self, endpoint: Endpoint) -> str:
        """The type of everything that a documented reply may hold."""
        types: dict[str, None] = {}
        for reply in endpoint.responses:
            if reply.source != NONE_SOURCE:
                types.update(dict.fromkeys(_alternatives(reply.prop)))
        if any(_is_error(reply) or reply.source == NONE_SOURCE for reply in endpoint.responses):
            types.pop("None", None)
            types["None"] = None
        return " | ".join(types)

    def _expression(self, reply: Response) -> str:
        if reply.source == NONE_SOURCE:
            return "read_empty(response)"
        if reply.source != JSON_SOURCE:
            msg = f"a reply of {_media_type(reply)} is not read"
            raise NotRenderedError(msg)
        read = self.reader(reply.prop)
        if _is_error(reply):
            return f"read_failure(response, {read})"
        return f'read_success(response, "{_media_type(reply)}", {read})'

    # --- looking things up ----------------------------------------------------------------------------------

    def _member(self, model: ModelProperty, member: PropertyProtocol) -> Mapping[str, Any]:
        schema = self._schemas.get(model.class_info.name, {})
        found: Mapping[str, Any] = schema.get("properties", {}).get(member.name.get_untrusted_value(), {})
        return found

    def _parameter(self, endpoint: Endpoint, argument: PropertyProtocol) -> Mapping[str, Any]:
        name = argument.name.get_untrusted_value()
        listed = (
            followed(self._view, each) for each in self._operations[endpoint.name].get("parameters", ())
        )
        found: Mapping[str, Any] = next((each for each in listed if each["name"] == name), {})
        return found

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = followed(self._view, schema)
        return found

    def _limit(self, holder: Mapping[str, Any], schema: Mapping[str, Any], below: str = "") -> str:
        bounds = limits_of(self._resolved(schema))
        if not bounds:
            return "None"
        bound = ", ".join(f"{_ARGUMENT_OF.get(key, key)}={value!r}" for key, value in bounds.items())
        return f"Limit(source={'openapi.json' + holder.get(PLACE, '') + below!r}, {bound})"


def _alternatives(prop: PropertyProtocol) -> list[str]:
    alternatives = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
    return [each.get_type_string().as_unembedded_code() for each in alternatives]


def _is_error(reply: Response) -> bool:
    bounds = reply.status_code.range
    return bounds is None or bounds[0] >= _FIRST_ERROR


def _media_type(reply: Response) -> str:
    content = getattr(reply.data, "content", None) or {}
    return next((key.get_untrusted_value() for key in content), "")


def _status(reply: Response) -> str:
    return str(reply.status_code.pattern)


def _condition(statuses: list[str]) -> str:
    single = [status for status in statuses if status.isdecimal()]
    parts = [f"response.status_code // 100 == {status[0]}" for status in statuses if not status.isdecimal()]
    if len(single) == 1:
        parts.insert(0, f"response.status_code == {single[0]}")
    elif single:
        parts.insert(0, f"response.status_code in ({', '.join(single)})")
    return " or ".join(parts)
