"""A curl line that sends a request again. Credentials appear as the shell variables that hold them."""

from __future__ import annotations

import shlex
import string

from atlas_contract import redact
from atlas_contract.model import Exchange, Login

_LOGINS = {
    Login.BEARER: '--header "Authorization: Bearer ${ACCESS_TOKEN}"',
    Login.DIGEST: '--user "${PUBLIC_KEY}:${PRIVATE_KEY}" --digest',
    Login.WRONG_BEARER: "--header 'Authorization: Bearer not-a-token-of-this-server'",
}


def command(exchange: Exchange, base_url: str) -> str:
    """The shell command for one exchange; a body that is no text is fed through printf."""
    request = exchange.request
    parts = ["curl --include --path-as-is --globoff", f"--request {request.method}"]
    if login := _LOGINS.get(exchange.case.login):
        parts.append(login)
    parts += [
        f"--header {shlex.quote(f'{name}: {value}')}" for name, value in redact.headers(request.headers)
    ]
    feed = ""
    if request.body:
        parts.append("--data-binary @-")
        feed = f"printf {shlex.quote(_octal(request.body))} | "
        if _is_plain(request.body):
            parts[-1] = f"--data-binary {shlex.quote(request.body.decode())}"
            feed = ""
    return feed + " ".join([*parts, shlex.quote(base_url + request.target)])


def _is_plain(body: bytes) -> bool:
    return body.isascii() and body.decode("ascii").isprintable() and not body.startswith(b"@")


def _octal(body: bytes) -> str:
    plain = string.ascii_letters + string.digits + "{}[]:,_"  # no dash: printf would read flags
    return "".join(chr(byte) if chr(byte) in plain else f"\\{byte:03o}" for byte in body)
