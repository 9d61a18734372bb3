"""The flags that bring a run's result somewhere, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from atlas_contract import settings

if TYPE_CHECKING:
    from atlas_contract.reports.baseline import Baseline
    from atlas_contract.reports.delivery import Wanted

_REPORT = (
    click.option(
        "--report",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Where reports go: a page for people, JSON, JUnit XML.",
    ),
    click.option(
        "--former",
        type=click.Path(path_type=Path),
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


def wanted(report: Path | None, former: Path | None) -> Wanted:
    """What is to be delivered, by the flags and by where the run takes place.

    Raises:
        BadInput: the former report is none.
    """
    from atlas_contract.reports.delivery import Wanted, read_former

    return Wanted(report, read_former(former) if former else None, settings.github())


def known(path: Path | None) -> Baseline:
    """The baseline that was named, as of today, or an empty one.

    Raises:
        BadInput: it cannot be used.
    """
    from atlas_contract.reports.baseline import Baseline, read

    return read(path, datetime.now(UTC).date()) if path else Baseline()
