"""Which login a client uses: exactly one, from its arguments or from the environment."""

from __future__ import annotations

import httpx

from atlas_contract.auth import ServiceAccount
from atlas_contract.contract import Contract
from atlas_contract.errors import InvalidCredentials
from atlas_contract.settings import Settings

_ACCOUNT = "client_id and client_secret (MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET)"
_KEY = "public_key and private_key (MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY)"


def login(given: Settings, environment: Settings, contract: Contract) -> httpx.Auth:
    """The login that the arguments name or, if they name none, the environment.

    Raises:
        InvalidCredentials: neither names one, one names both kinds, or half of one.
    """
    source, place = (given, "arguments") if _names_any(given) else (environment, "environment")
    account, key = (source.client_id, source.client_secret), (source.public_key, source.private_key)
    if not any(account) and not any(key):
        msg = "No credentials were given."
        raise InvalidCredentials(msg, where="arguments and environment", expected=f"{_ACCOUNT}, or {_KEY}")
    if any(account) and any(key):
        msg = "Both a service account and an API key were given."
        raise InvalidCredentials(msg, where=place, expected="one of the two", hint="leave out the other one")
    if source.client_id and source.client_secret:
        return ServiceAccount(source.client_id, source.client_secret, token_path=contract.token.path)
    if source.public_key and source.private_key:
        return httpx.DigestAuth(source.public_key, source.private_key)
    msg = "Only half of the credentials was given."
    raise InvalidCredentials(msg, where=place, expected=_ACCOUNT if any(account) else _KEY)


def _names_any(settings: Settings) -> bool:
    return any((settings.client_id, settings.client_secret, settings.public_key, settings.private_key))
