"""Faults: defects put into the mock on purpose, so that the suite can be seen to catch each one."""

from atlas_contract.faults.catalogue import catalogue, find, with_fault
from atlas_contract.faults.fault import Build, Fault

__all__ = ["Build", "Fault", "catalogue", "find", "with_fault"]
