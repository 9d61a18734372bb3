"""What a change of the contract does to Python callers: surface and behaviour of two generated clients, one verdict."""

from atlas_contract.callers.changelog import draft
from atlas_contract.callers.comparison import Comparison, compare_clients
from atlas_contract.callers.difference import Difference, Kind, Layer
from atlas_contract.callers.verdict import Level, Verdict, verdict

__all__ = [
    "Comparison",
    "Difference",
    "Kind",
    "Layer",
    "Level",
    "Verdict",
    "compare_clients",
    "draft",
    "verdict",
]
