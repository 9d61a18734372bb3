"""What follows from the contract, clause by clause: the same cases in every run."""

from __future__ import annotations

import pytest

from atlas_contract.model import Case
from atlas_contract.runner import Suite


@pytest.mark.cases("plain")
def test_an_ordinary_request_is_answered_as_promised(suite: Suite, cases: tuple[Case, ...]) -> None:
    """The plainest valid request gets the documented success reply, every field of it as promised."""
    suite.expect_all(cases)


@pytest.mark.cases("scenes")
def test_a_snapshot_is_what_it_was_seen_to_become(suite: Suite, cases: tuple[Case, ...]) -> None:
    """What can be done with a snapshot, and what is seen of it, follows from how far it has come."""
    suite.expect_all(cases)


@pytest.mark.cases("access")
def test_only_who_may_gets_what_there_is(suite: Suite, cases: tuple[Case, ...]) -> None:
    """Login, role, version, method, project and cluster: the good ones are served, the others refused as stated."""
    suite.expect_all(cases)


@pytest.mark.cases("arguments")
def test_arguments_are_held_against_their_schema(suite: Suite, cases: tuple[Case, ...]) -> None:
    """A path, query or header argument at the edge of its schema is taken, one just beyond it refused."""
    suite.expect_all(cases)


@pytest.mark.cases("bodies")
def test_bodies_are_held_against_their_schema(suite: Suite, cases: tuple[Case, ...]) -> None:
    """A body at the edge of its schema is taken, one just beyond it refused; so is what is no body at all."""
    suite.expect_all(cases)
