"""The ledger keeps what was meant and what came of it, and says clearly when it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from atlas_contract.errors import GuardRefused
from atlas_contract.guard import ledger as ledgers
from atlas_contract.guard.ledger import Ledger, Run, alive, is_alive
from atlas_contract.model import Request

AT = 1_800_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be, in a folder that is not there yet."""
    return tmp_path / "state" / "ledger.sqlite"


def begun(ledger: Ledger) -> Run:
    """A run."""
    run = Run.new(target="http://127.0.0.1:1", project="p", cluster="c", now=AT)
    ledger.begin(run)
    return run


def test_an_intent_is_on_disk_before_the_answer(path: Path) -> None:
    """Another process sees a request that is under way, and that nobody knows what came of it."""
    with Ledger.open(path) as writer, Ledger.open(path) as reader:
        run = begun(writer)
        number = writer.intend(run, Request("POST", "/x"), AT + 1, creates=True)
        assert reader.last_unanswered(run) == AT + 1
        writer.answered(number, 200, AT + 2, creates=True)
        assert reader.last_unanswered(run) == 0.0


def test_a_run_can_be_told_afterwards(path: Path) -> None:
    """What it sent with what came of it, what it took with when that was gone; nothing of another run."""
    with Ledger.open(path) as ledger:
        run, other = begun(ledger), begun(ledger)
        taken = ledger.intend(run, Request("POST", "/x"), AT + 1, creates=True)
        ledger.answered(taken, 200, AT + 2, creates=True)
        ledger.intend(run, Request("GET", "/x/1"), AT + 3, creates=False)
        ledger.intend(other, Request("GET", "/y"), AT + 2, creates=False)
        ledger.created(run, "a", AT + 2, marked=True)
        ledger.created(run, "b", AT + 4, marked=True)
        ledger.removed("a", AT + 5)
        assert ledger.requests_of(run) == [(AT + 1, "POST", "/x", 200), (AT + 3, "GET", "/x/1", 0)]
        assert ledger.snapshots_of(run) == [("a", AT + 2, AT + 5), ("b", AT + 4, None)]


def test_the_reply_to_a_read_is_on_disk_before_the_next_thing_happens(path: Path) -> None:
    """With the next request, with whoever asks for it, and at the latest when the ledger is closed."""
    with Ledger.open(path) as writer, Ledger.open(path) as reader:
        run = begun(writer)
        for second in (1, 3):
            number = writer.intend(run, Request("GET", "/x"), AT + second, creates=False)
            writer.answered(number, 200, AT + second + 1, creates=False)
        assert [status for *_, status in reader.requests_of(run)] == [200, 0]
        assert [status for *_, status in writer.requests_of(run)] == [200, 200]
        number = writer.intend(run, Request("GET", "/x"), AT + 5, creates=False)
        writer.answered(number, 404, AT + 6, creates=False)
    with Ledger.open(path) as reader:
        assert [status for *_, status in reader.requests_of(run)] == [200, 200, 404]


def test_what_was_created_is_ours_until_it_is_gone(path: Path) -> None:
    """A snapshot is left until it is removed, and stays ours for ever."""
    with Ledger.open(path) as ledger:
        run = begun(ledger)
        ledger.created(run, "5" * 24, AT, marked=True)
        assert ledger.left_by(run) == ["5" * 24]
        ledger.removed("5" * 24, AT)
        assert ledger.left_by(run) == []
        assert ledger.owns("5" * 24)
        assert not ledger.owns("6" * 24)


def test_every_commit_reaches_the_disk(path: Path) -> None:
    """The ledger is written through: SQLite's strictest level, and no log beside the file that could be lost."""
    with Ledger.open(path) as ledger:
        assert ledger.setting("synchronous") == 3
        assert ledger.setting("journal_mode") == "delete"


def test_a_query_with_a_secret_is_masked(path: Path) -> None:
    """What stands in a target like a credential is not written down."""
    with Ledger.open(path) as ledger:
        ledger.intend(begun(ledger), Request("GET", "/x?client_secret=hushhush"), AT, creates=False)
    assert b"hushhush" not in path.read_bytes()


def test_a_run_is_alive_as_long_as_its_process_holds_on(path: Path) -> None:
    """While the block runs the run is seen as running, afterwards no longer."""
    with Ledger.open(path) as ledger:
        run = begun(ledger)
        assert not is_alive(path, run)
        with alive(path, run):
            assert is_alive(path, run)
        assert not is_alive(path, run)


def test_whoever_looks_leaves_the_lock_alone(path: Path) -> None:
    """A lock that nobody holds may be just about to be taken; it goes when the ledger says that the run is over."""
    with Ledger.open(path) as ledger:
        run = begun(ledger)
        lock = path.with_name(f"{path.name}.{run.id}.lock")
        lock.touch()
        assert not is_alive(path, run)
        assert lock.exists()
        ledger.end(run, AT)
        assert not lock.exists()


def test_a_run_is_run_by_one_process(path: Path) -> None:
    """Whoever comes second is refused, and the first is still seen as running."""
    with Ledger.open(path) as ledger:
        run = begun(ledger)
        with alive(path, run):
            with pytest.raises(GuardRefused), alive(path, run):
                pytest.fail("two processes run the same run")
            assert is_alive(path, run)


def _locked(path: Path) -> sqlite3.Connection:
    with Ledger.open(path):
        pass
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    return holder


def _garbage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)


def _damaged(path: Path) -> None:
    with Ledger.open(path):
        pass
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))


def _newer(path: Path) -> None:
    with Ledger.open(path):
        pass
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")


def _folder(path: Path) -> None:
    path.mkdir(parents=True)


@pytest.mark.parametrize("spoil", [_locked, _garbage, _damaged, _newer, _folder])
def test_a_ledger_that_cannot_be_used_stops_everything(
    path: Path, spoil: Callable[[Path], sqlite3.Connection | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked, damaged, of another version: refused with 4, the file named, and what to do."""
    monkeypatch.setattr(ledgers, "PATIENCE", 0.1)
    held = spoil(path)
    with pytest.raises(GuardRefused) as caught, Ledger.open(path) as ledger:
        begun(ledger)
    assert caught.value.exit_code == 4
    assert caught.value.where == str(path)
    assert caught.value.hint
    if held:
        held.close()
