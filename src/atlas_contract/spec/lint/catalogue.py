"""The list of rules, and the one function that holds `spec/` to all of them."""

from __future__ import annotations

from atlas_contract.spec.lint import contradictions, described, sense
from atlas_contract.spec.lint.rule import Complaint, Rule
from atlas_contract.spec.lint.subject import Subject

RULES: tuple[Rule, ...] = (*described.RULES, *sense.RULES, *contradictions.RULES)


def findings(subject: Subject) -> tuple[Complaint, ...]:
    """Every complaint of every rule, in the order of the rules."""
    return tuple(complaint for rule in RULES for complaint in rule.complaints(subject))
