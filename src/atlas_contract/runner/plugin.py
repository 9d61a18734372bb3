"""The pytest side of the suite: its options, its fixture, its probes as parameters, and the closing summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, core, settings
from hypothesis.configuration import set_hypothesis_home_dir

from atlas_contract import settings as environment
from atlas_contract.cases import probes
from atlas_contract.contract import load
from atlas_contract.errors import AtlasContractError
from atlas_contract.reports import console
from atlas_contract.runner.suite import ContractBroken, Suite
from atlas_contract.runner.target import embedded_target, url_target

SUITE = pytest.StashKey[Suite]()
STACK = pytest.StashKey[ExitStack]()
EXIT_CODE = pytest.StashKey[int]()
EMBEDDED = "mock"
DEFAULT_MAX_CASES = 25
TOOLKIT_EXIT = 100
"""Added to the exit code of an error of ours, to tell it from pytest's own codes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The suite's own options; `atlas-contract test` passes its flags on through them."""
    group = parser.getgroup("contract", "contract suite")
    group.addoption("--target", default=EMBEDDED, help="mock (embedded, the default) or a base URL")
    group.addoption(
        "--cluster", default=None, help="a cluster the target has (default: the mock's replica set)"
    )
    group.addoption("--seed", type=int, default=None, help="explore other cases than the fixed default ones")
    group.addoption("--max-cases", type=int, default=DEFAULT_MAX_CASES, help="cases per clause")
    group.addoption("--fault", default=None, help="give the embedded mock a fault on purpose")


def pytest_configure(config: pytest.Config) -> None:
    """Open the target once, before any test is collected."""
    config.addinivalue_line("markers", "probes(*kinds): run once for each probe of these kinds")
    seed = config.getoption("--seed")
    settings.register_profile(
        "contract",
        max_examples=config.getoption("--max-cases"),
        derandomize=seed is None,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("contract")
    core.global_force_seed = seed  # as Hypothesis's own pytest option does it
    stack = config.stash[STACK] = ExitStack()
    set_hypothesis_home_dir(environment.cache_folder())  # a run leaves no files where it is called
    try:
        config.stash[SUITE] = _open(config, stack)
    except AtlasContractError as error:
        stack.close()
        pytest.exit(str(error), returncode=TOOLKIT_EXIT + error.exit_code)


def _open(config: pytest.Config, stack: ExitStack) -> Suite:
    contract = load()
    url, seed, fault = (config.getoption(name) for name in ("--target", "--seed", "--fault"))
    if url == EMBEDDED:
        target = stack.enter_context(embedded_target(contract, seed=seed or 0, fault=fault))
    else:
        cluster = config.getoption("--cluster") or "Cluster0"
        target = stack.enter_context(url_target(contract, url, environment.read(), cluster=cluster))
    return Suite(contract, target)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the target."""
    if STACK in config.stash:
        config.stash[STACK].close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One run of a test for each probe of the kinds its mark names."""
    marker = metafunc.definition.get_closest_marker("probes")
    if marker and "probe" in metafunc.fixturenames:
        suite = metafunc.config.stash[SUITE]
        found = [each for kind in marker.args for each in probes(suite.contract, suite.target.ground, kind)]
        metafunc.parametrize("probe", found, ids=[each.title for each in found])


@pytest.fixture(scope="session")
def suite(pytestconfig: pytest.Config) -> Suite:
    """The suite at its target."""
    return pytestconfig.stash[SUITE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """What is no finding is trouble: it is told at the end, and a target that cannot be reached ends the run."""
    error = call.excinfo.value if call.excinfo is not None else None
    suite = item.config.stash.get(SUITE, None)
    if error is not None and suite is not None and not isinstance(error, ContractBroken):
        suite.troubles.append(
            str(error) if isinstance(error, AtlasContractError) else f"{type(error).__name__}: {error}"
        )
        if isinstance(error, AtlasContractError):
            item.config.stash[EXIT_CODE] = TOOLKIT_EXIT + error.exit_code
            item.session.shouldstop = "the target cannot be used"
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """The exit code says why a run ended before its end."""
    suite = session.config.stash.get(SUITE, None)
    if suite is not None and exitstatus == pytest.ExitCode.INTERRUPTED and not suite.troubles:
        suite.troubles.append("interrupted")
    session.exitstatus = session.config.stash.get(EXIT_CODE, exitstatus)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was found, in words."""
    suite = config.stash.get(SUITE, None)
    if suite is not None and suite.requests:
        terminalreporter.section("contract")
        for line in console.summary(suite.summary()):
            terminalreporter.write_line(line)


__all__ = [name for name in dir(sys.modules[__name__]) if name.startswith("pytest_")] + ["suite"]
