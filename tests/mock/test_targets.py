"""What the mock makes of a request's method and target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.mock.targets import LONGEST_REMEMBERED, Target, Targets
from atlas_contract.model import Request

LIST = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/snapshots"
queries = st.lists(
    st.tuples(
        st.sampled_from(["pageNum", "pretty", "envelope", "x"]), st.sampled_from(["1", "0", "true", ""])
    ),
    max_size=4,
).map(lambda pairs: "&".join("=".join(pair) for pair in pairs))


@pytest.fixture(scope="module")
def targets(contract: Contract) -> Targets:
    """One reader of targets for all tests here."""
    return Targets(contract, judge_of(contract))


def read(targets: Targets, target: str, method: str = "GET") -> Target:
    """A target as the mock sees it."""
    return targets.of(Request(method, target))


@given(query=queries)
def test_a_target_that_comes_again_is_the_same(contract: Contract, targets: Targets, query: str) -> None:
    """To one who has read others before, and to one who has not."""
    fresh = Targets(contract, judge_of(contract))
    assert read(targets, f"{LIST}?{query}") == read(fresh, f"{LIST}?{query}")


def test_one_that_is_very_long_is_read_like_the_others(targets: Targets) -> None:
    """Though it is not remembered."""
    target = f"{LIST}?pretty=true&x=" + "y" * LONGEST_REMEMBERED
    first, second = read(targets, target), read(targets, target)
    assert first == second
    assert first is not second
    assert first.is_pretty


def test_the_first_of_two_values_counts(targets: Targets) -> None:
    """As with every query parameter."""
    found = read(targets, f"{LIST}?pretty=true&pretty=false&pageNum=2&pageNum=3")
    assert (found.is_pretty, found.is_enveloped, found.number("pageNum")) == (True, False, 2)


def test_what_is_wrong_is_named(targets: Targets) -> None:
    """Path arguments and query parameters apart."""
    found = read(targets, LIST.replace("32b6e34b3d91647abb20e7b8", "zz") + "?pageNum=0&itemsPerPage=1")
    assert (found.malformed, found.invalid) == (("groupId",), ("pageNum",))


def test_a_method_that_the_path_does_not_take_has_its_neighbours_rules(targets: Targets) -> None:
    """And no path arguments, so none that are malformed."""
    found = read(targets, LIST, method="PUT")
    assert found.operation is None
    assert found.rules.path == read(targets, LIST).rules.path
    assert (found.malformed, found.place) == ((), ("", ""))
