"""Each form of a recording gives the exchanges that were recorded, and says what the recorder left out."""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.recording import FORMS, Heard, Tape, bare, full, har, har_entry, har_of

from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.model import Gap
from atlas_contract.recordings import Recorded, read
from atlas_contract.recordings.read import of_stream

GET: dict[str, Any] = {
    "request": {"method": "GET", "path": "/x"},
    "response": {"status": 200, "headers": {"A": "1"}},
}


def given(tmp_path: Path, content: Any) -> list[Recorded]:
    """The exchanges of a file with this JSON, or these bytes."""
    path = tmp_path / "file"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return list(read(path))


def of_har(
    tmp_path: Path, request: dict[str, Any] | None = None, response: Any = None, **entry: Any
) -> Recorded:
    """The only entry of a HAR, some of its fields replaced."""
    asked = {"method": "GET", "url": "https://h.example/p", "headers": [], **(request or {})}
    if isinstance(response, dict):
        response = {"status": 200, "headers": [{"name": "A", "value": "1"}], **response}
    return given(tmp_path, {"log": {"entries": [{"request": asked, "response": response, **entry}]}})[0]


@pytest.fixture(scope="module")
def tape(contract: Contract) -> Tape:
    """A life of a snapshot."""
    return Tape.of(contract).live()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_what_was_recorded(tape: Tape, tmp_path: Path, form: Any) -> None:
    """Method, path, status and body of each exchange, in the order of the file."""
    found = list(tape.recorded(tmp_path, form))
    assert [(each.request.method, each.request.target, each.reply.status) for each in found] == [
        (each.request.method, each.request.target, each.reply.status) for each in tape.heard
    ]
    assert [each.reply.body for each in found] == [each.reply.body for each in tape.heard]
    assert [each.reply.header("date") for each in found] == [each.reply.header("Date") for each in tape.heard]


def test_one_exchange_a_file_is_read_as_one(tape: Tape, tmp_path: Path) -> None:
    """Without a number in the name of its place."""
    (found,) = given(tmp_path, bare(tape.heard[1]))
    assert (found.place, found.reply.body) == (str(tmp_path / "file"), tape.heard[1].reply.body)


def test_the_place_of_an_exchange_says_where_in_the_file(tmp_path: Path) -> None:
    """The line where there is one exchange a line, else the number of the entry."""
    lines = b"\n\n".join([json.dumps(GET).encode()] * 3)
    assert [each.place.rpartition("/")[2] for each in given(tmp_path, lines)] == [
        "file", "file, line 3", "file, line 5",
    ]  # fmt: skip
    assert [each.place.rpartition("/")[2] for each in given(tmp_path, [GET, GET])] == [
        "file, entry 1", "file, entry 2",
    ]  # fmt: skip


def test_what_the_plain_form_leaves_out_is_a_gap(tmp_path: Path) -> None:
    """Query, headers, body and its layout; never what others did meanwhile, which no file says."""
    (found,) = given(tmp_path, {"request": {"method": "GET", "path": "/x"}, "response": {"status": 200}})
    assert found.gaps == frozenset(Gap) - {Gap.REASON, Gap.CUT_OFF}
    quoted = {**GET, "response": {**GET["response"], "body": {"b": 1, "a": "é"}}}
    (found,) = given(tmp_path, quoted)
    assert found.gaps == frozenset({Gap.QUERY, Gap.REQUEST_BODY, Gap.LAYOUT, Gap.MEANWHILE})
    assert json.loads(found.reply.body) == {"b": 1, "a": "é"}


def test_the_full_plain_form_has_no_gaps(tape: Tape, tmp_path: Path) -> None:
    """With query, headers and exact texts all is known that a file can say."""
    heard = tape.heard[1]
    (found,) = given(tmp_path, full(heard))
    assert (found.gaps, found.at) == (frozenset({Gap.MEANWHILE}), heard.at)
    assert (found.request.headers, found.request.body) == (heard.request.headers, heard.request.body)


def test_a_query_of_its_own_joins_the_path(tmp_path: Path) -> None:
    """As some recorders split it off."""
    (found,) = given(tmp_path, {**GET, "request": {"method": "get", "path": "/x", "query": "a=1"}})
    assert (found.request.method, found.request.target, Gap.QUERY in found.gaps) == ("GET", "/x?a=1", False)


