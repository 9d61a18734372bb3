"""The runner: cases against a target, exchanges out, findings kept."""

from atlas_contract.runner.suite import Suite
from atlas_contract.runner.target import Target, embedded_target, url_target

__all__ = ["Suite", "Target", "embedded_target", "url_target"]
