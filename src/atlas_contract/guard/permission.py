"""The leave to run against a live server: a flag, a setting in a file, and the project id typed by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atlas_contract.errors import BadInput, GuardRefused
from atlas_contract.guard.policy import Origin

CONFIG = Path("atlas-contract.toml")
EXAMPLE = '[live]\nurl = "https://HOST"\nprojects = ["PROJECT-ID"]\nclusters = ["CLUSTER-NAME"]'


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked to do: the server, the project as typed ("" if it was not), the clusters, the flag."""

    origin: Origin
    project: str
    clusters: tuple[str, ...]
    live: bool


def require_leave(wanted: Wanted, config: Path = CONFIG) -> None:
    """Let a run begin: on this machine always, elsewhere only if all three permissions agree.

    Raises:
        GuardRefused: one of them is missing or says something else.
        BadInput: the file cannot be read.
    """
    if wanted.origin.is_loopback:
        return
    if not wanted.live:
        _refuse("The target is a live server.", "--target", "the flag --live", "add --live if you mean it")
    if wanted.origin.scheme != "https":
        _refuse("A live server is reached by https only.", "--target", "https://…", "correct the URL")
    if not wanted.project:
        hint = "type --project PROJECT-ID; the environment does not count here"
        _refuse("The project must be named on the command line.", "--project", "the project's id", hint)
    _require_setting(wanted, config)


def _require_setting(wanted: Wanted, config: Path) -> None:
    live = _read(config).get("live", {})
    allowed = {name: live.get(name, []) for name in ("projects", "clusters")}
    if live.get("url", "").rstrip("/") not in [
        f"{wanted.origin.scheme}://{each}" for each in wanted.origin.authorities
    ]:
        _refuse("The file does not allow this server.", f"{config}, live.url", EXAMPLE, "correct the file")
    if wanted.project not in allowed["projects"]:
        _refuse(
            "The file does not allow this project.", f"{config}, live.projects", EXAMPLE, "correct the file"
        )
    for cluster in wanted.clusters:
        if cluster not in allowed["clusters"]:
            where = f"{config}, live.clusters"
            _refuse(f"The file does not allow the cluster {cluster}.", where, EXAMPLE, "correct the file")


def _read(config: Path) -> Mapping[str, Any]:
    try:
        with config.open("rb") as file:
            found = tomllib.load(file)
    except FileNotFoundError:
        _refuse("There is no file that allows live runs.", str(config), EXAMPLE, "write it")
    except (OSError, ValueError) as error:
        msg = f"The file cannot be read: {error}"
        raise BadInput(msg, where=str(config), expected=EXAMPLE) from None
    return _checked(found, config)


def _checked(found: Mapping[str, Any], config: Path) -> Mapping[str, Any]:
    live = found.get("live", {})
    texts = isinstance(live, dict) and isinstance(live.get("url", ""), str)
    lists = texts and all(isinstance(live.get(name, []), list) for name in ("projects", "clusters"))
    if not lists:
        msg = "The table [live] has another form."
        raise BadInput(msg, where=str(config), expected=EXAMPLE)
    return found


def _refuse(what: str, where: str, expected: str, hint: str) -> None:
    raise GuardRefused(what, where=where, expected=expected, hint=f"{hint}; nothing was sent")
