"""A curl line that sends a request again. Credentials appear as the shell variables that hold them."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from shlex import quote

from atlas_contract import redact, settings
from atlas_contract.model import NOBODY, STRANGER, Exchange, Login, Request

_ACCOUNT = f'--user "${{{settings.CLIENT_ID}}}:${{{settings.CLIENT_SECRET}}}"'
_LOGINS = {
    Login.BEARER: '--header "Authorization: Bearer ${ACCESS_TOKEN}"',
    Login.DIGEST: '--user "${PUBLIC_KEY}:${PRIVATE_KEY}" --digest',
    Login.CLIENT: _ACCOUNT,
    Login.BASIC: _ACCOUNT,
    Login.WRONG_BEARER: f'--header "Authorization: Bearer {STRANGER}"',
    Login.WRONG_DIGEST: f'--user "${{PUBLIC_KEY}}:{STRANGER}" --digest',
    Login.WRONG_CLIENT: f'--user "${{{settings.CLIENT_ID}:-{NOBODY}}}:{STRANGER}"',
    Login.EXPIRED_BEARER: '--header "Authorization: Bearer ${EXPIRED_ACCESS_TOKEN:?an access token that has expired}"',
    Login.BARRED: '--header "Authorization: Bearer ${BARRED_ACCESS_TOKEN:?an access token of a service account'
    ' whose access list does not have this address}"',
}
"""By login: the flags, ready for a shell, which says what a variable that few have is, where that is not set."""


def command(exchange: Exchange, base_url: str, secrets: Iterable[str] = ()) -> str:
    """The shell command for one exchange, without secrets; a body that is no text is fed through printf.

    Secrets are taken out before anything is quoted: what is taken out of a quoted line can take a quote along.
    """
    request, secrets = exchange.request, tuple(secrets)
    login = _LOGINS.get(exchange.case.login, "")
    parts = ["curl --include --path-as-is --globoff", f"--request {quote(request.method)}"]
    parts += [login] if login else []
    parts += [f"--header {quote(each)}" for each in _headers(request, secrets, has_login=bool(login))]
    body, feed = redact.octets(request.body, secrets), ""
    if _is_plain(body):
        parts.append(f"--data-binary {quote(body.decode())}")
    elif body:
        parts.append("--data-binary @-")
        feed = f"printf {quote(_octal(body))} | "
    return feed + " ".join([*parts, quote(redact.text(base_url + request.target, secrets))])


def _headers(request: Request, secrets: tuple[str, ...], *, has_login: bool) -> Iterator[str]:
    """The header lines; a recorded Authorization only where no login takes its place."""
    for name, value in redact.headers(request.headers):
        if not (has_login and name.lower() == "authorization"):
            yield redact.text(f"{name}: {value}", secrets)


def _is_plain(body: bytes) -> bool:
    """Whether a body can be an argument, and none that curl takes for the name of a file."""
    return body != b"" and body.isascii() and body.decode("ascii").isprintable() and not body.startswith(b"@")


def _octal(body: bytes) -> str:
    plain = string.ascii_letters + string.digits + "{}[]:,_"  # no dash: printf would read flags
    return "".join(chr(byte) if chr(byte) in plain else f"\\{byte:03o}" for byte in body)
