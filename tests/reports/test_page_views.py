"""The views of the page: plain data that follows from a document, and says nothing that is not in it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.reporting import STATES, TIMELINE, clause, finding, report, row

from atlas_contract.reports.page.compare import compare
from atlas_contract.reports.page.heat import LEVELS, heat
from atlas_contract.reports.page.picture import bands, tiles
from atlas_contract.reports.page.times import HALF, LANE, WIDTH, times

CLAUSES = st.lists(st.builds(clause, st.integers(0, 99), st.sampled_from(STATES)), max_size=40)
NUMBERS = st.frozensets(st.integers(0, 20))
REQUESTS = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.floats(-1.0, 900.0),
            "method": st.just("GET"),
            "operation": st.sampled_from(("", "getThing")),
            "status": st.sampled_from((None, 200, 404, 503)),
        }
    ),
    max_size=60,
)


@given(CLAUSES)
def test_every_clause_is_in_the_picture_once(clauses: list[dict[str, Any]]) -> None:
    """In one group of one side; the tiles count each of them."""
    shown = [each for band in bands(clauses) for group in band.groups for each in group.clauses]
    assert sorted(map(repr, shown)) == sorted(map(repr, clauses))
    assert sum(tile.count for tile in tiles("test", clauses)) == len(clauses)


def test_clauses_are_filed_where_one_would_look() -> None:
    """Schemas by name, parameters and headers together, what has no pointer as a behaviour."""
    ids = {
        "#/components/schemas/Thing/required": "Thing",
        "#/components/parameters/thingId/schema/pattern": "Parameters",
        "#/components/headers/Server/required": "Headers",
        "#/components/responses/Taken/headers/Age/schema": "Headers",
        "#/paths/~1things/get/responses": "Statuses",
        "one-at-a-time": "Behaviours",
    }
    for clause_id, name in ids.items():
        ((band,),) = [bands([clause(0, id=clause_id)])]
        assert band.groups[0].name == name


def test_what_is_violated_comes_first() -> None:
    """And last where nothing is."""
    assert tiles("test", [clause(0, "violated"), clause(1)])[0].state == "violated"
    assert [tile.state for tile in tiles("test", [clause(1)])] == [
        "proved",
        "exercised",
        "unjudged",
        "violated",
    ]
    assert "violated" not in [tile.state for tile in tiles("faults", [clause(1)])]


@given(NUMBERS, NUMBERS)
def test_a_comparison_loses_nothing(before: frozenset[int], after: frozenset[int]) -> None:
    """New, gone and unchanged findings are all that there are; turned round, new and gone change places."""
    former, latter = (report(findings=[finding(n) for n in sorted(each)]) for each in (before, after))
    found, back = compare(former, latter), compare(latter, former)
    assert len(found.new) + found.stayed == len(after)
    assert len(found.gone) + found.stayed == len(before)
    assert (len(back.new), len(back.gone)) == (len(found.gone), len(found.new))
    assert compare(latter, latter).new == frozenset()


def test_a_comparison_tells_which_clauses_stand_otherwise() -> None:
    """Changed, added and taken away; faults alike. Nothing is said where one side has no clauses at all."""
    former = report(clauses=[clause(1), clause(2), clause(3)])
    latter = report(clauses=[clause(1, "violated"), clause(2), clause(4)])
    shifts = {each.title.split(":")[0]: (each.before, each.after) for each in compare(former, latter).shifts}
    assert shifts == {
        "Thing1.part1": ("proved", "violated"),
        "Thing4.part4": ("", "proved"),
        "Thing3.part3": ("proved", ""),
    }
    assert compare(report(clauses=[]), latter).shifts == ()
    tried, now = ({"full": True, "rows": [row(1, state)]} for state in ("killed", "survived"))
    (shift,) = compare(report(matrix=tried), report(matrix=now)).shifts
    assert (shift.id, shift.before, shift.after) == ("fault.1", "killed", "survived")


@given(st.lists(st.builds(row, st.integers(0, 99), st.sampled_from(("killed", "survived", "equivalent")))))
def test_the_heat_map_counts_every_kill(rows: list[dict[str, Any]]) -> None:
    """A cell is never hotter than its family, and cold only where nothing was found."""
    found = heat({"full": False, "rows": rows})
    assert found is not None
    assert sum(line.total for line in found.lines) == sum(len(each["checks"]) for each in rows)
    assert sum(family.killed for family in found.families) == sum(each["state"] == "killed" for each in rows)
    cells = [cell for line in found.lines for cell in line.cells]
    assert all((cell.level == 0) == (cell.count == 0) and cell.level <= LEVELS for cell in cells)


@given(REQUESTS)
def test_requests_stay_within_their_drawing(requests: list[dict[str, Any]]) -> None:
    """No bar leaves the box, and the table counts each request once."""
    found = times({"requests": requests, "snapshots": []}, 10.0)
    assert found is not None
    for bar in found.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert -0.01 <= bar.y <= bar.y + bar.height <= 2 * HALF + 0.01
    assert sum(sum(each.counts) for each in found.answers) == len(requests)


def test_a_snapshot_grows_with_its_state() -> None:
    """Each state is a higher bar; one that was never seen gone lasts to the end, and says so."""
    found = times(TIMELINE, 300.0)
    assert found is not None
    first, second = found.lanes
    assert [bar.height for bar in first.bars] == [LANE / 2, LANE]
    assert first.words == ("queued 0:00", "completed 3:20", "removed 4:50")
    assert second.words[-1] == "not seen gone"
    assert second.bars[0].x + second.bars[0].width == WIDTH


def test_a_run_without_a_clock_has_no_timeline() -> None:
    """And one of no requests has an empty one."""
    assert times(None, 1.0) is None
    empty = times({"requests": [], "snapshots": []}, 0.0)
    assert empty is not None
    assert not empty.bars
