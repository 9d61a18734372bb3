"""Who may ask, and in which version: without either the endpoint answers nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import Probe
from atlas_contract.runner import Suite


@pytest.mark.probes("login")
@given(data=st.data())
def test_a_request_without_a_good_login_is_refused(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A request without credentials, or with unknown ones, is answered with 401."""
    suite.expect(data.draw(probe.cases))


@pytest.mark.probes("login-allowed")
@given(data=st.data())
def test_an_api_key_is_accepted_by_digest(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """An API key takes a snapshot through the digest challenge."""
    suite.expect(data.draw(probe.cases))


@pytest.mark.probes("version")
@given(data=st.data())
def test_a_request_without_a_usable_version_is_refused(
    suite: Suite, probe: Probe, data: st.DataObject
) -> None:
    """A request whose Accept header names no published version is answered with 406."""
    suite.expect(data.draw(probe.cases))
