"""A session sets the scene of each case, waits where it must, and never longer than it may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas_contract.cases import derived_cases
from atlas_contract.contract import Contract
from atlas_contract.errors import LoginRefused, TargetUnreachable
from atlas_contract.faults import find
from atlas_contract.model import Case, Expectation, Login, Reply, Request, Scene
from atlas_contract.runner import Session, Target, embedded


@pytest.fixture
def session(contract: Contract) -> Session:
    """A session at a sound embedded mock."""
    return Session(contract, embedded(contract))


def named(session: Session, name: str) -> Case:
    """One derived case of the session's target."""
    return next(case for case in derived_cases(session.contract, session.target.ground) if case.name == name)


def plain(session: Session) -> Case:
    """The plain case of the main operation."""
    return named(session, f"{session.contract.main.id}/plain")


def test_a_case_waits_until_the_last_snapshot_is_finished(session: Session) -> None:
    """Two snapshots in a row are both taken: the second waits for its turn in the mock's own time."""
    before = session.target.now()
    for _ in range(2):
        outcome = session.perform(plain(session))
        assert outcome.exchange is not None
        assert outcome.exchange.reply.succeeded
    assert session.target.now() > before
    assert outcome.findings == []


def test_somebody_elses_snapshot_is_waited_for(contract: Contract) -> None:
    """A snapshot that the session has not asked for itself delays the case and is no finding."""
    target = embedded(contract)
    other = Session(contract, target)
    other.perform(plain(other))
    session = Session(contract, target)
    outcome = session.perform(plain(session))
    assert outcome.exchange is not None
    assert outcome.exchange.reply.succeeded
    assert outcome.findings == []


def test_many_refusals_never_run_into_the_rate_limit(session: Session) -> None:
    """The session waits for tokens instead of taking a 429 for an answer."""
    case = named(session, f"{session.contract.main.id}/body/malformed/brace")
    assert not any(session.perform(case).findings for _ in range(1300))


def test_who_may_not_wait_leaves_cases_out(contract: Contract) -> None:
    """A limit on waiting is kept, and the reason told; nothing hangs."""
    target = embedded(contract)
    session = Session(contract, target, wait_at_most=20.0)
    started = target.now()
    outcomes = [session.perform(case) for case in derived_cases(contract, target.ground)]
    assert target.now() - started < 4000  # the expired token's hour, and little else
    left_out = {outcome.left_out for outcome in outcomes if outcome.left_out}
    assert left_out == {"snapshots of this target take too long"}
    assert not any(outcome.findings for outcome in outcomes)


def test_a_snapshot_that_is_never_finished_is_a_finding(contract: Contract) -> None:
    """The session gives it up after a while and says so."""
    fault = find("never-completed", contract)
    session = Session(contract, embedded(contract, bend=fault.bend))
    session.perform(plain(session))
    outcome = session.perform(plain(session))
    assert "snapshots_finish" in {finding.check for finding in outcome.findings}


def test_near_misses_of_a_snapshots_id_are_of_a_real_one(session: Session) -> None:
    """An id in upper case is that of a snapshot that is there: a server that takes it is seen to take it."""
    case = named(session, "getGroupClusterBackupSnapshot/path/snapshotId/upper-case")
    outcome = session.perform(case)
    assert outcome.exchange is not None
    sent = outcome.exchange.case.path["snapshotId"]
    assert sent.lower() in session.history.snapshots
    assert sent != sent.lower()


def test_a_removed_snapshot_is_one_that_was_there(session: Session) -> None:
    """The scene is set by taking one and removing it."""
    outcome = session.perform(named(session, "getGroupClusterBackupSnapshot/removed/snapshot"))
    assert outcome.exchange is not None
    assert session.history.snapshots[outcome.exchange.case.path["snapshotId"]].removed
    assert outcome.requests > 2


def test_inferred_clauses_are_asserted_on_the_mock_only(contract: Contract) -> None:
    """On any other target what is only inferred is no finding."""
    fault = find("promise.attribute-unknown.errorCode", contract)
    bent = embedded(contract, bend=fault.bend)
    found = {}
    for target in (bent, replace(bent, is_mock=False)):
        session = Session(contract, target)
        case = named(session, f"{contract.main.id}/body/unknown/retention")
        found[target.is_mock] = session.perform(case).findings
    assert found[True]
    assert not found[False]


def test_every_login_of_the_embedded_target_can_be_sent(session: Session) -> None:
    """Each of them gets an answer."""
    for login in Login:
        case = replace(plain(session), login=login, expectation=Expectation.ANSWERED, scene=Scene.ANY)
        if login is not Login.CLIENT:
            outcome = session.perform(case)
            assert outcome.exchange is not None
            assert outcome.exchange.reply.status in session.contract.main.replies


def test_a_login_that_the_target_lacks_is_refused_with_the_reason(session: Session) -> None:
    """It is an error of ours, with what to set."""
    poor = Session(session.contract, replace(session.target, callers={}))
    with pytest.raises(LoginRefused, match="no credentials") as caught:
        poor.perform(replace(plain(session), scene=Scene.ANY))
    assert "MONGODB_ATLAS_CLIENT_ID" in str(caught.value)


def test_a_target_that_cannot_be_reached_ends_the_session(session: Session) -> None:
    """It is no finding."""

    def wire(_: Request) -> Reply:
        msg = "nobody is there"
        raise TargetUnreachable(msg)

    with pytest.raises(TargetUnreachable):
        Session(session.contract, replace(session.target, wire=wire)).perform(plain(session))


def test_a_limited_target_that_never_lets_go_is_a_finding(contract: Contract) -> None:
    """A 429 without end is told after a few tries."""
    sound = embedded(contract)

    def wire(request: Request) -> Reply:
        reply = sound.wire(request)
        is_token = request.target == contract.token.path
        return reply if is_token else Reply(429, (("Retry-After", "nan"),), b"{}")

    limited: Target = replace(sound, wire=wire)
    session = Session(contract, limited)
    outcome = session.perform(named(session, "listGroups/plain"))
    assert "outcome_is_expected" in {finding.check for finding in outcome.findings}


def limited_once(contract: Contract, seconds: int) -> Target:
    """The embedded mock, which refuses the first request with a 429 that names seconds."""
    sound, refused = embedded(contract), list[Request]()
    limited = int((contract.behaviour("rate-limited").reply or {})["status"])

    def wire(request: Request) -> Reply:
        if request.method == "POST" and request.body and "token" not in request.target and not refused:
            refused.append(request)
            return Reply(limited, (("Retry-After", str(seconds)),), b"")
        return sound.wire(request)

    return replace(sound, wire=wire)


@pytest.mark.parametrize(("seconds", "lines"), [(27, 1), (1, 0)])
def test_a_long_wait_for_the_rate_limit_is_told(contract: Contract, seconds: int, lines: int) -> None:
    """Once, before it begins; a moment is not worth a word."""
    said: list[str] = []
    session = Session(contract, limited_once(contract, seconds), tell=said.append)
    session.perform(plain(session))
    assert said == [f"waiting {seconds} s: the server's rate limit (429)"][:lines]


def test_a_long_wait_for_a_snapshot_is_told_once(contract: Contract) -> None:
    """However often it is looked at."""
    said: list[str] = []
    session = Session(contract, embedded(contract), wait_at_most=3600.0, tell=said.append)
    session.perform(plain(session))
    snapshot = session.snapshots.at(session.place(plain(session))).unfinished
    session.perform(plain(session))
    assert said == [f"waiting at most 3,600 s: snapshot {snapshot} is unfinished"]
