"""The operations of the client as conversations: each written once, for blocking and asynchronous use alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from types import ModuleType
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import httpx

from atlas_contract.client import failures
from atlas_contract.client.conversation import Conversation, Pause, Send
from atlas_contract.client.envelope import unwrapped
from atlas_contract.client.retry import NEVER_SENT, REPEATABLE, is_number
from atlas_contract.client.session import Session
from atlas_contract.errors import ClientClosed, InvalidArgument, NotFound, SnapshotFailed, WaitTimedOut
from atlas_contract.model import Operation
from atlas_contract.quoting import quoted
from atlas_snapshots import errors as generated
from atlas_snapshots.api.cloud_backups import (
    delete_group_cluster_backup_snapshot,
    get_group_cluster_backup_snapshot,
    get_group_cluster_backup_snapshot_sharded_cluster,
    list_group_cluster_backup_snapshots,
    take_group_cluster_backup_snapshots,
    update_group_cluster_backup_snapshot,
)
from atlas_snapshots.api.projects import list_groups
from atlas_snapshots.models import (
    Project,
    ReplicaSetSnapshot,
    RetentionChange,
    RetentionUnit,
    ShardedClusterSnapshot,
    SnapshotRequest,
)
from atlas_snapshots.types import UNSET

T = TypeVar("T")
Snapshot: TypeAlias = ReplicaSetSnapshot | ShardedClusterSnapshot

_APIS = (
    delete_group_cluster_backup_snapshot,
    get_group_cluster_backup_snapshot,
    get_group_cluster_backup_snapshot_sharded_cluster,
    list_group_cluster_backup_snapshots,
    list_groups,
    take_group_cluster_backup_snapshots,
    update_group_cluster_backup_snapshot,
)
TRUE = json.dumps(obj=True)
PAGE_SIZE = "itemsPerPage"


@dataclass(frozen=True)
class Sent:
    """A reply; `acted` if an earlier sending of the same request may have been acted on unheard."""

    response: httpx.Response
    acted: bool = False


def take_snapshot(
    session: Session,
    project: str,
    cluster: str,
    *,
    description: str | None = None,
    retention_in_days: int | None = None,
) -> Conversation[Snapshot]:
    """Take an on-demand snapshot of a cluster and return it as it is queued.

    Repeated only if it never left, or if Atlas refused it unread: with 429, or with 503 and a time to come back.

    Args:
        project: the project's id, 24 lower-case hexadecimal digits.
        cluster: the cluster's name.
        description: what the snapshot is for.
        retention_in_days: days to keep it, at least 1; Atlas's own default if left out.

    Raises:
        UnfinishedSnapshot: another snapshot of the cluster is queued or in progress.
        AtlasError: any other way a call can fail.
    """
    _check_whole("retention_in_days", retention_in_days)
    body = SnapshotRequest(
        description=UNSET if description is None else description,
        retention_in_days=UNSET if retention_in_days is None else retention_in_days,
    )
    return _call(session, take_group_cluster_backup_snapshots, project, cluster, body=body)


def _check_whole(name: str, value: float | None) -> None:
    """Refuse 1.0, which is a whole number to JSON Schema, and true or false, which are to Python."""
    if isinstance(value, float | bool):
        msg = f"{name}={value} is no whole number as Python writes it."
        raise InvalidArgument(msg, where=name, expected="an int")


def get_snapshot(session: Session, project: str, cluster: str, snapshot_id: str) -> Conversation[Snapshot]:
    """Return one snapshot of a replica set or a sharded cluster as it stands now.

    Raises:
        NotFound: there is no such snapshot, cluster or project.
        AtlasError: any other way a call can fail.
    """
    return _call(session, get_group_cluster_backup_snapshot, project, cluster, snapshot_id)


def get_sharded_snapshot(
    session: Session, project: str, cluster: str, snapshot_id: str
) -> Conversation[ShardedClusterSnapshot]:
    """Return one snapshot of a sharded cluster with its members, which `get_snapshot` may leave out.

    Raises:
        AtlasError: any way a call can fail.
    """
    return _call(session, get_group_cluster_backup_snapshot_sharded_cluster, project, cluster, snapshot_id)


def list_snapshots(session: Session, project: str, cluster: str) -> Conversation[list[Snapshot]]:
    """Return all snapshots of a cluster, however many pages Atlas makes of them.

    Raises:
        AtlasError: any way a call can fail.
    """
    return _pages(session, list_group_cluster_backup_snapshots, project, cluster)


def list_projects(session: Session) -> Conversation[list[Project]]:
    """Return all projects that the login has access to.

    Raises:
        AtlasError: any way a call can fail.
    """
    return _pages(session, list_groups)


def delete_snapshot(session: Session, project: str, cluster: str, snapshot_id: str) -> Conversation[None]:
    """Delete one snapshot for good.

    If the request had to be repeated because no reply came, and there is no such snapshot any more, it counts as done.

    Raises:
        NotFound: there is no such snapshot, cluster or project.
        AtlasError: any other way a call can fail.
    """
    api = delete_group_cluster_backup_snapshot
    operation, sent = yield from _sent(session, api, project, cluster, snapshot_id)
    try:
        _read(session, api, operation, sent.response)
    except NotFound as failure:
        gone = session.contract.behaviour("snapshot-unknown").reply or {}
        if not sent.acted or failure.error_code != gone["errorCode"]:
            raise


def change_retention(
    session: Session, project: str, cluster: str, snapshot_id: str, *, value: int, unit: RetentionUnit | str
) -> Conversation[Snapshot]:
    """Keep a completed snapshot for another time, counted in `unit`: DAYS, WEEKS, MONTHS or YEARS.

    Repeated as `take_snapshot` is: a late repetition would undo what somebody has set in between.

    Raises:
        InvalidArgument: there is no such unit; nothing was sent.
        AtlasError: any other way a call can fail.
    """
    if unit not in list(RetentionUnit):
        msg = f"{unit!r} is no unit of time for a retention."
        raise InvalidArgument(msg, where="unit", expected=", ".join(RetentionUnit))
    _check_whole("value", value)
    body = RetentionChange(retention_unit=RetentionUnit(unit), retention_value=value)
    return _call(session, update_group_cluster_backup_snapshot, project, cluster, snapshot_id, body=body)


def wait(
    session: Session,
    snapshot: Snapshot,
    *,
    timeout: float = 3600.0,
    poll: float = 10.0,
    seen: Callable[[Snapshot], object] | None = None,
) -> Conversation[Snapshot]:
    """Follow a snapshot until it is completed, and return it as it is then.

    Args:
        snapshot: as `take_snapshot` or another call returned it.
        timeout: seconds after which to give up, after a last look; the snapshot itself goes on.
        poll: seconds between two looks, more than 0.
        seen: called with the snapshot as each look finds it, to show progress.

    Raises:
        InvalidArgument: this is no snapshot, it has no link to itself, or a number is out of range.
        SnapshotFailed: the snapshot ended as failed.
        WaitTimedOut: it was still unfinished after `timeout` seconds.
        AtlasError: any way a call can fail.
    """
    if not (is_number(poll) and is_number(timeout) and poll > 0 and timeout >= 0):
        msg = f"Nobody can look every {poll!r:.40} seconds for {timeout!r:.40} seconds."
        raise InvalidArgument(msg, where="poll, timeout", expected="poll more than 0, timeout at least 0")
    project, cluster, snapshot_id = _address(session, snapshot)
    final = session.contract.behaviour("status-only-moves-forward").values
    failed = session.contract.behaviour("snapshot-failure").values["stage"]["status"]
    end = session.clock() + timeout
    tell = seen or _nothing
    tell(snapshot)
    while snapshot.status not in final["final"]:
        left = end - session.clock()
        if left <= 0:
            msg = f"Snapshot {snapshot_id} of {cluster} is still {quoted(snapshot.status)} after {timeout:g} seconds."
            raise WaitTimedOut(
                msg, where=cluster, hint="wait again, or longer; the snapshot goes on by itself"
            )
        yield Pause(min(poll, left))
        snapshot = yield from get_snapshot(session, project, cluster, snapshot_id)
        tell(snapshot)
    if snapshot.status == failed:
        msg = f"Snapshot {snapshot_id} of {cluster} failed."
        raise SnapshotFailed(
            msg, where=cluster, hint="take another one; Atlas's own page of the cluster may say why"
        )
    return snapshot


def _nothing(_: Snapshot) -> None:
    pass


def _address(session: Session, snapshot: Snapshot) -> tuple[str, str, str]:
    """Project, cluster and id, from the snapshot's link to itself."""
    if not isinstance(snapshot, Snapshot):
        msg = f"{snapshot!r:.60} is no snapshot."
        raise InvalidArgument(msg, where="snapshot", expected="what `take_snapshot` returned")
    for link in snapshot.links or ():
        found = session.contract.match("GET", _path(link.href)) if link.rel == "self" else None
        if found is not None and found[1].get("snapshotId") == snapshot.id:
            return found[1]["groupId"], found[1]["clusterName"], snapshot.id
    msg = f"Snapshot {snapshot.id} has no link to itself, so its project and cluster are not known."
    raise InvalidArgument(msg, hint="poll `get_snapshot` with project and cluster instead")


