"""Random requests: whatever exploration comes up with is answered as the contract says; failures are shrunk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.model import Case
from atlas_contract.runner import Suite


@pytest.mark.explores
@given(data=st.data())
def test_a_request_that_should_succeed_does(
    suite: Suite, valid_requests: st.SearchStrategy[Case], data: st.DataObject
) -> None:
    """A request that breaks no clause, as Schemathesis makes it, is accepted and answered in documented form."""
    suite.expect(data.draw(valid_requests))


@pytest.mark.explores
@given(data=st.data())
def test_a_request_that_breaks_something_is_refused(
    suite: Suite, broken_requests: st.SearchStrategy[Case], data: st.DataObject
) -> None:
    """A request that breaks a clause, as Schemathesis makes it, is refused in documented form."""
    suite.expect(data.draw(broken_requests))
