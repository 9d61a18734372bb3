"""The pytest side of the suite: its options, its fixture, its cases as parameters, and the closing summary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, core, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky

from atlas_contract import settings as environment
from atlas_contract.cases import derived_cases
from atlas_contract.cases.exploration import explored
from atlas_contract.cases.ground import is_sharded
from atlas_contract.contract import load
from atlas_contract.errors import AtlasContractError, BadInput, LoginRefused, TargetUnreachable
from atlas_contract.model import Case, Operation
from atlas_contract.reports import baseline, console
from atlas_contract.reports.delivery import Wanted, deliver, wanted
from atlas_contract.runner.embedded import embedded_target
from atlas_contract.runner.first_look import look
from atlas_contract.runner.gate import read_gate
from atlas_contract.runner.session import Session
from atlas_contract.runner.suite import ContractBroken, Suite
from atlas_contract.runner.url import url_target

SUITE = pytest.StashKey[Suite]()
STACK = pytest.StashKey[ExitStack]()
EXIT_CODE = pytest.StashKey[int]()
WANTED = pytest.StashKey[Wanted]()
TOLD = pytest.StashKey[list[str]]()
EMBEDDED = "mock"
DEFAULT_MAX_CASES = 25
DEFAULT_WAIT = 600.0
DEFAULT_CLUSTER = "Cluster0"
TOOLKIT_EXIT = 100
"""Added to the exit code of an error of ours, to tell it from pytest's own codes."""


class error(pytest.exit.Exception):  # type: ignore[name-defined,misc]  # noqa: N801  pytest prints the name
    """Ends a run before its first test, in the words in which every command tells an error."""

    def __init__(self, told: AtlasContractError) -> None:
        super().__init__(str(told), TOOLKIT_EXIT + told.exit_code)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The suite's own options; `atlas-contract test` passes its flags on through them."""
    group = parser.getgroup("contract", "contract suite")
    group.addoption("--target", default=EMBEDDED, help="mock (embedded, the default) or a base URL")
    group.addoption(
        "--cluster", default=None, help="a cluster the target has (default: the mock's replica set)"
    )
    group.addoption("--sharded-cluster", default="", help="a sharded cluster the target has")
    group.addoption("--seed", type=int, default=None, help="explore other cases than the fixed default ones")
    group.addoption("--max-cases", type=int, default=DEFAULT_MAX_CASES, help="random cases per test")
    group.addoption("--wait", type=float, default=DEFAULT_WAIT, help="seconds to spend waiting for snapshots")
    group.addoption("--gate", action="store_true", help="only the cases of the gate, nothing random")
    group.addoption("--fault", default=None, help="give the embedded mock a fault on purpose")
    group.addoption("--baseline", type=Path, default=None, help="a file of findings that are accepted")
    group.addoption("--report", type=Path, default=None, help="a folder for the reports of the run")
    group.addoption("--former", type=Path, default=None, help="the report of a former run, to compare with")


def pytest_configure(config: pytest.Config) -> None:
    """Open the target once, before any test is collected, and look at a server behind a URL."""
    config.addinivalue_line("markers", "cases(kind): run once for each group of derived cases of this kind")
    config.addinivalue_line("markers", "explores: makes random requests; left out of the gate")
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
        config.stash[WANTED] = wanted(config.getoption("--report"), config.getoption("--former"))
        suite = config.stash[SUITE] = _open(config, stack)
        if config.getoption("--target") != EMBEDDED:
            look(suite.session)
    except (TargetUnreachable, LoginRefused) as trouble:
        _is_unusable(config, suite, trouble)
    except AtlasContractError as refusal:
        stack.close()
        raise error(refusal) from None


def _open(config: pytest.Config, stack: ExitStack) -> Suite:
    contract = load()
    known = baseline.known(config.getoption("--baseline"))
    url, seed, fault = (config.getoption(name) for name in ("--target", "--seed", "--fault"))
    if url == EMBEDDED:
        target = stack.enter_context(embedded_target(contract, seed=seed or 0, fault=fault))
        return Suite(Session(contract, target), known)
    if fault is not None:
        msg = "Only the embedded mock can be given a fault."
        raise BadInput(msg, where="--fault", hint=f"start `atlas-contract mock --fault {fault}` instead")
    cluster = config.getoption("--cluster") or DEFAULT_CLUSTER
    sharded = config.getoption("--sharded-cluster")
    opened = url_target(contract, url, environment.read(), cluster=cluster, sharded=sharded)
    target = stack.enter_context(opened)
    return Suite(
        Session(contract, target, wait_at_most=config.getoption("--wait"), tell=_teller(config)), known
    )


