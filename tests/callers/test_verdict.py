"""The level of a verdict, the version that follows from it, and the words for the changelog."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.callers import Difference, Kind, Layer, Level, draft, verdict
from atlas_contract.callers.difference import of_contract
from atlas_contract.changes import Change, Grade, Side
from atlas_contract.errors import BadInput

DIFFERENCES = st.builds(
    Difference,
    layer=st.sampled_from(Layer),
    grade=st.sampled_from(Grade),
    kind=st.sampled_from(Kind),
    name=st.sampled_from(["models.Link.href", "api.projects.list_groups(pretty)", "listGroups, token"]),
    what=st.sampled_from(["is gone", "is new, `str`", "replies are read otherwise: `href` is gone"]),
    subjects=st.frozensets(st.sampled_from(["href", "pretty"])),
)
VERSIONS = st.tuples(*[st.integers(0, 20)] * 3).map(lambda numbers: ".".join(map(str, numbers)))
NEW = Difference(Layer.SURFACE, Grade.COMPATIBLE, Kind.ADDED, "models.Link.title", "is new, `str`")


def numbers(version: str) -> list[int]:
    """A version as numbers that can be compared."""
    return [int(each) for each in version.split(".")]


@pytest.mark.parametrize(
    ("current", "grades", "level", "following"),
    [
        ("0.1.0", [], Level.NONE, "0.1.0"),
        ("0.1.0", [Grade.EDITORIAL], Level.PATCH, "0.1.1"),
        ("0.1.3", [Grade.COMPATIBLE], Level.MINOR, "0.1.4"),
        ("0.1.3", [Grade.BREAKING], Level.MAJOR, "0.2.0"),
        ("1.4.2", [Grade.EDITORIAL], Level.PATCH, "1.4.3"),
        ("1.4.2", [Grade.EDITORIAL, Grade.COMPATIBLE], Level.MINOR, "1.5.0"),
        ("1.4.2", [Grade.COMPATIBLE, Grade.BREAKING, Grade.EDITORIAL], Level.MAJOR, "2.0.0"),
        ("9.9.9", [Grade.BREAKING], Level.MAJOR, "10.0.0"),
    ],
)
def test_the_gravest_difference_decides(
    current: str, grades: list[Grade], level: Level, following: str
) -> None:
    """Before 1.0.0 a breaking change moves the second number, all else the third."""
    found = verdict([replace(NEW, grade=grade) for grade in grades], current)
    assert (found.level, found.next) == (level, following)


def test_what_is_only_mended_is_a_patch() -> None:
    """Replies that are read now and raised before take nothing away and add no name."""
    assert verdict([replace(NEW, kind=Kind.FIXED)], "1.0.0").next == "1.0.1"


@pytest.mark.parametrize(
    "current", ["", "1", "1.2", "1.2.3rc1", "v1.2.3", "01.2.3", "1.2.3\n", "1.2.x", "\uff11.2.3"]
)
def test_a_version_that_is_none_is_bad_input(current: str) -> None:
    """Three plain numbers are expected."""
    with pytest.raises(BadInput, match="none that has a next one"):
        verdict([], current)


@given(st.lists(DIFFERENCES), DIFFERENCES, VERSIONS)
def test_one_more_difference_never_lowers_the_verdict(
    some: list[Difference], more: Difference, current: str
) -> None:
    """Neither the level nor the version."""
    before, after = verdict(some, current), verdict([*some, more], current)
    assert after.level >= before.level
    assert numbers(after.next) >= numbers(before.next) >= numbers(current)
    assert (after.next == current) == (after.level is Level.NONE)


@given(st.lists(DIFFERENCES), st.randoms(use_true_random=False))
def test_the_order_of_the_differences_does_not_matter(some: list[Difference], chance: object) -> None:
    """Neither for the verdict nor for the draft; the gravest reason comes first."""
    mixed = list(some)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = verdict(some, "0.1.0"), verdict(mixed, "0.1.0")
    assert (one.level, one.next, draft(one)) == (other.level, other.next, draft(other))
    assert [each.grade for each in one.reasons] == sorted(
        (each.grade for each in one.reasons), key=list(Grade).index
    )


@given(st.lists(DIFFERENCES, min_size=1))
def test_a_draft_keeps_the_form_of_a_changelog(some: list[Difference]) -> None:
    """A heading with the version, known sections in their order, and full sentences; no breaking change is lost."""
    found = verdict(some, "0.1.0")
    heading, *lines = draft(found)
    assert heading == f"## [{found.next}]"
    sections = [line.removeprefix("### ") for line in lines if line.startswith("#")]
    assert sections == [name for name in ("Added", "Changed", "Removed", "Fixed") if name in sections]
    sentences = [line for line in lines if line and not line.startswith("#")]
    assert all(line.startswith("- ") and line.endswith(".") for line in sentences)
    assert (found.level is Level.MAJOR) == any("**Breaking:**" in line for line in sentences)


def test_nothing_to_tell_is_no_entry() -> None:
    """Not even a heading."""
    assert draft(verdict([], "0.1.0")) == ()


CHANGE = Change(
    "#/components/schemas/SnapshotRequest/properties/retentionInDays/minimum",
    Side.REQUEST,
    Grade.BREAKING,
    "`minimum` of `retentionInDays`: 1 → 2.",
    ("takeGroupClusterBackupSnapshots",),
    old=1,
    new=2,
)
RAISED = Difference(
    Layer.BEHAVIOUR,
    Grade.BREAKING,
    Kind.CHANGED,
    "takeGroupClusterBackupSnapshots",
    "calls that passed raise BadArgument at `retention_in_days`",
    subjects=frozenset({"retentionindays"}),
)


def test_what_two_layers_say_of_one_member_is_told_once() -> None:
    """The contract's words stand for the replay's, which are still a reason."""
    found = verdict([RAISED, of_contract(CHANGE)], "0.1.0")
    assert draft(found) == (
        "## [0.2.0]",
        "",
        "### Changed",
        "",
        "- **Breaking:** `takeGroupClusterBackupSnapshots`: `minimum` of `retentionInDays`: 1 → 2.",
    )
    assert len(found.reasons) == 2


def test_a_graver_word_of_another_layer_is_told_as_well() -> None:
    """A change that the contract takes for compatible and the replay does not is not passed over."""
    lines = draft(verdict([RAISED, of_contract(replace(CHANGE, grade=Grade.COMPATIBLE))], "0.1.0"))
    assert len([line for line in lines if line.startswith("- ")]) == 2


def test_what_is_said_of_several_operations_is_one_reason() -> None:
    """Their names stand side by side; of more than three in the draft only the first."""
    names = ("one", "two", "three", "four")
    found = verdict([of_contract(replace(CHANGE, operations=(name,))) for name in names], "0.1.0")
    assert [each.name for each in found.reasons] == ["four, one, three, two"]
    assert "`four` and 3 other operations" in draft(found)[-1]


@pytest.mark.parametrize(
    ("old", "new", "grade", "kind"),
    [
        (None, 1, Grade.COMPATIBLE, Kind.ADDED),
        (1, None, Grade.BREAKING, Kind.REMOVED),
        (1, 2, Grade.BREAKING, Kind.CHANGED),
        (None, "words", Grade.EDITORIAL, Kind.CHANGED),
    ],
)
def test_a_change_of_the_contract_finds_its_section(
    old: object, new: object, grade: Grade, kind: Kind
) -> None:
    """By what was there before and what is there now; words are always a change."""
    assert of_contract(replace(CHANGE, old=old, new=new, grade=grade)).kind is kind
