"""What the operations of one client share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from atlas_contract.client.retry import RetryPolicy
from atlas_contract.contract import Contract, load
from atlas_contract.model import Operation
from atlas_contract.redact import Secrets


@cache
def shared_contract() -> Contract:
    """The contract the client was generated from, read once for all clients."""
    return load()


@dataclass(frozen=True)
class Session:
    """What every operation of one client shares.

    Attributes:
        secrets: what no error may show: of the login, and the tokens that it was issued.
        proxies: variables of the environment that may lead requests through a proxy.
    """

    base_url: str
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    envelope: bool = False
    clock: Callable[[], float] = time.monotonic
    contract: Contract = field(default_factory=shared_contract)
    secrets: Secrets = field(default_factory=Secrets)
    proxies: tuple[str, ...] = ()

    @cached_property
    def by_module(self) -> Mapping[str, Operation]:
        """The contract's operations by the names of their generated modules, without underscores."""
        return {each.id.lower(): each for each in self.contract.operations.values()}
