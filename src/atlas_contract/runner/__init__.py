"""The runner: cases against a target, exchanges out, findings kept."""

from atlas_contract.runner.embedded import embedded, embedded_target
from atlas_contract.runner.session import Outcome, Session
from atlas_contract.runner.suite import Suite
from atlas_contract.runner.target import Target
from atlas_contract.runner.url import url_target

__all__ = ["Outcome", "Session", "Suite", "Target", "embedded", "embedded_target", "url_target"]
