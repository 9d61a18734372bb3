"""Behaviours held to what the toolkit reads of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.spec import needs, uses
from atlas_contract.spec.documents import load, parse
from atlas_contract.spec.effective import compose
from atlas_contract.spec.files import BEHAVIOURS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "spec" / BEHAVIOURS).read_text(encoding="utf-8")


@cache
def content() -> dict[str, Any]:
    """The effective contract."""
    return compose(ROOT / "spec")


def checked(old: str, new: str) -> list[str]:
    """What the check says of the behaviours with one text replaced."""
    assert old in TEXT
    return uses.check(parse(TEXT.replace(old, new, 1), BEHAVIOURS), content())


def test_the_behaviours_of_the_contract_have_all_that_is_read() -> None:
    """Nothing is missing, and none is there in vain."""
    assert uses.check(load(ROOT / "spec" / BEHAVIOURS), content()) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("      capacity: 1200\n", "", "behaviour `rate-limit`: values lack `capacity`"),
        ("      capacity: 1200\n", "      capacty: 1200\n", "is that 'capacty'?"),
        ("      capacity: 1200\n", "      capacity: many\n", "values.capacity is 'many'"),
        ("      capacity: 1200\n", "      capacity: true\n", "expected: a number"),
        ("        remaining: RateLimit-Remaining\n", "", "values.headers lack `remaining`"),
        (
            "adds: [], unfinished: true, mockSeconds: 0}",
            "unfinished: true, mockSeconds: 0}",
            "stages[0] lack `adds`",
        ),
        ("lowerQuartile: 160, ", "", "the last stage.seconds lack `lowerQuartile`"),
        ("      order: [queued, inProgress, completed]\n", "      order: queued\n", "expected: a list"),
        ("      digits: 8\n", "", "behaviour `id-carries-request-time`: values lack `digits`"),
        ("    values:\n      days: 7\n", "", "behaviour `default-retention`: values lack `days`"),
        (
            "      links:\n        - {rel: self, path",
            "      links: []\n      x:\n        - {rel: self, path",
            "not empty",
        ),
        ("      omits: [Location]\n", "      omits: Location\n", "values.omits is 'Location'"),
    ],
)
def test_values_that_lack_what_is_read_are_refused(old: str, new: str, said: str) -> None:
    """Here, with file and line, and not by a crash of the mock."""
    with pytest.raises(BadInput) as caught:
        checked(old, new)
    assert said in str(caught.value)
    assert re.match(rf"{BEHAVIOURS}, line \d+, at /behaviours/\d+", caught.value.where)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("named {clusterName} exists", "named {clusterNam} exists", "did you mean 'clusterName'?"),
        ("parameters: [clusterName, groupId]", "parameters: [clusterName, group]", "placeholder {group}"),
        (
            "group ID {groupId} was",
            "group ID {snapshotId} was",
            "expected: one of clusterName, groupId, path",
        ),
        ("IP address {ipAddress}", "IP address {clusterId}", "placeholder {clusterId}"),
        ("IP address {ipAddress}", "IP address {ipAddress", "a brace that is no placeholder"),
        ("IP address {ipAddress}", "IP address {ipAddress.x}", "no plain placeholder"),
        ("IP address {ipAddress}", "IP address {}", "no plain placeholder"),
        ("      detail: Unexpected error.\n", "", "the reply has `errorCode` and no `detail`"),
    ],
)
def test_a_reply_that_names_what_nobody_fills_in_is_refused(old: str, new: str, said: str) -> None:
    """The names that can be filled in are those of the paths, and the facts of this refusal."""
    with pytest.raises(BadInput) as caught:
        checked(old, new)
    assert said in str(caught.value)
    assert "/reply" in caught.value.where


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: rate-limit\n", "id: rate-limits\n", "did you mean 'rate-limit'?"),
        ("id: id-unique\n", "id: ids-unique\n", "did you mean 'id-unique'?"),
        ("id: server-error\n", "id: zzzzzz\n", "there is no behaviour `server-error`"),
    ],
)
def test_a_behaviour_that_is_misspelt_or_gone_is_refused(old: str, new: str, said: str) -> None:
    """What asks for it would find nothing."""
    with pytest.raises(BadInput, match=re.escape(said)):
        checked(old, new)


def test_a_promise_that_nothing_reads_yet_is_named() -> None:
    """It may be written down before there is a check for it, but not in silence."""
    added = "  - {id: moon-phase, statement: x, source: inferred, evidence: x, operations: all}\n"
    assert uses.check(parse(TEXT + added, BEHAVIOURS), content())[0].startswith(
        "moon-phase (behaviours.yaml, line "
    )


@pytest.mark.checkout
def test_the_table_knows_just_the_behaviours_that_code_names() -> None:
    """Each id in the code is in the table, and each one in the table in the code, or kept by the mock unnamed."""
    known = needs.NEEDED | needs.CHECKED
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "atlas_contract").rglob("*.py")
        if path.parent.name != "spec"
    )
    named = {each for each in re.findall(r'"([a-z-]+)"', code) if f"- id: {each}\n" in TEXT}
    assert named <= known
    assert known - named == {"expired-snapshot-gone", "list-order"}
    asked = set(re.findall(r'behaviour\(\s*"([a-z-]+)"', code))
    assert asked <= needs.NEEDED


@pytest.mark.checkout
def test_the_table_knows_the_values_that_code_reads() -> None:
    """A key that code takes straight out of a behaviour's values is one the table demands."""
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src" / "atlas_contract").rglob("*.py")
    )
    taken = re.findall(r'(?:behaviour|values)\("([a-z-]+)"\)(?:\.values)?\["(\w+)"\]', code)
    assert len(taken) > 20
    assert not [(name, key) for name, key in taken if key not in needs.VALUES[name]]
