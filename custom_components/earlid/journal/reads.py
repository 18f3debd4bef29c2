"""Questions to the journal's file, each over a read-only connection of its own; to be run outside the event loop."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from operator import attrgetter
from pathlib import Path
import sqlite3
from time import sleep
from typing import Any, Final
from urllib.parse import quote

import orjson

from .chain import Entry, Row, moment, time_text, to_entry
from .store import PUBLISHED

_ROW: Final = "SELECT seq, id, at, kind, speaker, body, hash FROM record"
# s. Readers of a log wait for nobody, but for the moment in which the file is made.
_LOCKED_FOR: Final = 5
# After as many rows Python's lock is let go of for a moment: a thread that only computes holds up the event loop by
# 5 ms (`sys.getswitchinterval`) each time that it wakes.
_BREATH: Final = 128
_BREATH_TAKES: Final = 0.0001


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """Which records: those that meet all that is given, in the order in which they were written."""

    start: datetime | None = None
    end: datetime | None = None
    """Not included itself."""
    speakers: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    limit: int = 1000
    descending: bool = False
    """Newest first."""
    after_seq: int | None = None
    """Go on behind this one, in the direction asked for."""


def opened(path: Path, *, anywhere: bool = False) -> sqlite3.Connection:
    """Return a connection for reading only; `anywhere`: other threads may close it."""
    address = f"file:{quote(str(path))}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=_LOCKED_FOR, isolation_level=None, check_same_thread=not anywhere)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file for reading only, until this ends."""
    with closing(opened(path)) as connection:
        # A damaged record must not hide those behind it; `verify` finds it.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        yield connection


def gently(rows: Iterable[Any], at_once: int = _BREATH) -> Iterator[Any]:
    """Yield rows one by one and let others run in between."""
    for batch in batched(rows, at_once, strict=False):
        yield from batch
        sleep(_BREATH_TAKES)


def read(path: Path, query: Query) -> list[Entry]:
    """Return the records asked for."""
    return [to_entry(row) for row in gently(rows(path, query))]


def rows(path: Path, query: Query) -> list[Row]:
    """Return the records asked for as they are stored, whatever damage made of them."""
    where: list[str] = []
    values: list[str | int] = []
    for condition, limit in (("at >= ?", query.start), ("at < ?", query.end)):
        if limit is not None:
            where.append(condition)
            values.append(time_text(limit))
    for column, names in (("speaker", query.speakers), ("kind", query.kinds)):
        if names is not None:
            where.append(f"{column} IN ({', '.join('?' * len(names))})")
            values.extend(names)
    if query.after_seq is not None:
        where.append("seq < ?" if query.descending else "seq > ?")
        values.append(query.after_seq)
    conditions = f" WHERE {' AND '.join(where)}" if where else ""
    order = f"ORDER BY seq {'DESC' if query.descending else 'ASC'}"
    # The indexes hold all that is asked for; whole rows are read only of what is returned.
    seqs = f"SELECT seq FROM record{conditions} {order} LIMIT ?"  # noqa: S608
    with reading(path) as connection:
        return list(gently(connection.execute(f"{_ROW} WHERE seq IN ({seqs}) {order}", (*values, query.limit))))


def time_of_later(path: Path, after: datetime, number: int) -> datetime | None:
    """Return the time of the record that so many later ones come before; None where there are no more."""
    later = "SELECT at FROM record WHERE at > ? ORDER BY at LIMIT 1 OFFSET ?"
    with reading(path) as connection:
        found = connection.execute(later, (time_text(after), number)).fetchone()
    return None if found is None else moment(found[0])


def published_after(path: Path, seq: int, limit: int) -> tuple[list[Entry], int]:
    """Return what is to be published after a seq, and through which seq there is nothing else."""
    # As one row: between rows Python's lock is let go of, and beside a busy event loop it takes long to come by again.
    ours = f"{_ROW} INDEXED BY record_published WHERE {PUBLISHED} AND seq > ? ORDER BY seq LIMIT ?"
    as_one = f"SELECT json_group_array(json_array(seq, id, at, kind, speaker, body, hash)) FROM ({ours})"  # noqa: S608
    with reading(path) as connection:
        connection.execute("BEGIN")
        (found,) = connection.execute(as_one, (seq, limit)).fetchone()
        entries = sorted(map(to_entry, orjson.loads(found)), key=attrgetter("seq"))
        (last,) = connection.execute("SELECT max(seq) FROM record").fetchone()
    if len(entries) == limit:
        return entries, entries[-1].seq
    return entries, max(seq, last or 0)


def count_published(path: Path, after: int, through: int) -> int:
    """Return how many records after a seq, and no later than another, are to be published."""
    some = "seq > ? AND seq <= ?"
    count = f"SELECT count(*) FROM record INDEXED BY record_published WHERE {PUBLISHED} AND {some}"  # noqa: S608
    with reading(path) as connection:
        (number,) = connection.execute(count, (after, through)).fetchone()
    return int(number)


def activations(path: Path, limit: int) -> list[Entry]:
    """Return the activations written last, newest first."""
    newest = f"{_ROW} INDEXED BY record_published WHERE {PUBLISHED} AND kind = 'activation' ORDER BY seq DESC LIMIT ?"
    with reading(path) as connection:
        return [to_entry(row) for row in gently(connection.execute(newest, (limit,)))]


def latest_before(path: Path, at: datetime, kinds: Mapping[str, str | None]) -> dict[tuple[str, str], Entry]:
    """Return the last record before a time, of each speaker and kind.

    Where a kind names a key, only records count whose body tells something under it.
    """
    # One step in the index for each speaker, however many records each has.
    speakers = """
        WITH RECURSIVE name(speaker) AS (
            SELECT min(speaker) FROM record
            UNION ALL
            SELECT (SELECT min(speaker) FROM record WHERE speaker > name.speaker) FROM name WHERE speaker NOT NULL
        )
        SELECT speaker FROM name WHERE speaker NOT NULL
    """
    last = f"{_ROW} WHERE speaker = ? AND kind = ? AND at < ?"
    # A damaged text tells nothing; of AND nobody knows which side SQLite looks at first.
    tells = " AND CASE WHEN json_valid(body) THEN json_extract(body, '$.' || ?) END IS NOT NULL"
    found: dict[tuple[str, str], Entry] = {}
    with reading(path) as connection:
        connection.execute("BEGIN")
        for (speaker,) in connection.execute(speakers).fetchall():
            for kind, key in kinds.items():
                values = (speaker, kind, time_text(at)) + (() if key is None else (key,))
                query = f"{last}{'' if key is None else tells} ORDER BY at DESC, seq DESC LIMIT 1"
                row = connection.execute(query, values).fetchone()
                if row is not None:
                    found[speaker, kind] = to_entry(row)
    return found
