"""What several commands refuse of their flags: seconds that are no number, flags that do not go together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import click

from atlas_contract.errors import BadInput


class Seconds(click.FloatRange):
    """A number of seconds, none or more."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; `nan` is none, although Python reads it as one."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return seconds


def refuse_beside(flag: str, others: Mapping[str, object], *, why: str, hint: str = "") -> None:
    """Refuse flags that would be ignored beside another one; those that are None, False or empty were not given.

    Raises:
        BadInput: at least one was given.
    """
    given = [
        name for name, value in others.items() if value is not None and value is not False and value != ()
    ]
    if given:
        msg = f"{', '.join(given)} and {flag} do not go together: {why}."
        raise BadInput(msg, where=given[0], hint=hint or f"leave out {flag}, or {' and '.join(given)}")
