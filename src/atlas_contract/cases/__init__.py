"""Cases: what to send to find out whether a clause holds, each with its reason and its clause id."""

from atlas_contract.cases.ground import Ground
from atlas_contract.cases.probes import Probe, probes

__all__ = ["Ground", "Probe", "probes"]
