"""The journal's file: opened, grown and cut by one connection, in the writer's thread alone."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
import sqlite3
from typing import Final
from urllib.parse import quote

from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from .chain import NOTHING, Head, Line, Row, chain, follow, moment, time_text, to_line

# What goes out over MQTT. A partial index is used only where a query repeats its condition to the letter.
PUBLISHED: Final = "kind IN ('activation', 'breach')"
# One script for each version of the file; a file of a later version than the last is not for us to change.
MIGRATIONS: Final = (
    f"""
    CREATE TABLE record (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, speaker TEXT NOT NULL,
        body TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX record_at ON record (at);
    CREATE INDEX record_of ON record (speaker, kind, at);
    CREATE INDEX record_published ON record (seq) WHERE {PUBLISHED};
    CREATE TABLE delivered (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL) STRICT;
    INSERT INTO delivered VALUES (1, 0);
    """,  # noqa: S608
)
PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    # NORMAL would lose the last records when the power fails.
    "PRAGMA synchronous = FULL",
    # Else the log keeps the size of the largest cut.
    "PRAGMA journal_size_limit = 4194304",
)
INSERT: Final = "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)"
# s. Only a copy of the file being made, or a writer that a hanging disk left behind, holds the lock.
_LOCKED_FOR: Final = 5
# Records in one step of a cut and pages in one of shrinking: what is appended meanwhile waits some tens of ms.
_CUT_STEP: Final = 5000
_SHRINK_STEP: Final = 256


class UnusableError(Exception):
    """The file is damaged, or was written by a later version of Earlid."""


class LaterVersionError(UnusableError):
    """The file was written by a later version of Earlid."""


def damaged(error: Exception) -> bool:
    """Return whether an error says that the file itself is no good, so that trying again is of no use."""
    # What SQLite says of a damaged schema holds the damaged bytes, and Python cannot read them.
    if isinstance(error, (UnusableError, UnicodeDecodeError)):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return False
    # Our statements are fixed: a plain ERROR means that a table or column is not there.
    bad = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT)
    return code & 0xFF in bad


def move_aside(path: Path, why: str) -> Path:
    """Move a journal's file out of the way; return where it is."""
    aside = path.with_name(f"{path.name}.{why}-{dt_util.utcnow():%Y%m%dT%H%M%S.%fZ}")
    # The log first: a new file beside an old log would be read as one with it.
    for end in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


class Store:
    """The file, for its one writer. Every method may raise sqlite3.Error or OSError; close it then and open it anew."""

    def __init__(self, path: Path, commits: Callable[[], None] = lambda: None) -> None:
        """`path` need not be there yet; `commits` is called each time right before the disk is waited for."""
        self.head = Head()
        self.delivered = 0
        """Through which seq all that is published was delivered."""
        self._path = path
        self._commits = commits
        self._connection: sqlite3.Connection | None = None
        self._attempt: list[Row] = []

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    def open(self) -> None:
        """Open or make the file; raises UnusableError as well. Costs the same whatever it holds."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite would make it readable by all.
        self._path.touch(mode=0o600)
        connection = sqlite3.connect(self._path, timeout=_LOCKED_FOR, isolation_level=None)
        try:
            self._prepare(connection)
            head = self._last(connection)
            (delivered,) = connection.execute("SELECT seq FROM delivered").fetchone()
        except BaseException:
            with suppress(sqlite3.Error):
                connection.close()
            raise
        # Records that we saw on disk and that are gone now must leave a gap that shows, not be written over.
        if head.seq >= self.head.seq:
            self.head = head
        # A cursor ahead of the records would keep the next ones from ever going out.
        self.delivered = min(delivered, self.head.seq)
        self._connection = connection

    def close(self) -> None:
        """Close the file, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def append(self, rows: list[Row], delivered: int) -> list[Row]:
        """Write rows and the cursor of delivery in one transaction; return them as they are on disk.

        Each follows the one before; where the first does not follow the head, they are chained anew. After an error
        call it again with the same: if they reached the disk in spite of it, they are not written twice.
        """
        if self._attempt and self._attempt[-1][0] == self.head.seq and self._attempt[-1][-1] == self.head.hash:
            written, self._attempt = self._attempt, []
            return written
        try:
            written = self._insert(rows, delivered)
        except sqlite3.IntegrityError:
            # A writer that hung on the disk has come back and written: go on behind what it wrote.
            self.head = self._last(self._opened)
            try:
                written = self._insert(rows, delivered)
            except sqlite3.IntegrityError as error:
                raise UnusableError(f"{error} twice") from error
        self._grown(written, delivered)
        return written

    def mark(self, delivered: int) -> None:
        """Write the cursor of delivery alone."""
        with self._transaction() as connection:
            self._mark(connection, delivered)
        self.delivered = max(self.delivered, delivered)

    def cut(self, before: datetime, delivered: int) -> tuple[int, list[Row]]:
        """Remove the oldest records, at most one step of them; return how many, and the record that says so.

        Removed is the longest run from the oldest on in which all is older than `before`. A time in the future was
        written by a clock that ran ahead, and holds nothing up unless it is last.
        """
        now = dt_util.utcnow()
        with self._transaction() as connection:
            # In the order of seq and without the index: it reads what goes, not all that stays.
            young = "SELECT seq FROM record NOT INDEXED WHERE at >= ? AND at <= ? ORDER BY seq LIMIT 1"
            found = connection.execute(young, (time_text(before), time_text(now))).fetchone()
            end = self.head.seq + 1 if found is None else found[0]
            last = "SELECT seq FROM record NOT INDEXED WHERE seq < ? AND at < ? ORDER BY seq DESC LIMIT 1"
            found = connection.execute(last, (end, time_text(before))).fetchone()
            if found is None:
                return 0, []
            step = "SELECT seq, hash FROM record WHERE seq <= ? ORDER BY seq LIMIT 1 OFFSET ?"
            through = connection.execute(step, (found[0], _CUT_STEP - 1)).fetchone()
            if through is None:
                through = connection.execute("SELECT seq, hash FROM record WHERE seq = ?", found).fetchone()
            lost = f"SELECT count(*) FROM record WHERE {PUBLISHED} AND seq > ? AND seq <= ?"  # noqa: S608
            (undelivered,) = connection.execute(lost, (delivered, through[0])).fetchone()
            removed = connection.execute("DELETE FROM record WHERE seq <= ?", (through[0],)).rowcount
            body = {
                "event": "cut",
                "through_seq": through[0],
                "through_hash": through[1],
                "records": removed,
                "undelivered": undelivered,
            }
            rows = chain(self.head, [to_line(ulid_now(), now, "lifecycle", "", body)])
            connection.executemany(INSERT, rows)
        self._grown(rows, self.delivered)
        return removed, rows

    def shrink(self) -> bool:
        """Give a few free pages back to the disk; return whether there are more."""
        connection = self._opened
        connection.execute(f"PRAGMA incremental_vacuum({_SHRINK_STEP})").fetchall()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        return bool(free)

    def check(self) -> None:
        """Look whether the file hangs together; raises UnusableError if not. Reads all of it."""
        (said,) = self._opened.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise UnusableError(said)

    def set_aside(self, why: str) -> tuple[Path, list[Line]]:
        """Move the file out of the way; return where it is, and the record that a new one begins with."""
        self.close()
        now = dt_util.utcnow()
        undelivered = self._undelivered()
        aside = move_aside(self._path, "damaged")
        # Seqs go on where they were, so that none ever stands for two records.
        self.head, self._attempt = Head(self.head.seq, NOTHING, None), []
        body = {"event": "set_aside", "file": aside.name, "why": why, "after_seq": self.head.seq}
        if undelivered is not None:
            body["undelivered"] = undelivered
        return aside, [to_line(ulid_now(), now, "lifecycle", "", body)]

    def _undelivered(self) -> int | None:
        """Return how many records of a file that is no good were not delivered; None where it does not tell."""
        try:
            # Only to read: a file of a later version must stay as it is.
            address = f"file:{quote(str(self._path))}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=_LOCKED_FOR)) as connection:
                (delivered,) = connection.execute("SELECT seq FROM delivered").fetchone()
                waiting = f"SELECT count(*) FROM record WHERE {PUBLISHED} AND seq > ?"  # noqa: S608
                (count,) = connection.execute(waiting, (max(delivered, self.delivered),)).fetchone()
        except sqlite3.Error, OSError, TypeError, ValueError:
            return None
        return int(count)

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError("The journal is not open")
        return self._connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._opened
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            self._commits()
            connection.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself after some errors.
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _insert(self, rows: list[Row], delivered: int) -> list[Row]:
        self._attempt = follow(self.head, rows)
        with self._transaction() as connection:
            connection.executemany(INSERT, self._attempt)
            self._mark(connection, delivered)
        return self._attempt

    @staticmethod
    def _last(connection: sqlite3.Connection) -> Head:
        last = connection.execute("SELECT seq, hash, at FROM record ORDER BY seq DESC LIMIT 1").fetchone()
        return Head() if last is None else Head(last[0], last[1], moment(last[2]))

    def _mark(self, connection: sqlite3.Connection, delivered: int) -> None:
        if delivered > self.delivered:
            connection.execute("UPDATE delivered SET seq = ?", (delivered,))

    def _grown(self, rows: list[Row], delivered: int) -> None:
        seq, _, at, *_, hash_ = rows[-1]
        self.head = Head(seq, hash_, moment(at))
        self.delivered = max(self.delivered, delivered)
        self._attempt = []

    @staticmethod
    def _prepare(connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise LaterVersionError(f"The file is of version {version}, this Earlid knows {len(MIGRATIONS)}")
        if not version:
            # Heeded only before the first table.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        for pragma in PRAGMAS:
            connection.execute(pragma).fetchall()
        for script in MIGRATIONS[version:]:
            version += 1
            connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {version}; COMMIT;")
