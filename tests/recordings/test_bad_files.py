"""What is no recording is refused with file and place, whatever it is instead."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from threading import Thread

import pytest

from atlas_contract.errors import BadInput
from atlas_contract.recordings import read
from atlas_contract.recordings.window import LONGEST

GOOD = b'{"request":{"method":"GET","path":"/x"},"response":{"status":200,"headers":{}}}'

BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "it is empty", "line 1, column 1"),
    "blank": (b" \n\n", "it is empty", "line 3, column 1"),
    "text": (b"hello", "it starts with 'h'", "line 1, column 1"),
    "number": (b"17", "it starts with '1'", "line 1"),
    "no log": (b'{"log": {"version": "1.2"}}', "no entries", "line 1"),
    "entries are null": (b'{"log": {"entries": null}}', "no entries", "line 1"),
    "entries are an object": (b'{"log": {"entries": {}}}', "no entries", "line 1"),
    "log is text": (b'{"log": "x"}', "`request` is missing", ""),
    "cut off in a text": (GOOD[:70] + b'"', "ends in the middle", "line 1"),
    "cut off in an entry": (b'{"log":{"entries":[\n{"request":', "ends in the middle", "line 2, column 12"),
    "cut off after an entry": (b"[" + GOOD, "the file ends", "line 1"),
    "cut off after the entries": (b'{"log":{"entries":[]', "the file ends", "line 1, column 21"),
    "comma missing": (GOOD + b"\n" + GOOD.replace(b'"path"', b' "q":1 "path"'), "no JSON from", "line 2, column 35"),
    "two archives": (b'{"log":{"entries":[]}}{"log":{"entries":[]}}', "something follows", "line 1, column 23"),
    "junk at the end": (b"[" + GOOD + b"] x", "something follows", "line 1"),
    "duplicate key": (GOOD + b'\n{"request":{"path":"/","path":"/"}}', "'path' appears twice", "line 2, column 1"),
    "duplicate request": (b'{"request":1,"request":2}', "'request' appears twice", "line 1"),
    "duplicate entries": (b'{"log":{"entries":[],"entries":[]}}', "'entries' appears twice", "line 1"),
    "not a number": (b'{"request": NaN}', "NaN", "line 1, column 13"),
    "too many digits": (b'{"request": ' + b"1" * 9000 + b"}", "too many digits", "line 1, column 13"),
    "too deep": (b'{"request": ' + b"[" * 200_000, "nested too deeply", "line 1"),
    "binary": (b"\x00\x01\x02\x03" * 99, "it starts with '\\x00'", "line 1, column 1"),
    "latin": (b'{"request":\n"\xe9"}', "no UTF-8 text", "line 2, byte 14"),
    "utf-16": ('{"log":{}}'.encode("utf-16"), "UTF-16", ""),
    "zip": (b"PK\x03\x04" + bytes(99), "ZIP archive", ""),
    "capture": (b"\xd4\xc3\xb2\xa1" + bytes(99), "packet capture", ""),
    "half a gzip": (gzip.compress(GOOD)[:-20], "it ends too early", ""),
    "broken gzip": (gzip.compress(GOOD)[:12] + bytes(40), "cannot be unpacked", ""),
    "not an object": (b"[1]", "`request` is missing", "entry 1"),
    "request is a list": (b'{"request":[],"response":{}}', "`request` is of the type list", ""),
    "no response": (b'{"request":{"method":"GET","path":"/"}}', "`response` is missing", ""),
    "method is a command": (GOOD.replace(b"GET", b"GET; id"), "`method` has characters", ""),
    "method is empty": (GOOD.replace(b"GET", b""), "`method` has characters", ""),
    "method of an archive": (
        b'{"log":{"entries":[{"request":{"method":"$(id)","url":"https://h/"},"response":{}}]}}',
        "`method` has characters",
        "entry 1",
    ),
    "no path": (b'{"request":{"method":"GET"},"response":{"status":200}}', "`path` is missing", ""),
    "status is text": (GOOD.replace(b"200", b'"200"'), "`status` is of the type str", ""),
    "status is huge": (GOOD.replace(b"200", b"20000"), "`status` is 20000", ""),
    "status is true": (GOOD.replace(b"200", b"true"), "`status` is True", ""),
    "headers are a text": (GOOD.replace(b"{}", b'"x"'), "`headers` is of the type str", ""),
    "headers without names": (GOOD.replace(b"{}", b'[{"value":"x"}]'), "`headers` is of the type list", ""),
    "half a character": (GOOD.replace(b"/x", b"/\\ud800"), "half of a character", ""),
    "half a character in a header": (GOOD.replace(b"{}", b'{"A":"\\ud800"}'), "half of a character", ""),
    "header is a number": (GOOD.replace(b"{}", b'{"Age":1}'), "`headers, Age` is 1", ""),
    "body is a number": (GOOD.replace(b"{}", b'{},"rawBody":1'), "`rawBody` is 1", ""),
    "half a character in a query": (GOOD.replace(b'"/x"', b'"/x","query":"\\udfff"'), "`query` has half", ""),
    "half a character in a list of a query": (
        b'{"request":{"method":"GET","url":"/x","queryString":[{"name":"a","value":"\\ud800"}]},"response":{}}',
        "`queryString` has half of a character", "",
    ),
    "time in milliseconds": (GOOD[:-1] + b',"at":1732000000000}', "`at` is 1732000000000", ""),
    "endless time": (GOOD[:-1] + b',"at":1e999}', "`at` is inf", ""),
    "time before all calendars": (GOOD[:-1] + b',"at":-1e12}', "`at` is -1000000000000.0", ""),
    "time of a HAR in milliseconds": (
        b'{"startedDateTime":1732000000000,"request":{"method":"GET","url":"/x"},"response":{}}',
        "`startedDateTime` is 1732000000000", "",
    ),
    "at is no time": (GOOD.replace(b'"resp', b'"at":"yesterday","resp'), "`at` is 'yesterday'", ""),
    "at is a list": (GOOD.replace(b'"resp', b'"at":[1],"resp'), "`at` is '[1]'", ""),
    "not base64": (
        json.dumps(
            {
                "request": {"method": "GET", "url": "https://h/"},
                "response": {"status": 200, "content": {"text": "%", "encoding": "base64"}},
            }
        ).encode(),
        "`text` is no base64",
        "",
    ),
    "unknown encoding": (
        json.dumps(
            {
                "request": {"method": "GET", "url": "https://h/"},
                "response": {"status": 200, "content": {"text": "x", "encoding": "rot13"}},
            }
        ).encode(),
        "`encoding` is 'rot13'",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    """What is wrong, in which file, and where in it as far as that can be said."""
    content, what, where = BAD[name]
    path = tmp_path / "bad.har"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        list(read(path))
    assert what in refused.value.what
    assert str(path) in refused.value.where
    assert where in refused.value.where
    assert refused.value.hint


@pytest.mark.parametrize("name", ["time in milliseconds", "endless time", "time of a HAR in milliseconds"])
def test_a_time_that_no_calendar_has_is_told_how_it_is_counted(tmp_path: Path, name: str) -> None:
    """In seconds, since JavaScript's milliseconds are the likeliest mistake."""
    path = tmp_path / "bad.har"
    path.write_bytes(BAD[name][0])
    with pytest.raises(BadInput) as refused:
        list(read(path))
    assert refused.value.expected.startswith("seconds since 1970")


