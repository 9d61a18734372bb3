"""The guard: what a run may touch. Everything else is refused before anything is sent."""

from atlas_contract.guard.policy import require_loopback

__all__ = ["require_loopback"]
