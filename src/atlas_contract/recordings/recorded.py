"""One recorded exchange as a value."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_contract.model import Reply, Request


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request and its reply as a file has them; `place` names the file and the entry in it.

    `at` is the second since 1970 at which it was sent, None where the file does not say. What a recorder has left
    out (request headers, bodies, query strings) is missing in `request`, not guessed.
    """

    place: str
    request: Request
    reply: Reply
    at: float | None = None
