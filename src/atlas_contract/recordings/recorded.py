"""One recorded exchange as a value."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_contract.model import NO_GAPS, Gap, Reply, Request


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request and its reply as a file has them; `place` names the file and the entry in it.

    `at` is the second since 1970 at which it was sent, None where the file does not say; `host` is whom it was sent
    to, "" likewise. What a recorder has left out (headers, bodies, query strings) is missing in `request` and
    `reply`, not guessed; `gaps` says so where it makes a difference. A path that was left out is "", the status of
    a reply that never came 0.
    """

    place: str
    request: Request
    reply: Reply
    at: float | None = None
    host: str = ""
    gaps: frozenset[Gap] = NO_GAPS
