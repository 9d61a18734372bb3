"""The client as a typed program uses it. Never run: `nox -s types` checks that each type is what it says here."""

from __future__ import annotations

from datetime import datetime
from typing import assert_type

import httpx

from atlas_contract.client import (
    AsyncAtlasClient,
    AtlasClient,
    Project,
    ReplicaSetSnapshot,
    ShardedClusterSnapshot,
    Snapshot,
)
from atlas_contract.errors import AtlasError, ContractViolation, RateLimited
from atlas_snapshots.models import Link, ShardMember, SnapshotStatus
from atlas_snapshots.types import Unset


def blocking(client: AtlasClient, project: str) -> None:
    """Every call of the blocking client."""
    taken = client.take_snapshot(project, "Cluster0", description="x", retention_in_days=3)
    assert_type(taken, Snapshot)
    assert_type(taken, ReplicaSetSnapshot | ShardedClusterSnapshot)
    assert_type(taken.id, str)
    assert_type(taken.status, SnapshotStatus)
    assert_type(taken.status == "completed", bool)
    assert_type(taken.expires_at, datetime | Unset)
    assert_type(taken.links, list[Link] | Unset)
    assert_type(client.wait(taken, timeout=60.0, poll=1), Snapshot)
    assert_type(client.get_snapshot(project, "Cluster0", taken.id), Snapshot)
    assert_type(client.get_sharded_snapshot(project, "Cluster0", taken.id), ShardedClusterSnapshot)
    assert_type(client.list_snapshots(project, "Cluster0"), list[Snapshot])
    assert_type(client.list_projects(), list[Project])
    assert_type(client.change_retention(project, "Cluster0", taken.id, value=1, unit="DAYS"), Snapshot)


async def asynchronous(client: AsyncAtlasClient, project: str) -> None:
    """The same, awaited."""
    taken = await client.take_snapshot(project, "Cluster0", description="x", retention_in_days=3)
    assert_type(taken, Snapshot)
    assert_type(await client.wait(taken), Snapshot)
    assert_type(await client.get_snapshot(project, "Cluster0", taken.id), Snapshot)
    assert_type(await client.list_snapshots(project, "Cluster0"), list[Snapshot])
    assert_type(await client.list_projects(), list[Project])
    await client.delete_snapshot(project, "Cluster0", taken.id)


def variants(snapshot: Snapshot) -> None:
    """Told apart by their class or by their type."""
    if isinstance(snapshot, ShardedClusterSnapshot):
        assert_type(snapshot.members, list[ShardMember] | Unset)
    else:
        assert_type(snapshot.replica_set_name, str | Unset)
    if snapshot.type_ == "replicaSet":
        assert_type(snapshot, ReplicaSetSnapshot)


def failures(error: AtlasError) -> None:
    """What an error carries."""
    assert_type(error.operation, str | None)
    if isinstance(error, RateLimited):
        assert_type(error.retry_after, float | None)
        assert_type(error.error_code, str | None)
    if isinstance(error, ContractViolation):
        assert_type(error.status, int | None)


def making(transport: httpx.BaseTransport, awaited: httpx.AsyncBaseTransport) -> None:
    """What a client is made with."""
    AtlasClient(client_id="a", client_secret="b", transport=transport, timeout=5)
    AsyncAtlasClient(public_key="a", private_key="b", transport=awaited, envelope=True)
    with AtlasClient() as client:
        assert_type(client, AtlasClient)


def mistakes(client: AtlasClient, awaited: AsyncAtlasClient, transport: httpx.BaseTransport) -> None:
    """A type checker sees each of these; an ignore that is not needed would be an error itself."""
    client.take_snapshot("a", "b", retention="3 days")  # type: ignore[call-arg]
    client.take_snapshot("a", "b", retention_in_days="3")  # type: ignore[arg-type]
    client.take_snapshot("a")  # type: ignore[call-arg]
    client.take_snapshot("a", "b", "what for")  # type: ignore[call-arg]
    client.get_snapshot("a", "b", 5)  # type: ignore[arg-type]
    client.wait("an id")  # type: ignore[arg-type]
    client.take_snapshot("a", "b").nonsense  # type: ignore[union-attr]  # noqa: B018
    awaited.take_snapshot("a", "b").id  # type: ignore[attr-defined]  # noqa: B018
    AtlasClient(client_name="a")  # type: ignore[call-arg]
    AtlasClient(timeout="5")  # type: ignore[arg-type]
    AsyncAtlasClient(transport=transport)  # type: ignore[arg-type]
