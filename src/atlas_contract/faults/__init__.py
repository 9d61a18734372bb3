"""Faults: defects put into the mock on purpose, so that the suite can be seen to catch each one."""

from atlas_contract.faults.catalogue import FAULTS, Fault, with_fault

__all__ = ["FAULTS", "Fault", "with_fault"]
