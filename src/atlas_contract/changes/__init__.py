"""What a change of the contract is: each difference graded for the caller, with a witness that was checked."""

from atlas_contract.changes.change import Change, Grade, Side, Witness
from atlas_contract.changes.compare import compare, gravest
from atlas_contract.changes.waivers import FACTS, WORDS, waived

__all__ = ["FACTS", "WORDS", "Change", "Grade", "Side", "Witness", "compare", "gravest", "waived"]
