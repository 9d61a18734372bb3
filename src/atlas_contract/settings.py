"""What the environment says: the only room that reads it. Names are those Atlas's own tools use."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

CLIENT_ID = "MONGODB_ATLAS_CLIENT_ID"
CLIENT_SECRET = "MONGODB_ATLAS_CLIENT_SECRET"  # noqa: S105  the variable's name, not its value
PUBLIC_KEY = "MONGODB_ATLAS_PUBLIC_API_KEY"
PRIVATE_KEY = "MONGODB_ATLAS_PRIVATE_API_KEY"
BASE_URL = "MONGODB_ATLAS_BASE_URL"
PROJECT_ID = "MONGODB_ATLAS_PROJECT_ID"
GITHUB = "GITHUB_ACTIONS"
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True, slots=True)
class Settings:
    """The variables that are set and not blank; secrets stay out of `repr`.

    A blank `base_url` is kept, as an empty text: whoever sets it does not mean Atlas itself.
    """

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    public_key: str | None = None
    private_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class GitHub:
    """Whether the run is a step of a GitHub workflow, and the file that takes the step's summary."""

    annotates: bool = False
    summary: Path | None = None


def github(environment: Mapping[str, str] | None = None) -> GitHub:
    """Where GitHub wants to be told of a run; nowhere elsewhere."""
    source = os.environ if environment is None else environment
    if source.get(GITHUB) != "true":
        return GitHub()
    summary = source.get(STEP_SUMMARY, "").strip()
    return GitHub(annotates=True, summary=Path(summary) if summary else None)


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where what is costly to work out may be kept between runs, by the XDG rules; it need not exist."""
    source = os.environ if environment is None else environment
    base = source.get("XDG_CACHE_HOME", "").strip()
    return (Path(base) if base else Path.home() / ".cache") / "atlas-contract"


def state_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where what must outlive a run is kept, by the XDG rules; it need not exist."""
    source = os.environ if environment is None else environment
    base = source.get("XDG_STATE_HOME", "").strip()
    return (Path(base) if base else Path.home() / ".local" / "state") / "atlas-contract"


def forget(names: tuple[str, ...], environment: MutableMapping[str, str] | None = None) -> None:
    """Take variables out of the process's environment, so that no library that reads them by itself obeys them."""
    source = os.environ if environment is None else environment
    for name in names:
        source.pop(name, None)


def present(names: tuple[str, ...], environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Those of the variables that are set and not blank, in capitals or not, as libraries read them by themselves."""
    source = os.environ if environment is None else environment
    return {name: value for name, value in source.items() if name.upper() in names and value.strip()}


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the process's environment, or from the mapping given instead of it."""
    source = os.environ if environment is None else environment

    def value(name: str) -> str | None:
        return source.get(name, "").strip() or None

    return Settings(
        client_id=value(CLIENT_ID),
        client_secret=value(CLIENT_SECRET),
        public_key=value(PUBLIC_KEY),
        private_key=value(PRIVATE_KEY),
        base_url=source[BASE_URL].strip() if BASE_URL in source else None,
        project_id=value(PROJECT_ID),
    )
