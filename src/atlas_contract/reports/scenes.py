"""What has to be so at the server before a request shows again what it showed."""

from __future__ import annotations

from collections.abc import Mapping

from atlas_contract.model import Scene

_WORDS: Mapping[Scene, str] = {
    Scene.UNFINISHED: "a snapshot of the cluster is unfinished",
    Scene.COMPLETED: "a snapshot of the cluster is completed, and none is unfinished",
    Scene.REMOVED: "the snapshot was removed",
    Scene.DRAINED: "the token bucket is empty",
}


def told(scene: Scene) -> str:
    """A scene in words, "" where the request alone will do."""
    return _WORDS.get(scene, "")
