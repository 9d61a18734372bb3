"""The guard: what a run may touch. Everything else is refused before anything is sent."""

from atlas_contract.guard.policy import Origin, Policy, is_loopback, origin_of, require_loopback

__all__ = ["Origin", "Policy", "is_loopback", "origin_of", "require_loopback"]
