"""Where a careful run goes: the flags that `fuzz` and `cleanup` share, and the leave they need."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from atlas_contract import settings
from atlas_contract.errors import BadInput

if TYPE_CHECKING:
    from atlas_contract.runner.careful import Place

OPTIONS = (
    click.option("--target", metavar="URL", help="The server.  [default: MONGODB_ATLAS_BASE_URL]"),
    click.option("--project", metavar="ID", help="The project; on a live server it must be typed here."),
    click.option("--cluster", metavar="NAME", default="Cluster0", show_default=True, help="The cluster."),
    click.option("--live", is_flag=True, help="The target is no mock on this machine, and you know it."),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        default=Path("atlas-contract.toml"),
        show_default=True,
        metavar="FILE",
        help="The file whose table [live] allows servers, projects and clusters.",
    ),
    click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", help="The ledger of all runs."),
)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags that say where to go."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def ledger_path(given: Path | None) -> Path:
    """The ledger that was named, or the usual one."""
    return given or settings.state_folder() / "ledger.sqlite"


def place_of(*, target: str | None, project: str | None, cluster: str, live: bool, config: Path) -> Place:
    """The place that flags and environment name, if it may be gone to.

    Raises:
        BadInput: something is missing or wrong.
        GuardRefused: it is a live server, and not all three permissions are given.
    """
    from atlas_contract.guard import origin_of
    from atlas_contract.guard.permission import Wanted, require_leave
    from atlas_contract.runner.careful import Place
    from atlas_contract.runner.url import credentials_of

    found = settings.read()
    url = target or found.base_url
    if url is None:
        msg = "No target is named."
        raise BadInput(
            msg, where="--target", expected="the URL of a server", hint="start `atlas-contract mock` for one"
        )
    origin = origin_of(url)
    require_leave(Wanted(origin, project or "", (cluster,), live), config)
    credentials = credentials_of(replace(found, project_id=project or found.project_id))
    base_url = f"{origin.scheme}://{origin.authorities[0]}" if origin.is_loopback else url.rstrip("/")
    return Place(base_url, origin, project or found.project_id or "", cluster, credentials)


def finish_line(place: Place, ledger: Path | None, *, leave: Path | None) -> str:
    """The command that finishes what a run left, from any folder; `leave` is the file that allows a live run."""
    words = ["atlas-contract", "cleanup", "--apply", "--target", place.base_url]
    words += ["--project", place.project, "--cluster", place.cluster]
    if leave:
        words += ["--live", "--config", str(leave.absolute())]
    if ledger:
        words += ["--ledger", str(ledger.absolute())]
    return shlex.join(words)
