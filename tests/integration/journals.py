"""Journals for tests: real files, real SQLite, real threads."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from typing import Any, Self

from homeassistant.core import HomeAssistant

from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Entry, Journal, Query
from custom_components.earlid.journal.reads import read

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class Opened:
    """A journal with what it told."""

    def __init__(self, hass: HomeAssistant, path: Path) -> None:
        """Nothing is open yet."""
        self.journal = Journal(hass, str(path))
        self.entries: list[Entry] = []
        """All that was written, as it is on disk."""
        self.told: list[Entry] = []
        """What the journal told of."""
        self.troubles: list[str | None] = []
        self._path = path
        self.journal.on_written = self._written
        self.journal.on_trouble = lambda: self.troubles.append(self.journal.trouble)

    def _written(self, told: list[Entry]) -> None:
        self.told += told
        after = self.entries[-1].seq if self.entries else 0
        self.entries += read(self._path, Query(after_seq=after, limit=100_000))

    async def __aenter__(self) -> Self:
        """Open it."""
        await self.journal.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.journal.close()

    async def write(self, *records: Record) -> list[Entry]:
        """Append records and wait for the disk; return them as entries."""
        self.journal.append(records)
        await self.journal.settled()
        await asyncio.sleep(0)
        return self.entries[-len(records) :]


def record(
    number: int = 0, kind: str = "decision", speaker: str = "kitchen", at: datetime | None = None, **more: Any
) -> Record:
    moment = NOON + number * SECOND if at is None else at
    return Record(kind=kind, at=moment, speaker=speaker, body={"number": number}, **more)


def numbers(entries: Sequence[Entry]) -> list[int]:
    """Return what `record` numbered."""
    return [entry.body["number"] for entry in entries if "number" in entry.body]


async def until(condition: Callable[[], object], within: float = 5) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (what is waited for is on the disk)
            await asyncio.sleep(0.005)


def ask(path: Path, question: str, *values: object) -> list[Any]:
    """Ask the file behind the journal's back."""
    connection = sqlite3.connect(path)
    try:
        answer = connection.execute(question, values).fetchall()
        connection.commit()
    finally:
        connection.close()
    return answer


def size(path: Path) -> int | None:
    """Return how large a file is; None: it is not there."""
    return path.stat().st_size if path.exists() else None
