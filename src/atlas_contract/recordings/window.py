"""A window that moves over a long JSON text: value after value in the memory of one, and where each mistake is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from atlas_contract.errors import BadInput

LONGEST = 64 * 2**20
"""Characters of one value; the longest exchange that anybody wants to judge has a thousandth of it."""
AGAIN = "record or export it again, or correct this place by hand"
ONE_OF_TWO = "record or export it again, or take one of the two out"
WHITE = " \t\n\r"
_OPEN_STRING = "Unterminated string"  # the decoder's own words
_LONGEST_WORD = 10  # characters: a number or word that the end of the window may have cut


class Window:
    """What has been read of a text and is not yet taken, and where in the text that is.

    Args:
        parts: the text, in parts of any length.
        name: what complaints call the file.
    """

    def __init__(self, parts: Iterator[str], name: str) -> None:
        self.name = name
        self._parts = parts
        self._text = ""
        self._next = 0
        self._line = 1  # of the window's first character
        self._column = 1
        self._counted = (
            0,
            0,
        )  # up to which character of the window the lines are counted, and how many they are
        self._decode = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant
        ).raw_decode

    @property
    def line(self) -> int:
        """The line of the next character."""
        before, lines = self._counted
        self._counted = self._next, lines + self._text.count("\n", before, self._next)
        return self._line + self._counted[1]

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            while self._next < len(self._text):
                if self._text[self._next] not in WHITE:
                    return self._text[self._next]
                self._next += 1
            if not self._more():
                return ""

    def take(self, *wanted: str) -> str:
        """The next character that is no white space, which must be one of those wanted."""
        found = self.peek()
        if found not in wanted or not found:
            told = f"there is {found!r}" if found else "the file ends"
            msg = f"{told} where {' or '.join(repr(each) for each in wanted)} should be"
            raise self.bad(msg, hint=AGAIN)
        self._next += 1
        return found

    def value(self) -> Any:
        """The next value as Python has it, taken whole; BadInput where it is none, is cut off, or is too long."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._next)
            except json.JSONDecodeError as error:
                if self._may_go_on(error) and self._more():
                    continue
                raise self._broken(error) from None
            except ValueError:  # what Python says to a number of thousands of digits
                msg = "a number in the value that starts here has too many digits"
                raise self.bad(msg, hint=AGAIN) from None
            except RecursionError:
                msg = "a value is nested too deeply"
                raise self.bad(msg, hint="is this a recording?") from None
            whole = isinstance(value, dict | list | str) or len(self._text) - end >= _LONGEST_WORD
            if whole or not self._more():  # of a number, the end of the window may have cut off a part
                self._next = end
                return value

    def bad(self, what: str, *, at: int | None = None, hint: str = "") -> BadInput:
        """A complaint about what is at, or next in, the window."""
        where = self._next if at is None else at
        line = self._line + self._text.count("\n", 0, where)
        start = self._text.rfind("\n", 0, where)
        column = where - start if start >= 0 else where + self._column
        return BadInput(
            f"{self.name} cannot be read: {what}.",
            where=f"{self.name}, line {line}, column {column}",
            hint=hint,
        )

    def _more(self) -> bool:
        """Read on, twice as much each time a value does not fit, and drop what is taken; False at the end."""
        left = len(self._text) - self._next
        if left > LONGEST:
            msg = f"a value has more than {LONGEST:,} characters"
            raise self.bad(msg, hint="is this a recording?")
        read, length = [], 0
        while length <= left and (part := next(self._parts, "")):
            read.append(part)
            length += len(part)
        if read:
            self._drop()
            self._text = "".join((self._text, *read))
        return length > 0

    def _drop(self) -> None:
        taken, self._text, self._next = self._text[: self._next], self._text[self._next :], 0
        self._counted = 0, 0
        self._line += taken.count("\n")
        start = taken.rfind("\n")
        self._column = len(taken) - start if start >= 0 else self._column + len(taken)

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether it is the window's end that cut a value, for all one can tell."""
        return error.msg.startswith(_OPEN_STRING) or error.pos >= len(self._text) - _LONGEST_WORD

    def _broken(self, error: json.JSONDecodeError) -> BadInput:
        if not self._text[error.pos :].strip() or error.msg.startswith(_OPEN_STRING):
            msg = "the file ends in the middle of a value"
            return self.bad(msg, at=len(self._text), hint="record it again, or cut the last entry off")
        return self.bad(f"it is no JSON from here on ({error.msg})", at=error.pos, hint=AGAIN)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            msg = f"the key {twice!r} appears twice in one object of the value that starts here"
            raise self.bad(msg, hint=ONE_OF_TWO)
        return found

    def _constant(self, name: str) -> Any:
        msg = f"{name}, in the value that starts here, is no JSON"
        raise self.bad(msg, hint=AGAIN)
