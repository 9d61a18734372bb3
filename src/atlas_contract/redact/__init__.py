"""The one list of what is secret, and the one place where secrets are taken out of what is shown or kept.

Known secrets go first, wherever and however they are written; then whatever stands where secrets stand.
"""

from atlas_contract.redact.known import MASK, SHORTEST_SECRET, Secrets
from atlas_contract.redact.masking import (
    SECRET_HEADERS,
    credentials_in,
    headers,
    octets,
    secrets_in,
    secrets_of,
    text,
)

__all__ = [
    "MASK",
    "SECRET_HEADERS",
    "SHORTEST_SECRET",
    "Secrets",
    "credentials_in",
    "headers",
    "octets",
    "secrets_in",
    "secrets_of",
    "text",
]
