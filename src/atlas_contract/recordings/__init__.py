"""Recorded traffic, read as a stream: each exchange as it stood on the wire, and where its file has it."""

from atlas_contract.recordings.recorded import Recorded

__all__ = ["Recorded"]