def test_a_path_that_is_known_to_be_unknown_is_empty(tmp_path: Path) -> None:
    """`null` is no mistake."""
    (found,) = given(tmp_path, {**GET, "request": {"method": "GET", "path": None}})
    assert found.request.target == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"A": "1", "B": ["2", "3"]},
        [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}, {"name": "B", "value": "3"}],
    ],
)
def test_headers_come_as_an_object_or_as_a_list(tmp_path: Path, headers: Any) -> None:
    """Either way in their order, repeated ones included."""
    (found,) = given(tmp_path, {**GET, "response": {"status": 200, "headers": headers}})
    assert found.reply.headers == (("A", "1"), ("B", "2"), ("B", "3"))


def test_http_2_and_absolute_urls_are_read_as_http_1_would_be(tape: Tape, tmp_path: Path) -> None:
    """Pseudo headers are left out, and the host stands apart from the path."""
    (found,) = given(tmp_path, har_of([har_entry(tape.heard[1])]).encode())
    assert not [name for name, _ in (*found.request.headers, *found.reply.headers) if name.startswith(":")]
    assert (found.host, found.request.target) == ("cloud.mongodb.com", tape.heard[1].request.target)


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        ("https://h.example", "h.example", "/"),
        ("https://h.example?a=1", "h.example", "/?a=1"),
        ("https://me:secret@h.example/a", "h.example", "/a"),
        ("https://h.example:8443/a%2Fb?c=%20#d", "h.example:8443", "/a%2Fb?c=%20"),
        ("/only/a/path?x", "", "/only/a/path?x"),
        ("wss://h.example/live", "h.example", "/live"),
    ],
)
def test_a_url_becomes_host_and_raw_path(tmp_path: Path, url: str, host: str, target: str) -> None:
    """Nothing is decoded, and the fragment, which nobody sends, is dropped."""
    found = of_har(tmp_path, {"url": url}, {})
    assert (found.host, found.request.target) == (host, target)


def test_a_query_that_only_the_list_has_is_put_together(tmp_path: Path) -> None:
    """As some proxies write it."""
    found = of_har(tmp_path, {"queryString": [{"name": "a", "value": "1 2"}, {"comment": "?"}]}, {})
    assert found.request.target == "/p?a=1+2"


def test_a_base64_body_is_decoded(tmp_path: Path) -> None:
    """To the very bytes."""
    text = base64.b64encode(b"\x00\xff").decode()
    found = of_har(tmp_path, {}, {"content": {"size": 2, "text": text, "encoding": "base64"}})
    assert (found.reply.body, Gap.LAYOUT in found.gaps) == (b"\x00\xff", False)


@pytest.mark.parametrize(
    ("content", "body", "gaps"),
    [
        ({"size": 3, "text": "{ }"}, b"{ }", set()),
        ({"text": "{ }"}, b"{ }", set()),
        ({"size": -1, "text": "{ }"}, b"{ }", set()),
        ({"size": 2, "compression": 1, "text": "{ }"}, b"{ }", set()),
        ({"size": 2, "text": "{ }"}, b"{ }", {Gap.LAYOUT}),
        ({"size": 4, "text": "{ }"}, b"{ }", {Gap.LAYOUT}),
        ({"size": 4, "text": "{ "}, b"", {Gap.REPLY_BODY, Gap.LAYOUT, Gap.CUT_OFF}),
        ({"size": 1, "text": "{ "}, b"{ ", {Gap.LAYOUT}),
        ({"size": 2, "text": "{ "}, b"{ ", set()),
        ({"size": 4, "text": ""}, b"", {Gap.REPLY_BODY, Gap.LAYOUT}),
        ({"size": 4}, b"", {Gap.REPLY_BODY, Gap.LAYOUT}),
        ({"size": 0}, b"", set()),
        ({}, b"", {Gap.REPLY_BODY, Gap.LAYOUT}),
        (None, b"", {Gap.REPLY_BODY, Gap.LAYOUT}),
    ],
)
def test_a_body_cut_short_or_left_out_is_a_gap(
    tmp_path: Path, content: Any, body: bytes, gaps: set[Gap]
) -> None:
    """A size tells a part of a body only where what is there is no JSON: many tools count wrong."""
    found = of_har(tmp_path, {}, {"content": content})
    assert (found.reply.body, found.gaps) == (body, frozenset(gaps | {Gap.MEANWHILE}))


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ({}, False),
        ({"bodySize": 0}, False),
        ({"bodySize": 7}, True),
        ({"bodySize": -1}, True),
        ({"postData": {"params": []}}, True),
        ({"postData": {"text": "{}"}, "bodySize": -1}, False),
    ],
)
def test_a_request_body_that_was_left_out_is_a_gap(
    tmp_path: Path, asked: dict[str, Any], *, unknown: bool
) -> None:
    """And one that was never sent is none."""
    assert (Gap.REQUEST_BODY in of_har(tmp_path, asked, {}).gaps) is unknown


