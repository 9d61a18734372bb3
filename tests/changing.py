"""Changed copies of a contract, for tests that show what follows from a change."""

from __future__ import annotations

from typing import Any

from atlas_contract.contract import Contract


def changed(contract: Contract, *path: str, **values: Any) -> Contract:
    """The contract with some keys of one object changed; None takes a key away."""
    return Contract(_changed(contract.document, path, values))


def _changed(document: Any, path: tuple[str, ...], values: dict[str, Any]) -> dict[str, Any]:
    if path:
        return {**document, path[0]: _changed(document[path[0]], path[1:], values)}
    return {key: value for key, value in {**document, **values}.items() if value is not None}


def with_parameter(contract: Contract, parameter: dict[str, Any]) -> Contract:
    """The contract with one more parameter of the main operation."""
    path, method = contract.main.path, contract.main.method.lower()
    operation = contract.document["paths"][path][method]
    return changed(contract, "paths", path, method, parameters=[*operation["parameters"], parameter])


def with_property(contract: Contract, schema: str, name: str, rules: Any, *, required: bool) -> Contract:
    """The contract with one more property of a schema."""
    found = contract.document["components"]["schemas"][schema]
    properties = {**found["properties"], name: rules}
    wanted = [*found.get("required", ()), *([name] if required else ())]
    return changed(contract, "components", "schemas", schema, properties=properties, required=wanted or None)


def with_enum_value(contract: Contract, schema: str, value: str) -> Contract:
    """The contract with one more value of an enumeration."""
    values = contract.document["components"]["schemas"][schema]["enum"]
    return changed(contract, "components", "schemas", schema, enum=[*values, value])
