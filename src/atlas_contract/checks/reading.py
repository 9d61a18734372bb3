"""How checks read a raw reply: its media type, its JSON, its error code. Never through a generated model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import read_json
from atlas_contract.model import Exchange, Reply, ReplyRule


def media_type(reply: Reply) -> str | None:
    """The reply's media type without parameters, lower case; None without a Content-Type."""
    value = reply.header("Content-Type")
    return value.split(";", 1)[0].strip().lower() if value else None


def rule_of(exchange: Exchange, contract: Contract) -> ReplyRule | None:
    """What the contract says of the status that came back; None where it doesn't list it."""
    return contract.operations[exchange.case.operation].replies.get(exchange.reply.status)


def json_of(reply: Reply) -> Any:
    """The body as JSON, or None where it is none."""
    try:
        return read_json(reply.body)
    except ValueError:
        return None


def flag(exchange: Exchange, name: str) -> bool:
    """Whether a boolean query flag was sent as true."""
    items = dict(parse_qsl(urlsplit(exchange.request.target).query))
    return items.get(name) == "true"


def envelope_of(exchange: Exchange, contract: Contract) -> Mapping[str, Any] | None:
    """The envelope around a single reply, if its body is one and nothing else."""
    keys = contract.behaviour("envelope-layout").values
    body = json_of(exchange.reply)
    wanted = {keys["contentKey"], keys["statusKey"]}
    return body if isinstance(body, dict) and set(body) == wanted else None


def unwrapped(exchange: Exchange, contract: Contract) -> Exchange:
    """The exchange with the reply that an envelope was asked to carry, under the status the envelope names."""
    envelope = envelope_of(exchange, contract) if flag(exchange, "envelope") else None
    if envelope is None:
        return exchange
    keys = contract.behaviour("envelope-layout").values
    status, body = envelope[keys["statusKey"]], json.dumps(envelope[keys["contentKey"]]).encode()
    known = status if type(status) is int else exchange.reply.status
    return replace(exchange, reply=replace(exchange.reply, status=known, body=body))


def refusal_in_words(reply: Reply) -> str:
    """Status and error code, for a message."""
    body = json_of(reply)
    code = body.get("errorCode") if isinstance(body, dict) else None
    return f"{reply.status} {code}" if code else str(reply.status)
