"""Replies as they stand on the wire: status, headers in the contract's words, body in the wanted layout."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from atlas_contract.contract import Contract
from atlas_contract.mock.call import Call, Refusal, Success
from atlas_contract.mock.forms import Form, Forms
from atlas_contract.mock.layout import Layout
from atlas_contract.model import Reply


class Replies:
    """Turns the outcome of a call into a reply."""

    def __init__(self, contract: Contract) -> None:
        self._forms = Forms(contract)
        self._layout = Layout(contract)
        media_types = contract.behaviour("reply-media-types").values
        self._error_type: str = media_types["error"]
        self._success_type: str = media_types["success"]
        names = contract.behaviour("rate-limit").values["headers"]
        self._limit, self._remaining = names["limit"].lower(), names["remaining"].lower()
        self._constant: dict[
            tuple[str, bool, bool], bytes
        ] = {}  # bodies of refusals that always say the same

    def success(self, call: Call, success: Success) -> Reply:
        """The reply to a call that succeeded."""
        form = self._forms.success(call.target.rules)
        own = self._own(call)
        own["content-type"] = self._media_type(call)
        if success.content is None:
            return form.filled(own, b"")
        body = self._written(call, form.status, success.content)
        own["content-length"] = str(len(body))
        return form.filled(own, body)

    def refusal(self, call: Call, refusal: Refusal) -> Reply:
        """The reply to a call that is refused."""
        form = self._forms.refusal(call.target.rules, refusal.behaviour)
        body = self._refused(call, refusal, form)
        own = self._own(call)
        own["content-length"] = str(len(body))
        if body:
            own["content-type"] = self._error_type
        for name, value in refusal.headers:
            own[name.lower()] = value
        return form.filled(own, body)

    def _own(self, call: Call) -> dict[str, str]:
        """The values that every reply has of its own, by the names of headers in lower case."""
        own = {"date": _http_date(int(call.now))}
        if call.level is not None:
            own[self._limit] = str(call.level.capacity)
            own[self._remaining] = str(call.level.remaining)
        return own

    def _media_type(self, call: Call) -> str:
        if call.version is None:
            return call.target.rules.success.contents[0].media_type
        return self._success_type.format(date=call.version)

    def _refused(self, call: Call, refusal: Refusal, form: Form) -> bytes:
        key = refusal.behaviour, call.target.is_enveloped, call.target.is_pretty
        if key in self._constant:
            return self._constant[key]
        content = _error_body(form, {"path": call.target.path, **call.target.arguments, **refusal.facts})
        if not content:
            body = b""
        elif form.key_order:
            body = self._layout.pretty(content, form.key_order)
        else:
            body = self._written(call, form.status, content)
        if _is_constant(form.says):
            self._constant[key] = body
        return body

    def _written(self, call: Call, status: int, content: Any) -> bytes:
        if call.target.is_enveloped:
            content = self._layout.wrapped(content, status)
        return self._layout.pretty(content) if call.target.is_pretty else self._layout.compact(content)


def _is_constant(says: Mapping[str, Any]) -> bool:
    return not says.get("parameters") and "{" not in says.get("detail", "")


def _error_body(form: Form, facts: Mapping[str, Any]) -> dict[str, Any]:
    says = form.says
    if "error" in says:
        return {"error": says["error"], "error_description": says["errorDescription"]}
    if "errorCode" not in says:
        return {}
    return {
        "detail": says["detail"].format_map(facts),
        "error": form.status,
        "errorCode": says["errorCode"],
        "reason": HTTPStatus(form.status).phrase,
        **({"parameters": [facts[name] for name in says["parameters"]]} if "parameters" in says else {}),
    }


@lru_cache(maxsize=16)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)
