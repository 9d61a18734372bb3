"""The suite finds each deliberate fault, names its clause, and finds nothing in a sound mock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from atlas_contract.cases import Ground, probes
from atlas_contract.cases.ground import plain_case
from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput, GuardRefused, TargetUnreachable
from atlas_contract.model import Expectation, Login
from atlas_contract.runner import Suite, embedded_target, url_target
from atlas_contract.runner.suite import ContractBroken
from atlas_contract.settings import Settings

HOME = Settings(client_id="mdb_sa_id_0", client_secret="hush", project_id="32b6e34b3d91647abb20e7b8")


@pytest.fixture
def suite(contract: Contract) -> Iterator[Suite]:
    """A suite at a sound embedded mock."""
    with embedded_target(contract) as target:
        yield Suite(contract, target)


def test_an_ordinary_request_gives_no_finding(suite: Suite, contract: Contract, ground: Ground) -> None:
    """A sound mock and a plain case agree."""
    exchange = suite.expect(plain_case(contract, contract.main, ground))
    assert exchange.reply.status == contract.main.success.status
    assert suite.findings == []


def test_a_case_waits_until_the_last_snapshot_is_finished(
    suite: Suite, contract: Contract, ground: Ground
) -> None:
    """Two snapshots in a row are both taken: the second waits for its turn in the mock's own time."""
    case = plain_case(contract, contract.main, ground)
    suite.expect(case)
    suite.expect(case)
    assert suite.requests > 2


def test_many_refusals_never_run_into_the_rate_limit(
    suite: Suite, contract: Contract, ground: Ground
) -> None:
    """The suite waits for tokens instead of taking a 429 for an answer."""
    case = replace(
        plain_case(contract, contract.main, ground),
        body=b"{",
        expectation=Expectation.REFUSED,
        clause="json-malformed",
    )
    for _ in range(1300):
        suite.expect(case)
    assert suite.findings == []


@pytest.mark.parametrize("login", list(Login))
def test_every_login_of_the_embedded_target_can_be_sent(
    suite: Suite, contract: Contract, ground: Ground, login: Login
) -> None:
    """Token, digest, a wrong token and none at all all get an answer."""
    status = suite.send(replace(plain_case(contract, contract.main, ground), login=login)).reply.status
    assert status in contract.main.replies


FAULTS = {
    "accepts-upper-case-project": ("path", "#/components/parameters/groupId/schema/pattern"),
    "accepts-zero-retention": (
        "body",
        "#/components/schemas/SnapshotRequest/properties/retentionInDays/minimum",
    ),
    "drops-id": ("plain", "#/components/schemas/ReplicaSetSnapshot/required"),
    "undocumented-status": ("plain", "/responses"),
    "ignores-auth": ("login", "authentication-required"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_under_its_clause(contract: Contract, ground: Ground, fault: str) -> None:
    """The first probe of the right kind breaks, and the finding names the clause."""
    from hypothesis import find, settings
    from hypothesis.errors import NoSuchExample

    kind, clause = FAULTS[fault]
    with embedded_target(contract, fault=fault) as target:
        suite = Suite(contract, target)

        def breaks(case: object) -> bool:
            try:
                suite.expect(case)  # type: ignore[arg-type]
            except ContractBroken:
                return True
            return False

        for probe in probes(contract, ground, kind):
            try:
                find(probe.cases, breaks, settings=settings(max_examples=50, database=None, derandomize=True))
            except NoSuchExample:
                continue
    assert any(finding.clause.endswith(clause) for finding in suite.findings)


def test_an_unknown_fault_names_the_nearest(contract: Contract) -> None:
    """A mistyped fault id is one clear error."""
    with pytest.raises(BadInput, match="drops-idd") as caught, embedded_target(contract, fault="drops-idd"):
        pass
    assert "did you mean 'drops-id'?" in str(caught.value)


def test_a_live_url_is_refused(contract: Contract) -> None:
    """A target that isn't on this machine is refused before anything is sent."""
    with (
        pytest.raises(GuardRefused),
        url_target(contract, "https://cloud.mongodb.com", HOME, cluster="Cluster0"),
    ):
        pass


def test_a_url_needs_a_project_and_an_account(contract: Contract) -> None:
    """Missing settings are named, with what prints them."""
    with (
        pytest.raises(BadInput, match="needs a project") as caught,
        url_target(contract, "http://127.0.0.1:1", Settings(), cluster="Cluster0"),
    ):
        pass
    assert "MONGODB_ATLAS_PROJECT_ID" in str(caught.value)


def test_a_target_that_is_not_there_is_unreachable(contract: Contract, ground: Ground) -> None:
    """A refused connection is a typed error, not a finding."""
    with (
        url_target(contract, "http://127.0.0.1:9", HOME, cluster="Cluster0") as target,
        pytest.raises(TargetUnreachable) as caught,
    ):
        Suite(contract, target).expect(plain_case(contract, contract.main, ground))
    assert caught.value.exit_code == 3


def test_a_reply_cut_short_is_unreachable(contract: Contract, ground: Ground) -> None:
    """A connection that breaks in the middle is a typed error, too."""

    def cut(request: httpx.Request) -> httpx.Response:
        msg = "peer closed connection"
        raise httpx.RemoteProtocolError(msg, request=request)

    with embedded_target(contract) as target:
        broken = replace(target, client=httpx.Client(transport=httpx.MockTransport(cut)))
        with pytest.raises(TargetUnreachable, match="peer closed"):
            Suite(contract, broken).expect(plain_case(contract, contract.main, ground))
