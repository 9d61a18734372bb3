"""Recordings with junk in them: whatever a recorder wrote, the report is made, or the file is told to be bad."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recording import Tape, full, har_entry, har_of

from atlas_contract.contract import load
from atlas_contract.errors import BadInput
from atlas_contract.recordings import read
from atlas_contract.reports import verification
from atlas_contract.reports.baseline import Baseline
from atlas_contract.reports.delivery import DATA, Wanted, deliver
from atlas_contract.runner.verify import Verifier, verify
from atlas_contract.settings import GitHub

CONTRACT = load()
HEARD = Tape.of(CONTRACT, "drops-id").live().heard
ENTRIES = [form(HEARD[n]) for n in (0, 1, -1) for form in (full, har_entry)]
for each in ENTRIES:
    asked = each["request"]
    if "url" in asked:
        asked.update(url=asked["url"].partition("?")[0], queryString=[{"name": "pretty", "value": "true"}])
    else:
        asked.update(path=asked["path"].partition("?")[0], query="pretty=true")
Way: TypeAlias = tuple[str | int, ...]
OFTEN: tuple[Way, ...] = (
    ("at",),
    ("startedDateTime",),
    ("request", "query"),
    ("request", "queryString", 0, "name"),
    ("request", "queryString", 0, "value"),
    ("response", "headers", "Date"),
)
"""Fields that have more ways to be wrong than others."""

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=8)
AWKWARD = st.sampled_from(
    (
        *(1e999, -1e999, 1732000000000, 253402300800, -62135596801, 10**400, 2**63),
        *("\ud800", "a\udfffb", "\u0000", "\u202e", "Fri, 31 Dec 9999 23:59:59 -1200"),
        *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    )
)
JUNK = st.recursive(
    st.one_of(AWKWARD, TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=4,
)


def ways_into(value: Any, way: Way = ()) -> Iterator[Way]:
    """The way to everything in a JSON value."""
    if way:
        yield way
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from ways_into(inner, (*way, key))


def replaced(value: Any, way: Way, junk: Any) -> Any:
    """The value with junk in one place."""
    changed = holder = deepcopy(value)
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = junk
    return changed


def written(value: Any) -> str:
    """As JSON, endless numbers as such a one can be written in it."""
    return json.dumps(value).replace("Infinity", "1e999")


@st.composite
def spoilt_fields(draw: st.DrawFn) -> str:
    """A recording of one exchange, one of whose fields is junk."""
    entry = draw(st.sampled_from(ENTRIES))
    ways = [*ways_into(entry)]
    often = [each for each in OFTEN if each in ways]
    entry = replaced(entry, draw(st.sampled_from(often) | st.sampled_from(ways)), draw(AWKWARD | JUNK))
    return written(entry) if draw(st.booleans()) else har_of([entry]).replace("Infinity", "1e999")


@st.composite
def spoilt_bodies(draw: st.DrawFn) -> str:
    """A recording of one exchange with junk in the document that its reply's body is."""
    heard = draw(st.sampled_from([each for each in HEARD if each.reply.body]))
    document = json.loads(heard.reply.body)
    body = written(replaced(document, draw(st.sampled_from([*ways_into(document)])), draw(AWKWARD | JUNK)))
    return written(replaced(full(heard), ("response", "rawBody"), body))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples, which are the same to write."""
    return tmp_path_factory.mktemp("junk")


def reported(text: str, folder: Path) -> None:
    """Everything that `verify` makes of a recording: lines, JSON, the folder of reports, GitHub's summary."""
    path, verifier = folder / "recording", Verifier(CONTRACT)
    path.write_text(text, encoding="utf-8")
    for each in read(path):
        verifier.take(each)
    found = verifier.result()
    assert list(verification.lines(found))
    json.dumps(verification.document(found), allow_nan=False)
    run = verifier.traffic.summary(found, Baseline(), 0.0)
    wanted = Wanted(folder / "report", github=GitHub(annotates=True, summary=folder / "summary.md"))
    deliver(verifier.traffic.document(run, found), wanted, lambda _: None, run.new)
    json.loads((folder / "report" / DATA).read_text(encoding="utf-8"))


@given(text=spoilt_fields())
def test_junk_in_a_field_is_reported_on_or_told(folder: Path, text: str) -> None:
    """Nothing that JSON can write in any place of an entry ends in another error than BadInput, with its place."""
    try:
        reported(text, folder)
    except BadInput as refused:
        assert str(folder / "recording") in refused.where  # noqa: PT017  the law is about either outcome


@settings(max_examples=40)
@given(text=spoilt_bodies())
def test_junk_in_a_body_is_reported_on(folder: Path, text: str) -> None:
    """What a server answers is never bad input: it is judged."""
    reported(text, folder)


@pytest.mark.parametrize("depth", [300, 900])
def test_a_body_that_nests_without_need_is_a_deviation(folder: Path, depth: int) -> None:
    """Deeper than a validator follows, it is not what the contract promises, and the rest is still judged."""
    path, deep = folder / "deep", "[" * depth + "]" * depth
    heard = next(each for each in HEARD if each.reply.status == HTTPStatus.OK and each.reply.body)
    path.write_text(written(replaced(full(heard), ("response", "rawBody"), deep)), encoding="utf-8")
    (told,) = (
        each.message for each in verify(read(path), CONTRACT).deviations if each.check == "body_conforms"
    )
    assert "nested too deeply" in told
