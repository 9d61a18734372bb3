"""What a reply that comes of a behaviour must be: status, codes and parameters, and headers that stay away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.model import Behaviour, Json, Operation, Violation, header

CODES = ("errorCode", "error")
"""The members of a body that name an error, in the form of the API and in that of OAuth 2.0."""


def broken(contract: Contract, operation: Operation, value: Mapping[str, Json]) -> Iterator[Violation]:
    """What of the behaviour that a reply says it comes of, if any, the reply does not keep."""
    behaviour = contract.behaviours.get(value.get("when", ""))
    if behaviour is None or not behaviour.speaks_of(operation.id):
        return
    allowed = replies(behaviour)
    if allowed and not any(_is(reply, value) for reply in allowed):
        promised = " or ".join(shown(reply) for reply in allowed)
        yield Violation(behaviour.id, "/status", f"promised is {promised}")
    for name in omitted(behaviour):
        if header(value["headers"].items(), name) is not None:
            yield Violation(behaviour.id, f"/headers/{name}", f"promised is no header {name}")


def replies(behaviour: Behaviour) -> list[Mapping[str, Any]]:
    """The replies that a behaviour leaves the server to choose from; none where it is not about one."""
    own, accepts = behaviour.reply, behaviour.values.get("accepts")
    if own is None:
        return []
    others = accepts if isinstance(accepts, list) else []
    usable = (each for each in others if isinstance(each, Mapping) and isinstance(each.get("status"), int))
    return [own, *(each for each in usable if not _alike(each, own))]


def omitted(behaviour: Behaviour) -> list[str]:
    """The reply headers that a behaviour says are not there."""
    omits = behaviour.values.get("omits")
    return [name for name in omits if isinstance(name, str)] if isinstance(omits, list) else []


def shown(reply: Mapping[str, Any]) -> str:
    """A promised reply in a few words."""
    codes = (str(reply[code]) for code in CODES if code in reply)
    named = f" with {', '.join(placeholders(reply))}" if placeholders(reply) else ""
    return " ".join((str(reply["status"]), *codes)) + named


def placeholders(reply: Mapping[str, Any]) -> list[str]:
    """The names of the placeholders whose values a promised reply has as its parameters."""
    return [str(name) for name in reply.get("parameters", ())]


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(key) == other.get(key) for key in ("status", *CODES))


def _is(reply: Mapping[str, Any], value: Mapping[str, Json]) -> bool:
    body = value.get("body")
    body = body if isinstance(body, Mapping) else {}
    if value["status"] != reply["status"]:
        return False
    if any(code in reply and body.get(code) != reply[code] for code in CODES):
        return False
    told = [value.get("facts", {}).get(name) for name in placeholders(reply)]
    return "parameters" not in reply or body.get("parameters", []) == told
