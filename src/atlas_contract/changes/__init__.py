"""What a change of the contract is: each difference graded for the caller, with a witness that was checked."""

from atlas_contract.changes.change import Change, Grade, Side, Witness

__all__ = ["Change", "Grade", "Side", "Witness"]
