
from atlas_contract.callers.difference import Difference, Kind, Layer

