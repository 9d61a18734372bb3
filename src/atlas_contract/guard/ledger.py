"""The ledger: what runs meant to do and what came of it, on disk before the next thing happens."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from atlas_contract import redact
from atlas_contract.errors import LedgerUnusable
from atlas_contract.model import Request

MARK = "atlas-contract run "
PATIENCE = 5.0  # seconds to wait for another process that writes
VERSION = 1

_TABLES = """
CREATE TABLE runs (id TEXT PRIMARY KEY, began REAL NOT NULL, target TEXT NOT NULL, project TEXT NOT NULL,
  cluster TEXT NOT NULL, ended REAL);
CREATE TABLE requests (id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, at REAL NOT NULL,
  method TEXT NOT NULL, target TEXT NOT NULL, creates INTEGER NOT NULL, status INTEGER, answered REAL);
CREATE TABLE snapshots (id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, at REAL NOT NULL,
  marked INTEGER NOT NULL, removed REAL);
"""
_ANSWERED = "UPDATE requests SET status = ?, answered = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: a random id, when it began and ended (0.0 while it has not), and what it was about."""

    id: str
    began: float
    target: str
    project: str
    cluster: str
    ended: float = 0.0

    @classmethod
    def new(cls, *, target: str, project: str, cluster: str, now: float) -> Self:
        """A run of its own."""
        return cls(secrets.token_hex(8), now, target, project, cluster)

    @property
    def place(self) -> tuple[str, str, str]:
        """Server, project and cluster."""
        return self.target, self.project, self.cluster

    @property
    def mark(self) -> str:
        """What the description of each of the run's snapshots says."""
        return MARK + self.id


