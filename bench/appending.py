"""Appending to the journal against plain SQLite, and the records that are written for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from time import perf_counter
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.ulid import ulid_now
import orjson

from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Head, Journal
from custom_components.earlid.journal.chain import Row as Line, chain, to_line
from custom_components.earlid.journal.store import INSERT, MIGRATIONS, PRAGMAS
from custom_components.earlid.journal.writer import GROUP

from .measured import Bar, Measured, Row, ratio

RECORDS: Final = 1_000_000
DAYS: Final = 400
OURS: Final = "Earlid"
PLAIN: Final = "peer: plain SQLite"
READY: Final = "floor: SQLite, ready rows"
SPEAKERS: Final = ("kitchen", "bath", "bedroom", "hall", "office")
# Of what a home records: mostly decisions and commands, some activations, few breaches.
KINDS: Final = ("decision", "command", "microphone", "activation", "decision", "command", "hold", "breach")
BODY: Final[dict[str, object]] = {
    "allowed": False,
    "because": "rule",
    "slug": "nobody-home",
    "until": "2026-03-01T18:30:00+00:00",
    "microphone": "off_unproven",
    "lost": ["posture"],
}
BEGAN: Final = datetime.now(UTC) - timedelta(days=DAYS)


def record(number: int, of: int = RECORDS) -> Record:
    """Return one of many records, spread evenly over all days."""
    at = BEGAN + timedelta(days=DAYS) * (number / of)
    kind, speaker = KINDS[number % len(KINDS)], SPEAKERS[number % len(SPEAKERS)]
    return Record(kind=kind, at=at, speaker=speaker, body=BODY | {"number": number})


def rows(count: int) -> list[Line]:
    """Return ready rows, as the journal writes them."""
    records = (record(number, count) for number in range(count))
    return chain(Head(), [to_line(ulid_now(), each.at, each.kind, each.speaker, each.body) for each in records])


def plain(path: Path) -> sqlite3.Connection:
    """Open a file with nothing but sqlite3: same table, indexes and pragmas."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    for pragma in PRAGMAS:
        connection.execute(pragma).fetchall()
    for script in MIGRATIONS:
        connection.executescript(script)
    return connection


def insert_plainly(connection: sqlite3.Connection, ready: list[Line]) -> float:
    """Write ready rows, in groups as large as the journal's; return how long it took, in s."""
    started = perf_counter()
    for start in range(0, len(ready), GROUP):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, ready[start : start + GROUP])
        connection.execute("COMMIT")
    return perf_counter() - started


def insert_records(connection: sqlite3.Connection, records: list[Record]) -> float:
    """Write the same records as the journal does, made into texts and given ids, but not chained; return the s."""
    started = perf_counter()
    for start in range(0, len(records), GROUP):
        group = [
            (None, ulid_now(), each.at.isoformat(), each.kind, each.speaker, orjson.dumps(each.body).decode(), "")
            for each in records[start : start + GROUP]
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, group)
        connection.execute("COMMIT")
    return perf_counter() - started


@asynccontextmanager
async def opened(hass: HomeAssistant, path: Path) -> AsyncIterator[Journal]:
    """Open and close a journal."""
    journal = Journal(hass, str(path))
    await journal.open()
    try:
        yield journal
    finally:
        await journal.close()


async def feed(journal: Journal, records: list[Record]) -> float:
    """Append in bursts of 50 as fast as they are taken, until all is on disk; return how long it took, in s."""
    more = asyncio.Event()
    journal.on_written = lambda _: more.set()
    started = perf_counter()
    for start in range(0, len(records), 50):
        journal.append(records[start : start + 50])
        # Far below what may wait, so that none is lost.
        while journal.waiting > 4 * GROUP:
            more.clear()
            await more.wait()
    await journal.settled()
    return perf_counter() - started


async def appended(hass: HomeAssistant, folder: Path, *, short: bool) -> Measured:
    """Return our rate of appending against that of plain sqlite3, all in turn, a slice at a time."""
    count, slice_, runs = (2_000, 1_000, 2) if short else (80_000, 8_000, 5)
    ready, records = rows(count), [record(number, count) for number in range(count)]
    rates: dict[str, list[float]] = {OURS: [], PLAIN: [], READY: []}
    work = dict.fromkeys(rates, 0)
    for run in range(runs):
        own = peer = given = 0.0
        paths = {way: folder / f"{way}{run}.db" for way in rates}
        with closing(plain(paths[PLAIN])) as connection, closing(plain(paths[READY])) as other:
            async with opened(hass, paths[OURS]) as journal:
                for start in range(0, count, slice_):
                    part = slice(start, start + slice_)
                    given += await asyncio.to_thread(insert_plainly, other, ready[part])
                    own += await feed(journal, records[part])
                    peer += await asyncio.to_thread(insert_records, connection, records[part])
        for way, took in ((OURS, own), (PLAIN, peer), (READY, given)):
            rates[way].append(count / took)
            work[way] += written(paths[way])
    row = Row(label=f"{count:,} records", size=count, runs=rates, work=work)
    return Measured(
        name="journal_append",
        title="Appending to the journal",
        unit="records a second",
        proves=(
            "How fast the record is written to disk, as its one writer thread does it: texts, ids, the chain of "
            "hashes, groups of one transaction each."
        ),
        fooled_by=(
            "A peer that is given ready rows would show what SQLite can do and nobody can use; the peer begins with "
            "the same as Earlid, records, makes texts and ids of them, and has the same table, indexes, pragmas and "
            "groups, but no chain. The floor is given ready rows. All write the same records in turn, a slice at a "
            "time, and the files are counted afterwards."
        ),
        rows=(row,),
        bars=(Bar(says="of the rate of plain SQLite", value=ratio(row, OURS, PLAIN), limit=0.8, at_most=False),),
        plot=False,
    )


def written(path: Path) -> int:
    """Return how many records a file holds."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM record").fetchone()[0])
