"""The flags that bring a run's result somewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


class _Folder(click.Path):
    """A folder that has a name: an empty one, of a variable that is not set, would be the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path of the folder."""
        if value == "":
            self.fail("a folder's name is missing", param, ctx)
        return super().convert(value, param, ctx)


_REPORT = (
    click.option(
        "--report",
        type=_Folder(path_type=Path),
        metavar="DIR",
        help="Where reports go: a page for people, JSON, JUnit XML.",
    ),
    click.option(
        "--former",
        type=_Folder(path_type=Path),
        metavar="DIR",
        help="The report of a former run; the page tells what is new and what is gone.",
    ),
)
_BASELINE = click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that are accepted, with reason and expiry; only others fail the run.",
)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags `--report` and `--former`."""
    for option in reversed(_REPORT):
        command = option(command)
    return command


def baseline_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flag `--baseline`."""
    return _BASELINE(command)
