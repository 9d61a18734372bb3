"""The words that a server uses wrongly on purpose, as the contract has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from atlas_contract.contract import Contract


@dataclass(frozen=True, slots=True)
class Words:
    """States of a snapshot, `strftime` format of times, URL of the server."""

    first: str
    underway: str
    done: str
    failed: str
    time: str
    server: str

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """Those of a contract."""
        first, underway, *_, done = contract.behaviour("status-only-moves-forward").values["order"]
        failed = contract.behaviour("snapshot-failure").values["stage"]["status"]
        time = contract.behaviour("timestamps").values["format"]
        return cls(first, underway, done, failed, time, contract.document["servers"][0]["url"])
