"""The effective contract, read once: its operations, its clauses, and judgement of values against it."""

from atlas_contract.contract.document import Contract, load

__all__ = ["Contract", "load"]
