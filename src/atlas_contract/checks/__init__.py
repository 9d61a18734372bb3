"""Checks: pure functions of an exchange and its history, each of which says what clause the reply broke."""

from atlas_contract.checks.catalogue import CHECKS, STATE, held, judge_exchange, judge_moment
from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment

__all__ = ["CHECKS", "STATE", "History", "Moment", "held", "judge_exchange", "judge_moment"]
