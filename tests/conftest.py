"""What every test shares: the real effective contract, and an environment without anybody's settings."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from atlas_contract.cases import Ground
from atlas_contract.contract import Contract, load
from atlas_contract.contract.judge import Judge

settings.register_profile(
    "tests", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the caller's Atlas settings or proxies."""
    for name in list(os.environ):
        if name.startswith("MONGODB_ATLAS_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The effective contract of this checkout."""
    return load()


@pytest.fixture(scope="session")
def judge(contract: Contract) -> Judge:
    """A judge of that contract."""
    return Judge(contract)


@pytest.fixture(scope="session")
def ground() -> Ground:
    """A project and a cluster as the mock's default world has them."""
    return Ground("32b6e34b3d91647abb20e7b8", "Cluster0")
