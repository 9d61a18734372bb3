"""Path arguments: a value outside its documented pattern never reaches a cluster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cases import Probe
from atlas_contract.runner import Suite


@pytest.mark.probes("path")
@given(data=st.data())
def test_a_malformed_path_argument_is_refused(suite: Suite, probe: Probe, data: st.DataObject) -> None:
    """A path argument that breaks its pattern is refused with an ApiError."""
    suite.expect(data.draw(probe.cases))
