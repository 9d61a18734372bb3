"""Every error this toolkit raises on purpose, and the exit code each one means.

AtlasContractError ............. 2   the base; never raised itself
├── BadInput ................... 2   a spec, overlay, scenario, flag or setting is not usable
├── MissingExtra ............... 2   a command needs an optional part that is not installed
├── TargetUnreachable .......... 3   nothing answers where the target should be
├── GuardRefused ............... 4   the guard does not let this request or target through
│   ├── BudgetSpent ............ 4   … because the run has done as much as it may
│   └── LedgerUnusable ......... 4   … because nothing can be written down
└── AtlasError ................. 1   what a call of the client can end in
    ├── InvalidArgument ........ 2   an argument is outside the contract; nothing was sent
    ├── InvalidCredentials ..... 2   no login was given, or more than one
    ├── ClientClosed ........... 2   the client was closed before the call; nothing was sent
    ├── LoginRefused ........... 3   the token endpoint does not accept the service account
    ├── TransportFailed ........ 3   no reply came, or only a part of one
    ├── ContractViolation ...... 1   a reply came that the contract does not allow
    ├── WaitTimedOut ........... 1   a snapshot was still unfinished when the time was up
    ├── SnapshotFailed ......... 1   a snapshot ended as failed
    └── ApiFailure ............. 1   Atlas answered with an error
        ├── BadRequest ......... 1   400
        │   └── UnfinishedSnapshot   … because another snapshot of the cluster is unfinished
        ├── Unauthorized ....... 3   401
        ├── Forbidden .......... 3   403
        ├── NotFound ........... 1   404
        ├── NotAcceptable ...... 1   406: the API version
        ├── RateLimited ........ 1   429, with `retry_after`
        └── ServerError ........ 1   5xx
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class AtlasContractError(Exception):
    """What happened, where, what was expected, and what to do next, in four separate parts."""

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", expected: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        """One line a part; parts that are empty are left out."""
        parts = (
            ("", self.what),
            ("where: ", self.where),
            ("expected: ", self.expected),
            ("next: ", self.hint),
        )
        return "\n  ".join(label + text for label, text in parts if text)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies as it is, so that an error reaches whoever started the process it came up in."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[Exception], arguments: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    """The error without its `__init__`, whose keywords differ from class to class."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


class BadInput(AtlasContractError):
    """A file, flag or setting the user gave cannot be used as it is."""


class MissingExtra(AtlasContractError):
    """The command needs an optional part of the package that is not installed."""


class TargetUnreachable(AtlasContractError):
    """Nothing answers at the target's address, or it stopped answering."""

    exit_code = 3


class GuardRefused(AtlasContractError):
    """The request or the target is outside what this run may touch; nothing was sent."""

    exit_code = 4


class BudgetSpent(GuardRefused):
    """A request would go beyond what the run may do; it was not sent."""


class LedgerUnusable(GuardRefused):
    """The ledger cannot be read or written, and nothing may be sent that could not be written down."""


class AtlasError(AtlasContractError):
    """What a call of the client can end in; `operation` is the operationId it was about, if any."""

    exit_code = 1

    def __init__(
        self, what: str, *, where: str = "", expected: str = "", hint: str = "", operation: str | None = None
    ) -> None:
        super().__init__(what, where=where, expected=expected, hint=hint)
        self.operation = operation


class InvalidArgument(AtlasError, ValueError):
    """An argument is outside what the contract allows; nothing was sent."""

    exit_code = 2


class InvalidCredentials(AtlasError, ValueError):
    """No login was given, more than one, or half of one; nothing was sent."""

    exit_code = 2


class ClientClosed(AtlasError):
    """The client was closed before the call, or while it waited; this request was not sent."""

    exit_code = 2


class LoginRefused(AtlasError):
    """The token endpoint does not accept the service account, or did not answer with a token."""

    exit_code = 3


class TransportFailed(AtlasError):
    """No reply came, or only a part of one.

    `may_have_arrived` says whether Atlas may have acted on the request all the same.
    """

    exit_code = 3

    def __init__(
        self, what: str, *, where: str, operation: str | None, may_have_arrived: bool, hint: str = ""
    ) -> None:
        if may_have_arrived:
            hint = "look whether the request took effect before sending it again"
        super().__init__(what, where=where, operation=operation, hint=hint)
        self.may_have_arrived = may_have_arrived


class ContractViolation(AtlasError):
    """A reply came that the contract does not allow: another status, media type or shape.

    `status` is the HTTP status, `content` the raw body, `pointer` the place in it that is wrong.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str,
        operation: str | None,
        status: int | None,
        content: bytes,
        pointer: str = "",
    ) -> None:
        super().__init__(what, where=where, operation=operation)
        self.status = status
        self.content = content
        self.pointer = pointer


class WaitTimedOut(AtlasError):
    """A snapshot was still unfinished when the time to wait was up. It goes on by itself."""


class SnapshotFailed(AtlasError):
    """A snapshot ended as failed."""


class ApiFailure(AtlasError):
    """Atlas answered with an error.

    Attributes:
        status: the HTTP status.
        error_code: Atlas's own code, such as `CLUSTER_NOT_FOUND`; None where the reply had none.
        detail: Atlas's explanation, for people.
        parameters: the values that `detail` speaks of, texts and whole numbers.
        request_ids: reply headers by which Atlas's support can find the request, by name.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str,
        operation: str | None,
        status: int,
        error_code: str | None = None,
        detail: str | None = None,
        parameters: Sequence[str | int] = (),
        request_ids: Mapping[str, str] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(what, where=where, operation=operation, hint=hint)
        self.status = status
        self.error_code = error_code
        self.detail = detail
        self.parameters = tuple(parameters)
        self.request_ids = dict(request_ids or {})


class BadRequest(ApiFailure):
    """400: Atlas does not take the request as it is."""


class UnfinishedSnapshot(BadRequest):
    """Another on-demand snapshot of the cluster is queued or in progress; wait for it, then ask again."""


class Unauthorized(ApiFailure):
    """401: the credentials are not accepted, or lack the role the operation needs."""

    exit_code = 3


class Forbidden(ApiFailure):
    """403: the caller is known, but not from here or not for this."""

    exit_code = 3


class NotFound(ApiFailure):
    """404: no such project, cluster or snapshot."""


class NotAcceptable(ApiFailure):
    """406: Atlas does not serve the version that this client speaks."""


class RateLimited(ApiFailure):
    """429: too many requests; `retry_after` are the seconds to wait that Atlas named, if it did."""

    retry_after: float | None = None


class ServerError(ApiFailure):
    """5xx: Atlas failed."""
