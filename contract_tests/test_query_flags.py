"""Query flags: their allowed values change the reply's wrapping, any other value is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import Probe
from atlas_contract.runner import Suite


@pytest.mark.probes("query-allowed")
@given(data=st.data())
def test_an_allowed_query_flag_is_accepted(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A request with a query flag set to an allowed value succeeds."""
    suite.expect(data.draw(probe.cases))


@pytest.mark.probes("query")
@given(data=st.data())
def test_a_malformed_query_flag_is_refused(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A query flag whose text cannot be read as its type is refused with an ApiError."""
    suite.expect(data.draw(probe.cases))
