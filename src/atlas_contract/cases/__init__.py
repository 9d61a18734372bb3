"""Cases: what to send to find out whether a clause holds, each with its reason and its clause id."""

from atlas_contract.cases.derived import derived_cases
from atlas_contract.cases.ground import Ground

__all__ = ["Ground", "derived_cases"]
