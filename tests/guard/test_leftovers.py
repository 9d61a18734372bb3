"""What cleaning up may remove: what is provably ours, and nothing else, with a reason for what stays."""

from __future__ import annotations

import pytest

from atlas_contract.guard.ledger import Run
from atlas_contract.guard.leftovers import Leftover, Record, leftovers

RUN = Run("ab" * 8, 1_800_000_000.0, "http://127.0.0.1:1", "p", "c")
NEW = f"{int(RUN.began) + 10:08x}" + "0" * 16
OLD = f"{int(RUN.began) - 9000:08x}" + "0" * 16


def judged(
    snapshot: object, description: object, records: dict[str, Record] | None = None, *, alive: bool = False
) -> Leftover | None:
    """What becomes of one snapshot."""
    listed = [{"id": snapshot, "description": description, "status": "completed"}]
    return next(leftovers(listed, [RUN], records or {}, lambda _: alive), None)


def test_a_snapshot_with_the_mark_of_a_dead_run_is_ours() -> None:
    """The mark of a run in the ledger is enough, also if the answer to its creation was never seen."""
    found = judged(NEW, RUN.mark)
    assert found is not None
    assert found.run == RUN
    assert not found.stays


def test_a_snapshot_that_only_the_ledger_knows_is_ours() -> None:
    """One whose description could not say so is ours because its creation was answered to us."""
    found = judged(NEW, "string", {NEW: Record(RUN.id, marked=False)})
    assert found is not None
    assert not found.stays


@pytest.mark.parametrize("description", ["nightly", "", None, 3, "atlas-contract"])
def test_what_nothing_connects_with_us_is_not_even_mentioned(description: object) -> None:
    """Other people's snapshots are none of our business."""
    assert judged(NEW, description) is None


@pytest.mark.parametrize(
    ("snapshot", "description", "record", "alive", "said"),
    [
        (NEW, "atlas-contract run 0000000000000000", None, False, "not in this ledger"),
        (NEW, RUN.mark, None, True, "still running"),
        (OLD, RUN.mark, None, False, "older than the run"),
        (NEW, "nightly", Record(RUN.id, marked=True), False, "not the one that we asked for"),
        (None, RUN.mark, None, False, "does not tell its id"),
    ],
)
def test_what_is_in_doubt_stays(
    snapshot: object,
    description: str,
    record: Record | None,
    alive: bool,  # noqa: FBT001  a test's parameter
    said: str,
) -> None:
    """Whatever cannot be proved is left alone, and it is said why."""
    found = judged(snapshot, description, {str(snapshot): record} if record else {}, alive=alive)
    assert found is not None
    assert said in found.stays
