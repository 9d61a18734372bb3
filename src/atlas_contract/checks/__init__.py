"""Checks: pure functions of one exchange, each of which says what clause the reply broke."""

from atlas_contract.checks.catalogue import CHECKS, judge_exchange

__all__ = ["CHECKS", "judge_exchange"]
