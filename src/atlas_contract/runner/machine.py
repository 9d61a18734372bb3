"""A state machine over all operations: random histories of snapshots, which take their time."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from atlas_contract.cases import derived_cases
from atlas_contract.model import Case, Expectation
from atlas_contract.runner.suite import Suite

LONGEST_PAUSE = 900.0  # seconds, more than most snapshots take


def history_machine(suite: Suite) -> type[RuleBasedStateMachine]:
    """A machine whose steps are cases of one suite: each sets its scene itself, so that any order makes sense.

    On a target whose time is real, no time is let pass beyond what the cases wait for themselves.
    """
    scenes = derived_cases(suite.contract, suite.target.ground, "scenes")
    plain = derived_cases(suite.contract, suite.target.ground, "plain")
    steps = [case for case in (*plain, *scenes) if case.operation != suite.contract.token.id]
    granted = [case for case in steps if case.expectation is Expectation.ACCEPTED]
    longest = LONGEST_PAUSE if suite.target.is_mock else 0.0

    class History(RuleBasedStateMachine):
        """One history at the target."""

        @rule(case=st.sampled_from(granted))
        def do_what_is_granted(self, case: Case) -> None:
            suite.expect(case)

        @rule(case=st.sampled_from(steps))
        def do_anything(self, case: Case) -> None:
            suite.expect(case)

        @rule(seconds=st.floats(0.0, longest))
        def let_time_pass(self, seconds: float) -> None:
            if seconds:
                suite.target.wait(seconds)

    return History
