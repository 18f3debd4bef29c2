"""Appending to the journal against plain SQLite, and the records that are written for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import sqlite3
from statistics import median
from time import perf_counter
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util.ulid import ulid_now
import orjson

from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Head, Journal
from custom_components.earlid.journal.chain import Row, chain, to_line
from custom_components.earlid.journal.store import INSERT, MIGRATIONS, PRAGMAS
from custom_components.earlid.journal.writer import GROUP

RECORDS: Final = 1_000_000
DAYS: Final = 400
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


def rows(count: int) -> list[Row]:
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


def insert_plainly(connection: sqlite3.Connection, ready: list[Row]) -> float:
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


async def append_rate(hass: HomeAssistant, folder: Path) -> dict[str, Any]:
    """Return our rate of appending against that of plain sqlite3, five times.

    The peer begins with the same as we do, records, and makes texts of them; the other is given ready rows, so it shows
    what texts, ids and the chain cost. All write the same records in turn, a slice at a time, so that what else the
    machine does hits all of them.
    """
    count, slice_ = 80_000, 8_000
    ready, records = rows(count), [record(number, count) for number in range(count)]
    load = os.getloadavg()[0]
    runs = []
    for run in range(5):
        own = peer = given = 0.0
        with (
            closing(plain(folder / f"plain{run}.db")) as connection,
            closing(plain(folder / f"ready{run}.db")) as other,
        ):
            async with opened(hass, folder / f"ours{run}.db") as journal:
                for start in range(0, count, slice_):
                    part = slice(start, start + slice_)
                    given += await asyncio.to_thread(insert_plainly, other, ready[part])
                    own += await feed(journal, records[part])
                    peer += await asyncio.to_thread(insert_records, connection, records[part])
        runs.append((count / own, count / peer, count / given))
    return {
        "records": count,
        "ours_per_s": round(median(own for own, _, _ in runs)),
        "plain_sqlite_per_s": round(median(peer for _, peer, _ in runs)),
        "ratio": round(median(own / peer for own, peer, _ in runs), 3),
        "ratios": [round(own / peer, 3) for own, peer, _ in runs],
        "ratio_to_ready_rows": round(median(own / given for own, _, given in runs), 3),
        "load_of_the_last_minute": round(load, 2),
        "bar": ">= 0.8",
    }
