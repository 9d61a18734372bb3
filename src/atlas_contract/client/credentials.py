"""Which login a client uses: one, from its arguments or else from the environment."""

from __future__ import annotations

from collections.abc import Callable

from atlas_contract import settings
from atlas_contract.auth import ApiKey, ServiceAccount
from atlas_contract.contract import Contract
from atlas_contract.errors import InvalidCredentials
from atlas_contract.settings import Settings

_ACCOUNT = "client_id and client_secret (MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET)"
_KEY = "public_key and private_key (MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY)"
_NAMES = {
    "client_id": settings.CLIENT_ID,
    "client_secret": settings.CLIENT_SECRET,
    "public_key": settings.PUBLIC_KEY,
    "private_key": settings.PRIVATE_KEY,
}


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
    """Line ends and broken characters come from copying; they would break headers, or show up in other errors.

    A public key stands in a header as it is, which has no way to write other characters than those of ASCII.
    """
    for name, variable in _NAMES.items():
        value = getattr(source, name)
        if not value:
            continue
        shown = variable if place == "environment" else name
        fault = "not printable text" if not (isinstance(value, str) and value.isprintable()) else ""
        if name == "public_key" and not fault and not value.isascii():
            fault = "not written in ASCII"
        if fault:
            msg = f"{shown} is {fault}."
            raise InvalidCredentials(
                msg, where=place, expected="the text as Atlas shows it", hint="copy it again"
            )
