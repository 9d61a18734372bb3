"""The fragment held against Atlas's full published document: our operations found in it, cut out and compared."""

from atlas_contract.upstream.comparison import Comparison, compare
from atlas_contract.upstream.difference import FACTS, WORDS, Difference, Kind
from atlas_contract.upstream.drift import Drift, Verdict, sort
from atlas_contract.upstream.operations import How, Match
from atlas_contract.upstream.slice import cut

__all__ = [
    "FACTS",
    "WORDS",
    "Comparison",
    "Difference",
    "Drift",
    "How",
    "Kind",
    "Match",
    "Verdict",
    "compare",
    "cut",
    "sort",
]
