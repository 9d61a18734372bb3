"""Lint: rules beyond those without which `spec/` cannot be read at all, each a pure function of what is there."""

from atlas_contract.spec.lint.catalogue import RULES, findings
from atlas_contract.spec.lint.rule import Complaint, Rule, Severity
from atlas_contract.spec.lint.subject import Subject, subject_of

__all__ = ["RULES", "Complaint", "Rule", "Severity", "Subject", "findings", "subject_of"]