def _path(href: str) -> str:
    try:
        return urlsplit(href).path
    except ValueError:
        return ""


def _pages(session: Session, api: ModuleType, *arguments: str) -> Conversation[list[Any]]:
    size = _largest_page(session, api)
    following = session.contract.behaviour("list-links").values["next"]["rel"]
    found: list[Any] = []
    known: set[str] = set()
    for number in count(1):
        operation, sent = yield from _sent(session, api, *arguments, page_num=number, items_per_page=size)
        page = _read(session, api, operation, sent.response)
        # What is new at the front moves the rest, so a page may repeat what the one before had.
        fresh = [each for each in page.results if each.id not in known]
        found += fresh
        known.update(each.id for each in fresh)
        if not any(link.rel == following for link in page.links or ()):
            return found
        if not fresh:
            raise failures.of_repeated_page(number, sent.response, operation)
    raise AssertionError  # pragma: no cover  count() never ends


def _largest_page(session: Session, api: ModuleType) -> int:
    parameters = _operation(session, api).parameters
    return next(int(each.schema["maximum"]) for each in parameters if each.name == PAGE_SIZE)


def _operation(session: Session, api: ModuleType) -> Operation:
    return session.by_module[api.__name__.rpartition(".")[2].replace("_", "")]


def _call(session: Session, api: ModuleType, *arguments: str, **options: Any) -> Conversation[Any]:
    """Build the request, send it as often as the policy allows, and read the reply."""
    operation, sent = yield from _sent(session, api, *arguments, **options)
    return _read(session, api, operation, sent.response)


