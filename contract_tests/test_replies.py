"""Replies: an ordinary request, and whatever random exploration comes up with, is answered as the contract says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import Probe
from atlas_contract.runner import Suite


@pytest.mark.probes("plain")
@given(data=st.data())
def test_an_ordinary_request_takes_a_snapshot(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """The plainest valid request gets the documented success reply, every field of it as promised."""
    suite.expect(data.draw(probe.cases))


@pytest.mark.probes("explored-valid", "explored-broken")
@given(data=st.data())
def test_explored_requests_are_answered_by_the_contract(
    suite: Suite, probe: Probe, data: st.DataObject
) -> None:
    """A request Schemathesis makes is accepted or refused by what it breaks, and answered in documented form."""
    suite.expect(data.draw(probe.cases))