class Ledger:
    """One SQLite file, written through to the disk at each step. Several processes may use it at once.

    Raises, from every method: LedgerUnusable, because nothing may be sent that could not be written down.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._reply: tuple[int, float, int] | None = None

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Open the ledger, made anew where there is none."""
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            with _explained(path):
                _prepare(connection)
            ledger = cls(path, connection)
            try:
                yield ledger
            finally:
                with suppress(LedgerUnusable):  # one status is worth no error of its own
                    ledger._settle()
        finally:
            connection.close()

    def begin(self, run: Run) -> None:
        """Write down that a run begins."""
        self._write(
            "INSERT INTO runs (id, began, target, project, cluster) VALUES (?, ?, ?, ?, ?)",
            (run.id, run.began, run.target, run.project, run.cluster),
        )

    def end(self, run: Run, now: float) -> None:
        """Write down that a run is over and has left nothing behind."""
        self._write("UPDATE runs SET ended = ? WHERE id = ?", (now, run.id))
        with suppress(OSError):
            _lock_of(self.path, run.id).unlink()

    def intend(self, run: Run, request: Request, now: float, *, creates: bool) -> int:
        """Write down a request before it is sent; the number by which to tell what came of it."""
        target = redact.text(request.target)
        return self._write(
            "INSERT INTO requests (run, at, method, target, creates) VALUES (?, ?, ?, ?, ?)",
            (run.id, now, request.method, target, int(creates)),
        )

    def answered(self, number: int, status: int, now: float, *, creates: bool) -> None:
        """Write down the status that came back, 0 where no whole reply came.

        Of a request that creates nothing it is written together with what is next: a process that dies before that
        leaves nothing in doubt but this status.
        """
        self._reply = status, now, number
        if creates:
            self._settle()

    def created(self, run: Run, snapshot: str, now: float, *, marked: bool) -> None:
        """Write down that a snapshot is ours; `marked` if its description must say so."""
        self._write(
            "INSERT OR IGNORE INTO snapshots (id, run, at, marked) VALUES (?, ?, ?, ?)",
            (snapshot, run.id, now, int(marked)),
        )

    def removed(self, snapshot: str, now: float) -> None:
        """Write down that a snapshot of ours is gone."""
        self._write("UPDATE snapshots SET removed = ? WHERE id = ?", (now, snapshot))

    def setting(self, name: str) -> object:
        """What SQLite says of one of its settings."""
        return self._read(f"PRAGMA {name}")[0][0]

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        rows = self._read(
            "SELECT id, began, target, project, cluster, COALESCE(ended, 0) FROM runs ORDER BY began"
        )
        return [Run(*row) for row in rows]

    def left_by(self, run: Run) -> list[str]:
        """The ids of a run's snapshots that nobody has seen gone."""
        rows = self._read("SELECT id FROM snapshots WHERE run = ? AND removed IS NULL ORDER BY at", (run.id,))
        return [row[0] for row in rows]

    def taken(self) -> list[tuple[str, str, bool]]:
        """Every snapshot that was taken: its id, its run's id, and whether its description must say so."""
        rows = self._read("SELECT id, run, marked FROM snapshots")
        return [(snapshot, run, bool(marked)) for snapshot, run, marked in rows]

    def requests_of(self, run: Run) -> list[tuple[float, str, str, int]]:
        """What a run has sent, oldest first: second, method, path with query, status (0 where no whole reply came)."""
        self._settle()
        statement = "SELECT at, method, target, COALESCE(status, 0) FROM requests WHERE run = ? ORDER BY id"
        rows = self._read(statement, (run.id,))
        return [(float(at), str(method), str(target), int(status)) for at, method, target, status in rows]

    def snapshots_of(self, run: Run) -> list[tuple[str, float, float | None]]:
        """The snapshots that a run has taken, oldest first: id, second, and when it was seen gone, None if never."""
        statement = "SELECT id, at, removed FROM snapshots WHERE run = ? ORDER BY at, id"
        rows = self._read(statement, (run.id,))
        return [(str(snapshot), float(at), removed) for snapshot, at, removed in rows]

    def owns(self, snapshot: str) -> bool:
        """Whether a snapshot was written down as ours."""
        return bool(self._read("SELECT 1 FROM snapshots WHERE id = ?", (snapshot,)))

    def sent_since(self, target: str, at: float) -> list[tuple[str, float]]:
        """Path and second of each request that was sent to a server since a moment, oldest first."""
        return [
            (str(path).partition("?")[0], float(second))
            for path, second in self._read(
                "SELECT requests.target, at FROM requests JOIN runs ON runs.id = run "
                "WHERE runs.target = ? AND at >= ? ORDER BY at",
                (target, at),
            )
        ]

    def last_unanswered(self, run: Run) -> float:
        """When the last request was sent that may have created something unseen, 0.0 if there was none.

        Only a success, or a refusal, says for sure what came of it.
        """
        statement = (
            "SELECT MAX(at) FROM requests WHERE run = ? AND creates "
            "AND COALESCE(status, 0) / 100 NOT IN (2, 4)"
        )
        rows = self._read(statement, (run.id,))
        return float(rows[0][0] or 0.0)

    def _settle(self) -> None:
        """Write the reply down that waits for it."""
        if self._reply is not None:
            reply, self._reply = self._reply, None
            self._write(_ANSWERED, reply)

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        with _explained(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._reply is not None:
                self._connection.execute(_ANSWERED, self._reply)
                self._reply = None
            return self._connection.execute(statement, values).lastrowid or 0

    def _read(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with _explained(self.path):
            return self._connection.execute(statement, values).fetchall()


@contextmanager
def alive(ledger: Path, run: Run) -> Iterator[None]:
    """Be seen as running while the block runs; the operating system forgets it with the process, however that ends.

    A run has to be so before the ledger tells others of it.
    """
    path = _lock_of(ledger, run.id)
    with _explained(path):
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    with closing(connection):
        with _explained(path):
            connection.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()


def is_alive(ledger: Path, run: Run) -> bool:
    """Whether the process of a run still runs, on this machine."""
    path = _lock_of(ledger, run.id)
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False


def _lock_of(ledger: Path, run: str) -> Path:
    return ledger.with_name(f"{ledger.name}.{run}.lock")


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    elif version != VERSION:
        msg = f"it was written by another version of this tool (format {version})"
        raise sqlite3.DatabaseError(msg)
    connection.execute("COMMIT")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        msg = f"The ledger cannot be used: {error}."
        raise LedgerUnusable(
            msg, where=str(path), expected="a file that can be read and written", hint=_hint(error)
        ) from None


def _hint(error: Exception) -> str:
    text = str(error)
    if "locked" in text:
        return "another process holds it; wait for that, or name another file with --ledger"
    if "full" in text or "disk I/O" in text:
        return "make room on the disk; what the last request did is found by `atlas-contract cleanup`"
    if "not a database" in text or "malformed" in text:
        return "move the file away; snapshots of its runs must then be looked for by hand"
    return "name another file with --ledger"
