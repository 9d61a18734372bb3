"""Request bodies: each allowed body takes a snapshot, each kind of invalid one is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import Probe
from atlas_contract.runner import Suite


@pytest.mark.probes("body-allowed")
@given(data=st.data())
def test_an_allowed_body_is_accepted(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A body within the schema takes a snapshot that says what was asked for."""
    suite.expect(data.draw(probe.cases))


@pytest.mark.probes("body")
@given(data=st.data())
def test_a_body_that_breaks_its_schema_is_refused(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A body attribute that breaks one keyword of its schema is refused with an ApiError."""
    suite.expect(data.draw(probe.cases))


@pytest.mark.probes("body-malformed", "body-shape")
@given(data=st.data())
def test_a_malformed_body_is_refused(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A body that is no JSON object, or that has an unknown attribute, is refused with an ApiError."""
    suite.expect(data.draw(probe.cases))
