"""Recorded traffic, read as a stream: each exchange as it stood on the wire, and where its file has it."""

from atlas_contract.recordings.read import STANDARD_INPUT, read
from atlas_contract.recordings.recorded import Recorded

__all__ = ["STANDARD_INPUT", "Recorded", "read"]