def _sent(
    session: Session, api: ModuleType, *arguments: str, **options: Any
) -> Conversation[tuple[Operation, Sent]]:
    operation = _operation(session, api)
    request = _request(api, operation, *arguments, **options)
    query = request.pop("params")
    if session.envelope:
        query["envelope"] = TRUE
    if query:
        request["url"] += f"?{httpx.QueryParams(query)}"  # httpx itself would take the URL apart once more
    return operation, (yield from _exchange(session, request, operation))


def _request(api: ModuleType, operation: Operation, *arguments: str, **options: Any) -> dict[str, Any]:
    """The request, its arguments held to the contract; the body also to the types that a reader of it expects."""
    try:
        request: dict[str, Any] = api.build_request(*arguments, **options)
        if "body" in options:
            type(options["body"]).from_dict(request["json"])
            request["content"] = json.dumps(request.pop("json"), ensure_ascii=False).encode()
    except generated.BadArgument as error:
        raise failures.of_argument(error, operation) from None
    except generated.UnexpectedBody as error:
        raise failures.of_body(error, operation) from None
    return request


def exchange(session: Session, request: dict[str, Any], operation: Operation) -> Conversation[httpx.Response]:
    """Send a request as often as the policy allows; the reply it got, or TransportFailed."""
    return (yield from _exchange(session, request, operation)).response


def _exchange(session: Session, request: dict[str, Any], operation: Operation) -> Conversation[Sent]:
    policy, repeatable = session.policy, operation.method in REPEATABLE
    # The URL is whole, so that httpx takes it apart just once.
    request = {**request, "url": session.base_url + request["url"]}
    acted = False
    for attempt in count(1):
        try:
            response = yield Send(request)
        except ClientClosed as error:
            error.operation = operation.id
            raise
        except httpx.InvalidURL as error:
            raise failures.of_url(error, operation) from None
        except httpx.HTTPStatusError as error:
            pause = policy.after_reply(error.response, attempt, repeatable=True)
            if pause is None:
                raise failures.of_status(error.response, session, operation, at_login=True) from None
        except httpx.HTTPError as error:
            at_login = _is_of_login(session, error)
            arrived = not at_login and not isinstance(error, NEVER_SENT)
            pause = policy.after_failure(error, attempt, repeatable=repeatable or not arrived)
            acted = acted or arrived
            if pause is None:
                failure = failures.of_transport(error, session, operation, arrived=acted, at_login=at_login)
                raise failure from None  # httpx's own text may show secrets
        else:
            assert response is not None  # noqa: S101  a Send is always answered
            reply = unwrapped(response, session.contract) if session.envelope else response
            pause = policy.after_reply(reply, attempt, repeatable=repeatable)
            if pause is None:
                return Sent(response, acted)
            acted = acted or policy.after_reply(reply, attempt, repeatable=False) is None
        yield Pause(pause)
    raise AssertionError  # pragma: no cover  count() never ends


def _is_of_login(session: Session, error: httpx.HTTPError) -> bool:
    """Whether what was lost was not the operation's own request, but the one for a token before it."""
    return error.request.url.path == session.contract.token.path


def read(session: Session, operation: Operation, response: httpx.Response) -> Any:
    """The typed value in the reply to one of the operations above; an AtlasError where it has none."""
    api = next(each for each in _APIS if _operation(session, each).id == operation.id)
    return _read(session, api, operation, response)


def _read(session: Session, api: ModuleType, operation: Operation, response: httpx.Response) -> Any:
    if session.envelope:
        response = unwrapped(response, session.contract)
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        raise failures.of_status(response, session, operation)
    try:
        return api.parse_response(response).parsed
    except generated.ReplyError as error:
        raise failures.of_reply(error, response, session, operation) from None
