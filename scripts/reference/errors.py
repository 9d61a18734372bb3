"""Exit codes, and the errors behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atlas_contract.cli.main import cli
from atlas_contract.errors import AtlasContractError
from reference.markdown import code, page, plain, table

CODE = re.compile(r"(\d+) ([a-z][a-z ]*)")


def exit_codes() -> str:
    """Every exit code with its meaning and the errors that lead to it."""
    errors = dict(tree())
    rows = (
        (str(number), meaning, ", ".join(code(kind.__name__) for kind in errors if kind.exit_code == number))
        for number, meaning in meanings(cli.help or "").items()
    )
    return page([table(("code", "meaning", "errors"), rows)])


def errors() -> str:
    """The tree of errors, each with its sentence."""
    return page(["\n".join(_line(kind, depth) for kind, depth in tree())])


def meanings(text: str) -> dict[int, str]:
    """The exit codes that a text speaks of, as in «0 clean · 1 findings»."""
    told = text.replace("`", "").partition("Exit codes")[2]
    return {int(number): meaning.strip() for number, meaning in CODE.findall(told)}


def tree(
    kind: type[AtlasContractError] = AtlasContractError, depth: int = 0
) -> Iterator[tuple[type[AtlasContractError], int]]:
    """Every class of error with its depth below the base, parents first."""
    yield kind, depth
    for inner in kind.__subclasses__():
        if inner.__module__ == kind.__module__:
            yield from tree(inner, depth + 1)


def _line(kind: type[AtlasContractError], depth: int) -> str:
    told = plain((kind.__doc__ or "").partition("\n\n")[0])
    return f"{'  ' * depth}- {code(kind.__name__)} ({kind.exit_code}): {told}"
