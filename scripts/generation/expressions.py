"""Python expressions, for the templates, that read a property of the generator's model from JSON."""

from __future__ import annotations

from collections.abc import Mapping

from openapi_python_client.parser.properties import AnyProperty, EnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

_SIMPLE: Mapping[type, str] = {
    AnyProperty: "read_anything",
    BooleanProperty: "read_boolean",
    DateProperty: "read_date",
    DateTimeProperty: "read_datetime",
    FloatProperty: "read_number",
    IntProperty: "read_integer",
    NoneProperty: "read_null",
    StringProperty: "read_string",
    UuidProperty: "read_uuid",
}
Models = Mapping[str, ModelProperty]


class NotRenderedError(Exception):
    """A part of the contract for which the templates have no code."""


def reader(prop: PropertyProtocol, models: Models) -> str:
    """The expression of a reader of this property's values; NotRenderedError where there is none."""
    if type(prop) in _SIMPLE:
        return _SIMPLE[type(prop)]
    if isinstance(prop, ConstProperty):
        return f"constant({prop.value.python_code.as_unembedded_code()})"
    if isinstance(prop, EnumProperty):
        raw = "read_integer" if prop.value_type is int else "read_string"
        return f"open_enum({prop.class_info.name}, {raw})"
    if isinstance(prop, ListProperty):
        return f"list_of({reader(prop.inner_property, models)})"
    if isinstance(prop, ModelProperty):
        return f"{prop.class_info.name}.from_dict"
    if isinstance(prop, UnionProperty):
        return _union_reader(prop, models)
    msg = f"{_name(prop)}: the client has no reader for a {type(prop).__name__}"
    raise NotRenderedError(msg)


def accepts_null(prop: PropertyProtocol) -> bool:
    """Whether null is a value of the property, rather than a way to leave it out."""
    if isinstance(prop, UnionProperty):
        return any(accepts_null(inner) for inner in prop.inner_properties)
    return isinstance(prop, (NoneProperty, AnyProperty))


def _union_reader(prop: UnionProperty, models: Models) -> str:
    objects = [inner for inner in prop.inner_properties if isinstance(inner, ModelProperty)]
    others = [
        reader(inner, models) for inner in prop.inner_properties if not isinstance(inner, ModelProperty)
    ]
    if len(objects) > 1:
        others.append(_by_discriminator(prop, objects, models))
    elif objects:
        others.append(reader(objects[0], models))
    return others[0] if len(others) == 1 else f"first_of({', '.join(others)})"


def _by_discriminator(prop: UnionProperty, variants: list[ModelProperty], models: Models) -> str:
    constants = [_constants(models[variant.class_info.name]) for variant in variants]
    for name in constants[0]:
        values = [found.get(name) for found in constants]
        if None not in values and len(set(values)) == len(values):
            rows = (
                f"{value}: {variant.class_info.name}.from_dict"
                for value, variant in zip(values, variants, strict=True)
            )
            return f'one_by("{name}", {{{", ".join(rows)}}})'
    names = ", ".join(variant.class_info.name for variant in variants)
    msg = f"{_name(prop)}: no member with a constant tells {names} apart"
    raise NotRenderedError(msg)


def _constants(model: ModelProperty) -> dict[str, str]:
    members = [*(model.required_properties or ()), *(model.optional_properties or ())]
    return {
        _name(member): member.value.python_code.as_unembedded_code()
        for member in members
        if isinstance(member, ConstProperty)
    }


def _name(prop: PropertyProtocol) -> str:
    return prop.name.get_untrusted_value()
