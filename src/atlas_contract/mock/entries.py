"""One mapping of a scenario file, read key by key; whatever is wrong is named with file, line, place and value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import Judge
from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document, pointer_of
from atlas_contract.spec.wording import nearest, one_of, shown


class Entry:
    """A mapping that has no other keys than the known ones; a missing key has the default it is asked with."""

    def __init__(
        self, document: Document, judge: Judge, value: Any, keys: Sequence[str], at: str = ""
    ) -> None:
        self._document = document
        self._judge = judge
        self._at = at
        if not isinstance(value, dict):
            msg = f"this is {shown(value)}"
            raise self._bad(msg, expected="a mapping with " + one_of(keys))
        for key in value:
            if key not in keys:
                msg = f"unknown key {key!r}"
                raise self._bad(msg, key, expected=one_of(keys), hint=nearest(key, keys))
        self._values: dict[str, Any] = value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def where(self) -> str:
        """The place of the mapping, for a complaint about it as a whole."""
        return self._document.place(self._at)

    def refuse(self, key: str, *, expected: str, hint: str = "") -> NoReturn:
        """Complain about one value."""
        msg = f"`{key}` is {shown(self._values.get(key))}"
        raise self._bad(msg, key, expected=expected, hint=hint)

    def required(self, key: str) -> None:
        """Complain if a key is missing."""
        if key not in self._values:
            msg = f"`{key}` is missing"
            raise self._bad(msg)

    def number(self, key: str, default: Any, *, least: float, most: float) -> Any:
        """A number between bounds; a whole one where `least` is an int."""
        if key not in self._values:
            return default
        value = self._values[key]
        whole = isinstance(least, int)
        if type(value) not in ((int,) if whole else (int, float)) or not least <= value <= most:
            kind = "a whole number" if whole else "a number"
            self.refuse(key, expected=f"{kind} from {least:g} to {most:g}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, expected="true or false")
        return value

    def choice(self, key: str, known: Sequence[str], default: Any) -> Any:
        """One of some words."""
        if key not in self._values:
            return default
        value = self._values[key]
        if value not in known:
            self.refuse(key, expected=one_of(known), hint=nearest(str(value), known))
        return value

    def text(self, key: str, default: Any, pattern: str, expected: str) -> Any:
        """A text that matches a pattern as a whole."""
        if key not in self._values:
            return default
        value = self._values[key]
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            self.refuse(key, expected=expected)
        return value

    def secret(self, key: str) -> Any:
        """A printable text or None; it is never shown."""
        value = self._values.get(key)
        if key in self._values and not (isinstance(value, str) and re.fullmatch("[!-~]+", value)):
            msg = f"`{key}` can't be used"
            raise self._bad(msg, key, expected="printable ASCII without blanks")
        return value

    def fitting(self, key: str, default: Any, schema: str) -> Any:
        """A value that the contract's schema at a pointer allows."""
        if key not in self._values:
            return default
        value = self._values[key]
        broken = next(self._judge.violations(schema, value), None)
        if broken is not None:
            expected, known = _rule(self._judge.contract, broken.clause)
            self.refuse(key, expected=expected, hint=nearest(str(value), known))
        return value

    def words(self, key: str, known: Sequence[str], default: Iterable[str]) -> frozenset[str]:
        """Some of some words, as a list; one that there is not is refused."""
        value = self._values.get(key, list(default))
        if not isinstance(value, list):
            self.refuse(key, expected="a list")
        for index, word in enumerate(value):
            if word not in known:
                msg = f"there is no {shown(word)}"
                raise self._bad(msg, key, index, expected=one_of(known), hint=nearest(str(word), known))
        return frozenset(value)

    def entry(self, key: str, keys: Sequence[str]) -> Entry:
        """An inner mapping; one that is missing is empty."""
        at = self._at + pointer_of([key])
        return Entry(self._document, self._judge, self._values.get(key, {}), keys, at)

    def entries(self, key: str, keys: Sequence[str]) -> list[Entry]:
        """A list of mappings; one that is missing is empty."""
        found = self._values.get(key, [])
        if not isinstance(found, list):
            self.refuse(key, expected="a list")
        at = self._at + pointer_of([key])
        return [Entry(self._document, self._judge, each, keys, f"{at}/{n}") for n, each in enumerate(found)]

    def _bad(self, what: str, *inner: str | int, expected: str = "", hint: str = "") -> BadInput:
        where = self._document.place(self._at + pointer_of(inner))
        return BadInput(what, where=where, expected=expected, hint=hint)


def _rule(contract: Contract, clause: str) -> tuple[str, list[str]]:
    """What a clause of the contract asks for in words, and the words among which it leaves a choice."""
    keyword = clause.rpartition("/")[2]
    value = pointers.get(contract.document, clause)
    if keyword == "enum":
        return one_of(value), value
    words = {"pattern": "a text that matches", "type": "a value of type", "minimum": "a number of at least"}
    return f"{words.get(keyword, keyword)} {value}", []
