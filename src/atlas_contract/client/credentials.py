"""Which login a client uses: one, from its arguments or else from the environment."""

from __future__ import annotations

from collections.abc import Callable

from atlas_contract.auth import ApiKey, ServiceAccount
from atlas_contract.contract import Contract
from atlas_contract.errors import InvalidCredentials
from atlas_contract.settings import Settings

_ACCOUNT = "client_id and client_secret (MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET)"
_KEY = "public_key and private_key (MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY)"
_NAMES = ("client_id", "client_secret", "public_key", "private_key")


def login(
    given: Settings, environment: Settings, contract: Contract, clock: Callable[[], float]
) -> ServiceAccount | ApiKey:
    """The login that the arguments name or, if they name none, the environment.

    An environment with both kinds, as the mock's `export` lines make it, means the service account.

    Raises:
        InvalidCredentials: neither names one, the arguments name both kinds, or one is half or no printable text.
    """
    source, place = (given, "arguments") if _names_any(given) else (environment, "environment")
    _check_texts(source, place)
    account, key = (source.client_id, source.client_secret), (source.public_key, source.private_key)
    if not any(account) and not any(key):
        msg = "No credentials were given."
        raise InvalidCredentials(msg, where="arguments and environment", expected=f"{_ACCOUNT}, or {_KEY}")
    if any(account) and any(key) and source is given:
        msg = "Both a service account and an API key were given."
        raise InvalidCredentials(msg, where=place, expected="one of the two", hint="leave out the other one")
    if source.client_id and source.client_secret:
        return ServiceAccount(
            source.client_id, source.client_secret, token_path=contract.token.path, clock=clock
        )
    if source.public_key and source.private_key and not any(account):
        return ApiKey(source.public_key, source.private_key)
    msg = "Only half of the credentials was given."
    raise InvalidCredentials(msg, where=place, expected=_ACCOUNT if any(account) else _KEY)


def _names_any(settings: Settings) -> bool:
    return any(getattr(settings, name) for name in _NAMES)


def _check_texts(source: Settings, place: str) -> None:
    """Line ends and broken characters come from copying; they would break headers, or show up in other errors."""
    for name in _NAMES:
        value = getattr(source, name)
        if value and not (isinstance(value, str) and value.isprintable()):
            msg = f"{name} is not printable text."
            raise InvalidCredentials(
                msg, where=place, expected="the text as Atlas shows it", hint="copy it again"
            )
