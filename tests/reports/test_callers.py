"""The verdict on a terminal and for programs."""

from __future__ import annotations

import json

from atlas_contract.callers import Comparison, Difference, Kind, Layer, verdict
from atlas_contract.changes import Grade
from atlas_contract.errors import BadInput
from atlas_contract.reports import callers as report

GONE = Difference(Layer.SURFACE, Grade.BREAKING, Kind.REMOVED, "models.Link.rel", "is gone")
READ = Difference(
    Layer.BEHAVIOUR,
    Grade.COMPATIBLE,
    Kind.FIXED,
    "one, two",
    "replies pass that raised NotJson",
    seen=1200,
    example="one: status 200, no JSON",
)


def shown(*differences: Difference, troubles: tuple[BadInput, ...] = ()) -> list[str]:
    """The lines for these differences."""
    compared = Comparison(differences, 3000, 500, troubles)
    return list(report.lines(verdict(differences, "0.1.0"), compared))


def test_the_verdict_comes_first_and_the_draft_last() -> None:
    """Between them the counts of each layer and the reasons, the gravest first."""
    assert shown(READ, GONE) == [
        "verdict    it breaks callers: 0.1.0 becomes 0.2.0",
        "surface    1 breaking",
        "behaviour  1 compatible (3,000 replies and 500 calls through both clients)",
        "  breaking   models.Link.rel: is gone",
        "  compatible one and 1 more: replies pass that raised NotJson",
        "             1,200 times, as in one: status 200, no JSON",
        "",
        "a draft for CHANGELOG.md:",
        "",
        "## [0.2.0]",
        "",
        "### Removed",
        "",
        "- **Breaking:** `models.Link.rel` is gone.",
        "",
        "### Fixed",
        "",
        "- `one`, `two`: replies pass that raised NotJson.",
    ]


def test_no_difference_is_one_line() -> None:
    """And no version moves."""
    assert shown() == ["verdict    no change for callers"]


def test_what_it_was_compared_with_is_said() -> None:
    """To people in a line, to programs by a name."""
    compared = Comparison(against="the last commit, 0123456789")
    found = verdict((), "0.1.0")
    assert list(report.lines(found, compared))[1] == "against    the last commit, 0123456789"
    assert report.document(found, compared)["against"] == "the last commit, 0123456789"


def test_what_could_not_be_compared_is_said() -> None:
    """The verdict claims no more than was seen."""
    first, second = shown(troubles=(BadInput("The client cannot be read.", where="x/y.py"),))
    assert first == "verdict    no change for callers, as far as could be compared"
    assert second == "trouble    The client cannot be read.; where: x/y.py"


def test_many_reasons_are_counted() -> None:
    """Only the first ones are shown."""
    many = [
        Difference(Layer.SURFACE, Grade.BREAKING, Kind.REMOVED, f"models.M{n:02}", "is gone")
        for n in range(20)
    ]
    lines = shown(*many)
    assert f"  and {20 - report.SHOWN} more" in lines
    assert sum(line.startswith("- ") for line in lines) == 20


def test_foreign_text_stays_printable_and_without_secrets() -> None:
    """An example may quote recorded traffic."""
    evil = Difference(
        Layer.BEHAVIOUR,
        Grade.BREAKING,
        Kind.CHANGED,
        "one",
        "x",
        example='\x1b[2J {"access_token": "hush-hush"}',
    )
    text = "\n".join(shown(evil))
    assert "\x1b" not in text
    assert "hush-hush" not in text
    assert "hush-hush" not in report.to_json(verdict([evil], "0.1.0"), Comparison((evil,)))


def test_programs_get_every_reason() -> None:
    """As JSON, with the draft as lines."""
    found = verdict([GONE, READ], "0.1.0")
    document = json.loads(report.to_json(found, Comparison((GONE, READ), 3, 5)))
    assert (document["level"], document["current"], document["next"]) == ("major", "0.1.0", "0.2.0")
    assert (document["replies"], document["calls"]) == (3, 5)
    assert [each["layer"] for each in document["reasons"]] == ["surface", "behaviour"]
    assert document["changelog"][0] == "## [0.2.0]"


def test_a_verdict_that_is_missing_says_why() -> None:
    """In one line, or as JSON without a level."""
    why = str(BadInput("there was no client before", where="generated"))
    assert list(report.missing(why)) == ["verdict    none: there was no client before; where: generated"]
    (text,) = report.missing(why, as_json=True)
    assert json.loads(text) == {"level": None, "troubles": ["there was no client before; where: generated"]}