def test_what_comes_before_the_mistake_is_read(tmp_path: Path) -> None:
    """A stream cannot know what follows."""
    path = tmp_path / "bad"
    path.write_bytes(GOOD + b"\n" + GOOD[:20])
    exchanges = read(path)
    assert next(exchanges).reply.status == 200
    with pytest.raises(BadInput, match="middle"):
        next(exchanges)


def test_an_endless_value_is_given_up(tmp_path: Path) -> None:
    """Memory is not filled by one text that never ends."""
    path = tmp_path / "gigantic"
    with path.open("wb") as file:
        file.write(b'{"request": "')
        for _ in range(LONGEST // 2**20 * 2 + 2):
            file.write(b"x" * 2**20)
    with pytest.raises(BadInput, match="more than"):
        list(read(path))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder, a link that leads to itself, a file nobody may read."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, what in (
        (tmp_path / "missing", "No such file"),
        (tmp_path, "is a folder"),
        (loop, "cannot be read"),
    ):
        with pytest.raises(BadInput, match=what) as refused:
            list(read(path))
        assert str(path) in refused.value.where


def test_a_pipe_is_a_recording_like_any_other(tmp_path: Path) -> None:
    """As shells make them of `<(…)`."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=(GOOD,))
    writer.start()
    assert [each.reply.status for each in read(path)] == [200]
    writer.join()
