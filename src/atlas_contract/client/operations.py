"""The operations of the client as conversations: each written once, for blocking and asynchronous use alike."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from types import ModuleType
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import httpx

from atlas_contract.client import failures
from atlas_contract.client.conversation import Conversation, Pause, Send
from atlas_contract.client.envelope import unwrapped
from atlas_contract.client.retry import RetryPolicy
from atlas_contract.contract import Contract, load
from atlas_contract.errors import InvalidArgument, SnapshotFailed, WaitTimedOut
from atlas_contract.model import Operation
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
class Session:
    """What every operation of one client shares."""

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    envelope: bool = False
    clock: Callable[[], float] = time.monotonic

    @cached_property
    def contract(self) -> Contract:
        """The contract the client was generated from; read when it is first needed."""
        return load()


def take_snapshot(
    session: Session,
    project: str,
    cluster: str,
    *,
    description: str | None = None,
    retention_in_days: int | None = None,
) -> Conversation[Snapshot]:
    """Take an on-demand snapshot of a cluster and return it as it is queued.

    Never repeated once Atlas may have received it.

    Args:
        project: the project's id, 24 lower-case hexadecimal digits.
        cluster: the cluster's name.
        description: what the snapshot is for.
        retention_in_days: days to keep it, at least 1; Atlas's own default if left out.

    Raises:
        UnfinishedSnapshot: another snapshot of the cluster is queued or in progress.
        AtlasError: any other way a call can fail.
    """
    body = SnapshotRequest(
        description=UNSET if description is None else description,
        retention_in_days=UNSET if retention_in_days is None else retention_in_days,
    )
    return _call(session, take_group_cluster_backup_snapshots, project, cluster, body=body)


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
    """Delete one snapshot for good. If a repetition was needed, "not found" counts as done.

    Raises:
        AtlasError: any way a call can fail.
    """
    return _call(session, delete_group_cluster_backup_snapshot, project, cluster, snapshot_id)


def change_retention(
    session: Session, project: str, cluster: str, snapshot_id: str, *, value: int, unit: RetentionUnit | str
) -> Conversation[Snapshot]:
    """Keep a completed snapshot for another time, counted in `unit`: DAYS, WEEKS, MONTHS or YEARS.

    Raises:
        AtlasError: any way a call can fail.
    """
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
        timeout: seconds after which to give up; the snapshot itself goes on.
        poll: seconds between two looks.
        seen: called with the snapshot as each look finds it, to show progress.

    Raises:
        SnapshotFailed: the snapshot ended as failed.
        WaitTimedOut: it was still unfinished after `timeout` seconds.
        AtlasError: any way a call can fail.
    """
    project, cluster, snapshot_id = _address(session, snapshot)
    final = session.contract.behaviour("status-only-moves-forward").values
    failed = session.contract.behaviour("snapshot-lifecycle").values["failed"]["status"]
    end = session.clock() + timeout
    tell = seen or _nothing
    tell(snapshot)
    while snapshot.status not in final["final"]:
        left = end - session.clock()
        if left <= 0:
            msg = f"Snapshot {snapshot_id} of {cluster} is still {snapshot.status} after {timeout:g} seconds."
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
    for link in snapshot.links or ():
        found = session.contract.match("GET", urlsplit(link.href).path) if link.rel == "self" else None
        if found is not None and found[1].get("snapshotId") == snapshot.id:
            return found[1]["groupId"], found[1]["clusterName"], snapshot.id
    msg = f"Snapshot {snapshot.id} has no link to itself, so its project and cluster are not known."
    raise InvalidArgument(msg, hint="poll `get_snapshot` with project and cluster instead")


def _pages(session: Session, api: ModuleType, *arguments: str) -> Conversation[list[Any]]:
    size = _largest_page(session, api)
    found: list[Any] = []
    for number in count(1):
        page = yield from _call(session, api, *arguments, page_num=number, items_per_page=size)
        found += page.results
        if not any(link.rel == "next" for link in page.links or ()) or not page.results:
            return found
    raise AssertionError  # pragma: no cover  count() never ends


def _largest_page(session: Session, api: ModuleType) -> int:
    parameters = _operation(session, api).parameters
    return next(int(each.schema["maximum"]) for each in parameters if each.name == PAGE_SIZE)


def _operation(session: Session, api: ModuleType) -> Operation:
    name = api.__name__.rpartition(".")[2].replace("_", "")
    return next(each for each in session.contract.operations.values() if each.id.lower() == name)


def _call(session: Session, api: ModuleType, *arguments: str, **options: Any) -> Conversation[Any]:
    """Build the request, send it as often as the policy allows, and read the reply."""
    operation = _operation(session, api)
    try:
        request = api.build_request(*arguments, **options)
    except generated.BadArgument as error:
        raise failures.of_argument(error, operation) from None
    if session.envelope:
        request["params"] = {**request.get("params", {}), "envelope": TRUE}
    response = yield from exchange(session, request, operation)
    return _read(session, api, operation, response)


def exchange(session: Session, request: dict[str, Any], operation: Operation) -> Conversation[httpx.Response]:
    """Send a request as often as the policy allows; the reply it got, or TransportFailed."""
    repeatable = operation.method != "POST"
    for attempt in _attempts():
        try:
            response = yield Send(request)
        except httpx.HTTPError as error:
            pause = session.policy.after_failure(error, attempt, repeatable=repeatable)
            if pause is None:
                raise failures.of_transport(error, operation) from error
        else:
            assert response is not None  # noqa: S101  a Send is always answered
            pause = session.policy.after_reply(response, attempt, repeatable=repeatable)
            if pause is None:
                return response
        yield Pause(pause)
    raise AssertionError  # pragma: no cover  _attempts() never ends


def _attempts() -> Iterator[int]:
    return count(1)


def read(session: Session, operation: Operation, response: httpx.Response) -> Any:
    """The typed value in the reply to one of the operations above; an AtlasError where it has none."""
    api = next(each for each in _APIS if _operation(session, each).id == operation.id)
    return _read(session, api, operation, response)


def _read(session: Session, api: ModuleType, operation: Operation, response: httpx.Response) -> Any:
    if session.envelope:
        response = unwrapped(response, session.contract)
    try:
        reply = api.parse_response(response)
    except generated.ReplyError as error:
        raise failures.of_reply(error, response, operation) from None
    if reply.status_code != operation.success.status:
        raise failures.of_status(response, operation, reply.parsed, session.contract)
    return reply.parsed
