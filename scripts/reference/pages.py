"""The Sphinx extension: puts what is made from code where a page has a comment that names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sphinx.application import Sphinx

from reference.checks import checks
from reference.commands import commands
from reference.contract import behaviours, differences, operations
from reference.errors import errors, exit_codes
from reference.faults import faults
from reference.settings import variables

MAKERS: Mapping[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        behaviours,
        checks,
        commands,
        differences,
        errors,
        exit_codes,
        faults,
        operations,
        variables,
    )
}
MARK = re.compile(r"^<!-- made from the code: (\w+) -->$", re.MULTILINE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def filled(text: str) -> str:
    """A page with what its comments name; KeyError for a name that nothing makes."""
    return MARK.sub(lambda found: MAKERS[found[1]](), text)


def _fill(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = filled(source[0])
