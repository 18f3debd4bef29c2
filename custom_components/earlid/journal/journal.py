"""The journal as the event loop sees it: takes records at once, tells when they are on disk, answers questions."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
import logging
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.earlid.engine.model import Record

from .answers import Answers
from .chain import Entry, Head, Line, Row, chain, moment, new_ids, to_entry, to_line
from .stall import STALLED, Stall
from .trouble import Trouble, not_recorded
from .writer import DOUBT, Cut, Ears, Writer

_LOGGER = logging.getLogger(__name__)
# Some days of a busy home, some MB of memory.
MOST_WAITING: Final = 10_000
# Others act on these alone; the bodies of the rest need not be read again.
_NOTICED: Final = frozenset({"activation", "breach", "lifecycle"})
# So many are handed over at a time: the writer begins while a long burst is still being read.
_HANDFUL: Final = 64
# s. A disk that hangs must not hang the start or stop of Home Assistant.
_WITHIN: Final = 10.0


def _nobody(*_: object) -> None:
    pass


class Journal(Answers):
    """The records of the home, in one file."""

    def __init__(self, hass: HomeAssistant, path: str) -> None:
        """Nothing is opened before `open`; what is appended before waits."""
        super().__init__(hass, Path(path), lambda: self._writer.store.head, lambda: self._writer.put(DOUBT))
        self.on_written: Callable[[list[Entry]], None] = _nobody
        """Told that more is on disk, with the activations, breaches and lifecycle records of it, in order."""
        self.on_trouble: Callable[[], None] = _nobody
        """Told when `trouble`, `lost` or `aside` have changed."""
        self.lost = 0
        """How many records were dropped since too many waited."""
        self.aside: Path | None = None
        """Where the last file was moved that could not be used."""
        self.aside_is_later = False
        """Whether that was since a later version of Earlid has written it."""
        self.head = Head()
        self._ids = new_ids()
        self._ahead = Head()
        """What the newest record will be when all that waits is on disk, if nothing else comes in between."""
        self._failing = self._closed = False
        self._dropped: list[datetime] = []  # of the first and the last since it was told of
        self._untold = 0
        self._appended = self._written = 0
        self._settling: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._stall = Stall(hass, lambda: self.waiting > 0, lambda: self._writer.written, self._is_stalled)
        self._opened, self._stopped = asyncio.Event(), asyncio.Event()
        self._stopped.set()
        self._cuts: set[asyncio.Future[int]] = set()
        tell = self._tell
        self._writer = Writer(
            self._path,
            Ears(
                opened=lambda: tell(self._is_open),
                written=lambda rows, written: tell(self._is_written, rows, written),
                failed=lambda error: tell(self._failed, error),
                set_aside=lambda aside, why, later: tell(self._set_aside, aside, why, later),
                stopped=lambda: tell(self._is_stopped),
            ),
        )

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong; a file that was set aside stays so until the next start."""
        if self._failing:
            return Trouble.NOT_WRITTEN
        return None if self.aside is None else Trouble.SET_ASIDE

    @property
    def waiting(self) -> int:
        """How many records are not on disk."""
        return self._appended - self._written

    async def open(self) -> None:
        """Begin to write; returns when the file is open, or with `trouble` set when it cannot be."""
        self._opened.clear()
        self._stopped.clear()
        self._failing = self._closed = False
        self._writer.start()
        self._stall.watch()
        try:
            async with asyncio.timeout(_WITHIN):
                await self._opened.wait()
        except TimeoutError as error:
            self._failed(error)

    async def close(self) -> None:
        """Write what waits and close the file; a disk that hangs is waited for only so long."""
        self._closed = True
        self._writer.stop()
        self._stall.end()
        try:
            async with asyncio.timeout(_WITHIN):
                await self._stopped.wait()
        except TimeoutError:
            _LOGGER.warning("The journal could not be closed: the disk hangs")
        else:
            self._writer.join()
        if self.waiting:
            _LOGGER.warning("%s records could not be written to the journal", self.waiting)
        self._refuse()

    @callback
    def append(self, records: Iterable[Record]) -> None:
        """Take records to be written; returns at once. Beyond MOST_WAITING they are counted and dropped."""
        if self._closed:
            # Nobody would write them; whoever waits for one is told so by `settled`.
            _LOGGER.debug("The journal is closed, what comes now is not recorded")
            return
        lines: list[Line] = []
        ids = self._ids
        for record in records:
            if self.waiting + len(lines) >= MOST_WAITING:
                self._drop(record)
                continue
            if self._untold:
                lines.append(self._told_of_dropped())
            lines.append(to_line(record.id or next(ids), record.at, record.kind, record.speaker, record.body))
            if len(lines) == _HANDFUL:
                self._put(lines)
                lines = []
        self._put(lines)
        self._stall.watch()

    async def settled(self) -> None:
        """Return when all that was appended is on disk.

        Raises HomeAssistantError when the journal cannot be written; what waits is written when it can be again.
        """
        if self._closed:
            raise not_recorded()
        if self.waiting <= 0 and not self._dropped:
            return
        if self._failing or self._dropped:
            raise not_recorded()
        future = self._hass.loop.create_future()
        self._settling.append((self._appended, future))
        await future

    @callback
    def mark_delivered(self, seq: int) -> None:
        """Note that all that is published was delivered through a seq; on disk within about a second."""
        if seq > self.delivered_seq:
            self.delivered_seq = seq
            self._writer.deliver(seq)

    async def cut(self, before: datetime) -> int:
        """Remove the oldest records as far as they are older, and record that; returns how many went.

        Raises HomeAssistantError when the journal is closed before that is done.
        """
        if self._stopped.is_set():
            raise not_recorded()
        future: asyncio.Future[int] = self._hass.loop.create_future()
        self._cuts.add(future)
        future.add_done_callback(self._cuts.discard)

        @callback
        def done(removed: int) -> None:
            if not future.done():
                future.set_result(removed)

        # Later than now it would remove the records of its own steps, and never be done.
        before = min(before, dt_util.utcnow())
        self._writer.put(Cut(before, lambda removed: self._tell(done, removed)))
        return await future

    def _tell(self, ear: Callable[..., None], *args: object) -> None:
        """Call in the event loop; a writer that hung until the loop was closed has nobody to tell."""
        try:
            self._hass.loop.call_soon_threadsafe(ear, *args)
        except RuntimeError:
            _LOGGER.debug("Nobody is left to be told")

    @callback
    def _put(self, lines: list[Line]) -> None:
        if not lines:
            return
        if not self.waiting:
            self._ahead = self.head
        # The writer only inserts and waits for the disk. What is chained here meanwhile costs it no time.
        rows = chain(self._ahead, lines)
        self._ahead = Head(rows[-1][0], rows[-1][-1])
        self._appended += len(rows)
        self._writer.put(rows)

    @callback
    def _drop(self, record: Record) -> None:
        self._dropped = [*self._dropped[:1], record.at]
        self._untold += 1
        self.lost += 1
        if self._untold == 1:
            _LOGGER.error("More than %s records wait to be written, further ones are lost", MOST_WAITING)
            self.on_trouble()

    def _told_of_dropped(self) -> Line:
        body = {
            "event": "lost",
            "records": self._untold,
            "from": self._dropped[0].isoformat(),
            "to": self._dropped[-1].isoformat(),
        }
        self._dropped, self._untold = [], 0
        return to_line(next(self._ids), dt_util.utcnow(), "lifecycle", "", body)

    @callback
    def _is_open(self) -> None:
        self.head = self._writer.store.head
        self.delivered_seq = max(self.delivered_seq, self._writer.store.delivered)
        if not self.waiting:
            self._works()
        self._opened.set()

    @callback
    def _works(self) -> None:
        if self._failing:
            self._failing = False
            _LOGGER.warning("The journal can be written again")
            self.on_trouble()

    @callback
    def _is_written(self, rows: list[Row], written: int) -> None:
        last = rows[-1]
        self.head = Head(last[0], last[-1], moment(last[2]))
        self._written = written
        while self._settling and self._settling[0][0] <= written:
            future = self._settling.popleft()[1]
            if not future.done():
                future.set_result(None)
        if self._untold and self.waiting < MOST_WAITING:
            self._put([self._told_of_dropped()])
            # What was lost may have told how things stand.
            self.on_trouble()
        self._works()
        self.on_written([to_entry(row) for row in rows if row[3] in _NOTICED])

    @callback
    def _is_stopped(self) -> None:
        for future in list(self._cuts):
            # Whoever waited may have been cancelled meanwhile.
            if not future.done():
                future.set_exception(not_recorded())
        self._stopped.set()

    @callback
    def _failed(self, error: Exception) -> None:
        self._opened.set()
        self._refuse()
        if not self._failing:
            self._failing = True
            _LOGGER.error("The journal cannot be written, what it misses waits: %s", error)
            self.on_trouble()

    @callback
    def _set_aside(self, aside: Path, why: str, later: bool) -> None:
        _LOGGER.error("The journal cannot be used (%s), it is kept as %s and begun anew", why, aside)
        self.aside, self.aside_is_later = aside, later
        self.on_trouble()

    @callback
    def _refuse(self) -> None:
        while self._settling:
            future = self._settling.popleft()[1]
            if not future.done():
                future.set_exception(not_recorded())

    @callback
    def _is_stalled(self) -> None:
        self._failed(TimeoutError(f"nothing was written for {STALLED:.0f} s"))
