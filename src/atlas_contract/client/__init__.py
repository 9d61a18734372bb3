"""The client: one small face over the generated functions, blocking and asynchronous."""

from atlas_contract.client.face import AsyncAtlasClient, AtlasClient
from atlas_contract.client.operations import Snapshot
from atlas_contract.client.retry import RetryPolicy
from atlas_snapshots.models import Project, ReplicaSetSnapshot, ShardedClusterSnapshot

__all__ = [
    "AsyncAtlasClient",
    "AtlasClient",
    "Project",
    "ReplicaSetSnapshot",
    "RetryPolicy",
    "ShardedClusterSnapshot",
    "Snapshot",
]