@pytest.mark.parametrize(
    "response",
    [
        None,
        {"status": 0, "headers": []},
        {"status": None},
        {"status": -1},
        {"status": 307, "statusText": "Internal Redirect"},
    ],
)
def test_a_request_that_was_never_answered_has_the_status_0(tmp_path: Path, response: Any) -> None:
    """However a browser writes that it gave up, or went elsewhere by itself."""
    assert of_har(tmp_path, {}, response).reply.status == 0


def test_the_time_of_an_entry_is_read(tmp_path: Path) -> None:
    """With its zone, or as UTC; what is no time is a mistake of the recording."""
    assert of_har(tmp_path, {}, {}, startedDateTime="2026-01-01T02:00:00.500+02:00").at == 1767225600.5
    assert of_har(tmp_path, {}, {}, startedDateTime=None).at is None
    with pytest.raises(BadInput, match="`startedDateTime` is 'yesterday'") as refused:
        of_har(tmp_path, {}, {}, startedDateTime="yesterday")
    assert "2026-01-01T00:00:00Z" in refused.value.expected


def test_a_form_is_told_by_the_entry_not_by_the_file(tape: Tape, tmp_path: Path) -> None:
    """HAR entries one a line, as tools cut them out, are read as such."""
    lines = "\n".join(json.dumps(har_entry(each)) for each in tape.heard)
    assert len(given(tmp_path, lines.encode())) == len(tape.heard)


def test_the_log_may_come_after_other_things(tape: Tape, tmp_path: Path) -> None:
    """A comment before it does no harm, nor does one within or after it."""
    entries = [har_entry(each) for each in tape.heard]
    archive = {"comment": "x", "log": {"comment": 1.5, "entries": entries, "pages": [{}]}, "more": [1]}
    assert len(given(tmp_path, archive)) == len(entries)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_gzip_and_byte_order_marks_are_taken_off(tape: Tape, tmp_path: Path, mark: bytes) -> None:
    """Also where several compressed files were joined into one."""
    text = mark + har(tape.heard).encode()
    halves = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    assert [each.reply for each in given(tmp_path, halves)] == [each.reply for each in given(tmp_path, text)]


def test_half_characters_stay_as_they_are(tmp_path: Path) -> None:
    """JSON can write what UTF-8 cannot; the body is then none."""
    (found,) = given(
        tmp_path, b'{"request":{"method":"GET","path":"/x"},"response":{"status":200,"rawBody":"\\ud800"}}'
    )
    assert found.reply.body == b"\xed\xa0\x80"


class Endless(io.RawIOBase):
    """A pipe that gives one exchange after the other, and breaks after the third."""

    def __init__(self, heard: Heard) -> None:
        self._line = json.dumps(bare(heard)).encode() + b"\n"
        self.given = 0

    def read1(self, _size: int) -> bytes:
        """One more line."""
        self.given += 1
        assert self.given < 4, "nobody asked for more"
        return self._line

    def read(self, size: int = -1) -> bytes:
        """The few bytes by which a form is told."""
        first, self._line = self._line[:size], self._line
        return b" " * len(first)


def test_exchanges_come_before_the_file_ends(tape: Tape) -> None:
    """From a pipe that is still being written to."""
    pipe = Endless(tape.heard[1])
    found: Iterator[Recorded] = of_stream(pipe, "pipe")
    assert [next(found).reply.status for _ in range(2)] == [200, 200]
    assert pipe.given <= 3
