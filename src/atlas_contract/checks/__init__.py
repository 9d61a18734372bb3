"""Checks: pure functions of an exchange and its history, each of which says what clause the reply broke."""

from atlas_contract.checks.catalogue import CHECKS, judge_exchange
from atlas_contract.checks.history import History

__all__ = ["CHECKS", "History", "judge_exchange"]
