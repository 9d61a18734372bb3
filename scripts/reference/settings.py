"""The environment variables."""

from __future__ import annotations

from atlas_contract import settings
from reference.markdown import code, page, table

VARIABLES = {
    settings.CLIENT_ID: "Id of a service account, which the client prefers to an API key.",
    settings.CLIENT_SECRET: "Its secret.",
    settings.PUBLIC_KEY: "Public half of an API key.",
    settings.PRIVATE_KEY: "Its private half.",
    settings.BASE_URL: "Where Atlas is, as scheme and host; the contract's own server if left out.",
    settings.PROJECT_ID: "The project, where no flag names one.",
    **dict.fromkeys(settings.PROXIES, "Obeyed by the client on the way to Atlas, never to this machine."),
    **dict.fromkeys(settings.CERTIFICATES, "The certificates that the client trusts, instead of its own."),
    "XDG_STATE_HOME": "Its folder `atlas-contract` holds the ledger of `fuzz`; `~/.local/state` if left out.",
    "XDG_CACHE_HOME": "Its folder `atlas-contract` holds what can be worked out anew; `~/.cache` if left out.",
    settings.GITHUB: "Where it is `true`, findings become annotations of a GitHub workflow.",
    settings.STEP_SUMMARY: "The file that takes the summary of the workflow's step.",
    **dict.fromkeys(settings.PYTEST, "Not obeyed: the suite runs with its own configuration only."),
}
"""What each variable that the toolkit looks at is for."""


def variables() -> str:
    """Every environment variable that is read, and those that are kept from being read."""
    return page([table(("variable", "meaning"), ((code(name), told) for name, told in VARIABLES.items()))])
