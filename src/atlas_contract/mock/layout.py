"""How bodies look: compact or laid out for people, with or without an envelope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from atlas_contract.contract import Contract


class Layout:
    """The contract's layouts of a JSON body."""

    def __init__(self, contract: Contract) -> None:
        compact = contract.behaviour("json-layout").values
        pretty = contract.behaviour("pretty-layout").values
        self._envelope = contract.behaviour("envelope-layout").values
        self._sorted = bool(compact["sortKeys"])
        separators = (compact["itemSeparator"], compact["keySeparator"])
        self._encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=self._sorted, separators=separators)
        self._option = orjson.OPT_SORT_KEYS if self._sorted else 0
        self._is_tight = separators == (",", ":")  # the only separators that orjson writes
        self._indent = " " * int(pretty["indent"])
        self._colon: str = pretty["keySeparator"]
        arrays: str = pretty["arrays"]
        self._opening, rest = arrays.split("a")
        self._comma, self._closing = rest.split("b")

    def compact(self, value: Any) -> bytes:
        """The value as Atlas writes it to a machine."""
        if self._is_tight:
            try:
                return orjson.dumps(value, option=self._option)
            except orjson.JSONEncodeError:
                pass  # a lone surrogate, or a number beyond 64 bits, which requests may bring
        return _encoded(self._encoder.encode(value))

    def pretty(self, value: Any, order: tuple[str, ...] = ()) -> bytes:
        """The value as Atlas writes it for people; `order` puts the outermost keys in an order of its own."""
        if order:
            value = {key: value[key] for key in order if key in value}
        return _encoded(self._lines(value, "", keep_order=bool(order)))

    def wrapped(self, value: Any, status: int) -> Any:
        """The value in an envelope that carries the status."""
        is_list = isinstance(value, Mapping) and self._envelope["listKey"] in value
        inner = value if is_list else {self._envelope["contentKey"]: value}
        return {**inner, self._envelope["statusKey"]: status}

    def _lines(self, value: Any, margin: str, *, keep_order: bool = False) -> str:
        if isinstance(value, Mapping):
            keys = list(value) if keep_order or not self._sorted else sorted(value)
            return self._object(value, keys, margin)
        if isinstance(value, list):
            items = self._comma.join(self._lines(each, margin) for each in value)
            return self._opening + items + (self._closing if value else self._closing.lstrip())
        return _text(value)

    def _object(self, value: Mapping[str, Any], keys: list[str], margin: str) -> str:
        if not keys:
            return "{ }"
        inner = margin + self._indent
        lines = (f"{inner}{_text(key)}{self._colon}{self._lines(value[key], inner)}" for key in keys)
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes its JSON escape