def _teller(config: pytest.Config) -> Callable[[str], None]:
    """What says a line on standard error at once, although pytest keeps for itself what is written in a test."""
    capture = config.pluginmanager.getplugin("capturemanager")

    def tell(line: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    return tell


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Leave out every test at a target that cannot be used."""
    return True if EXIT_CODE in session.config.stash else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the target."""
    if STACK in config.stash:
        config.stash[STACK].close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One run of a test for each operation and clause of the kind that its mark names."""
    for name, valid in (("valid_requests", True), ("broken_requests", False)):
        if name in metafunc.fixturenames:
            operations = _explored(metafunc.config.stash[SUITE])
            made = [explored_requests(metafunc.config.stash[SUITE], each, valid=valid) for each in operations]
            metafunc.parametrize(name, made, ids=[each.id for each in operations])
    marker = metafunc.definition.get_closest_marker("cases")
    if marker and "cases" in metafunc.fixturenames:
        suite = metafunc.config.stash[SUITE]
        found = derived_cases(suite.contract, suite.target.ground, *marker.args)
        if metafunc.config.getoption("--gate"):
            gate = read_gate()
            found = tuple(case for case in found if case.name in gate)
        groups: dict[str, list[Case]] = {}
        for case in found:
            groups.setdefault(_group(case), []).append(case)
        metafunc.parametrize("cases", [tuple(each) for each in groups.values()], ids=list(groups))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is random out of the gate."""
    if config.getoption("--gate"):
        items[:] = [item for item in items if item.get_closest_marker("explores") is None]


def _explored(suite: Suite) -> list[Operation]:
    """The operations that random requests are made for: all but the one that issues tokens."""
    contract, ground = suite.contract, suite.target.ground
    return [
        operation
        for operation in contract.operations.values()
        if operation.id != contract.token.id and (ground.sharded or not is_sharded(contract, operation))
    ]


def explored_requests(suite: Suite, operation: Operation, *, valid: bool) -> st.SearchStrategy[Case]:
    """Random cases of an operation; Schemathesis is imported when the first of them is drawn."""
    return st.deferred(lambda: explored(suite.contract, operation, suite.target.ground, valid=valid))


def _group(case: Case) -> str:
    """Operation and subject of a case, by its name: what is told as one test."""
    return "/".join(case.name.split("/")[:-1])


@pytest.fixture(scope="session")
def suite(pytestconfig: pytest.Config) -> Suite:
    """The suite at its target."""
    return pytestconfig.stash[SUITE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """What is no finding is trouble: it is told at the end, and a target that cannot be reached ends the run."""
    raised = call.excinfo.value if call.excinfo is not None else None
    suite = item.config.stash.get(SUITE, None)
    if raised is not None and suite is not None and not _is_finding(raised, suite):
        if isinstance(raised, AtlasContractError):
            _is_unusable(item.config, suite, raised)
            item.session.shouldstop = "the target cannot be used"
        else:
            suite.troubles.append(f"{type(raised).__name__}: {raised}")
    return (yield)


def _is_unusable(config: pytest.Config, suite: Suite, trouble: AtlasContractError) -> None:
    """Keep what is told of a target that cannot be used, and the exit code that it means."""
    suite.troubles.append(str(trouble))
    config.stash[EXIT_CODE] = TOOLKIT_EXIT + trouble.exit_code


def _is_finding(raised: BaseException, suite: Suite) -> bool:
    """Whether a test ended with what the suite keeps anyway.

    A server has a memory, so a breach may not come again when Hypothesis repeats what led to it: then it says so.
    """
    return isinstance(raised, ContractBroken) or (isinstance(raised, Flaky) and bool(suite.findings))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """The exit code says why a run ended before its end."""
    suite = session.config.stash.get(SUITE, None)
    if suite is not None and exitstatus == pytest.ExitCode.INTERRUPTED and not suite.troubles:
        suite.troubles.append("interrupted")
    session.exitstatus = session.config.stash.get(EXIT_CODE, exitstatus)
    if suite is not None and suite.session.requests:
        told = session.config.stash[TOLD] = []
        try:
            _deliver(suite, session.config.stash[WANTED], told.append)
        except AtlasContractError as failed:
            told.append(f"error: {failed}")
            session.exitstatus = TOOLKIT_EXIT + failed.exit_code


def _deliver(suite: Suite, wanted: Wanted, say: Callable[[str], None]) -> None:
    """Print the summary, and bring the reports where they are wanted."""
    run = suite.summary()
    for line in console.summary(run):
        say(line)
    if wanted != Wanted():
        deliver(suite.document(run), wanted, say, () if run.troubles else run.new)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was found, in words, and where the reports are."""
    if TOLD in config.stash:
        terminalreporter.section("contract")
        for line in config.stash[TOLD]:
            terminalreporter.write_line(line)


__all__ = [name for name in dir(sys.modules[__name__]) if name.startswith("pytest_")] + ["suite"]
