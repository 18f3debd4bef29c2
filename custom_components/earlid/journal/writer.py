"""The one thread that writes the journal: it takes what waits in groups and tries until each is on disk."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
import logging
from pathlib import Path
from queue import Empty, SimpleQueue
import sqlite3
import threading
from time import monotonic
from typing import Final

from .chain import Line, Row, chain, to_lines
from .store import LaterVersionError, Store, UnusableError, damaged

_LOGGER = logging.getLogger(__name__)
# Bounded, so that neither this thread nor the event loop, which is told of it, computes for long: about half a ms each.
GROUP: Final = 256
# s. From 1 doubling to 30.
_RETRY_FIRST: Final = 1.0
_RETRY_LAST: Final = 30.0
# s. How long the cursor of delivery waits for a group to be written with.
_CURSOR_WAITS: Final = 1.0
# s. How often at most a file is looked through that a reader found damaged.
_LOOK_EVERY: Final = 300.0
# A disk that breaks each new file would be filled with them: no more than so many are set aside within an hour.
_MOST_ASIDE: Final = 3
_ASIDE_WITHIN: Final = 3600.0


@dataclass(slots=True)
class Cut:
    """A wish to remove what is older; `done` is told how many records went."""

    before: datetime
    done: Callable[[int], None]
    removed: int = 0


class Doubt:
    """A reader found the file damaged."""


DOUBT: Final = Doubt()


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told what; called in the writer's thread."""

    opened: Callable[[], None]
    written: Callable[[list[Row], int], None]
    """The rows, and how many are on disk of all that were put."""
    failed: Callable[[Exception], None]
    set_aside: Callable[[Path, str, bool], None]
    """Where the file is now, why, and whether a later version of Earlid has written it."""
    stopped: Callable[[], None]


class Writer:
    """Owns the store. Only `put`, `deliver`, `start`, `stop` and reading attributes are for other threads."""

    def __init__(self, path: Path, ears: Ears) -> None:
        """Nothing is opened before `start`."""
        self.store = Store(path, self._tell)
        self.written = 0
        """How many rows are on disk, of all that were put."""
        self._ears = ears
        self._queue: SimpleQueue[list[Row] | Cut | Doubt | None] = SimpleQueue()
        self._rows: deque[Row] = deque()
        self._group: list[Row] = []
        self._own: list[Line] = []
        self._untold: deque[tuple[list[Row], int]] = deque()
        self._cuts: deque[Cut] = deque()
        self._delivered = 0
        self._shrinking = False
        self._cursor_due: float | None = None
        self._new_file = self._doubted = False
        self._looked_at = -_LOOK_EVERY
        self._asides: deque[float] = deque(maxlen=_MOST_ASIDE)
        self._stop = threading.Event()
        self._ending = threading.Lock()
        self._running = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write; a thread that hung over the last stop and lives goes on instead."""
        with self._ending:
            self._stop.clear()
            if self._running:
                self._ears.opened()
                return
            self._running = True
        # A daemon: a disk that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, args=(self._thread,), name="earlid journal", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, try no more than once, and end; `stopped` is called then."""
        self._stop.set()
        self._queue.put(None)

    def join(self) -> None:
        """Wait for the thread after `stopped` was called, when it has nothing left to do."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def put(self, item: list[Row] | Cut | Doubt) -> None:
        """Take what is to be done; never blocks."""
        self._queue.put(item)

    def deliver(self, seq: int) -> None:
        """Move the cursor of delivery; never blocks."""
        self._delivered = seq
        self._queue.put(None)

    def _run(self, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        wait = _RETRY_FIRST
        failed = False
        while not self._ends(failed):
            try:
                self._turn()
                failed, wait = False, _RETRY_FIRST
            except Exception as error:  # noqa: BLE001 (a writer that ends loses what waits, and says so to nobody)
                self._tell()
                failed = not self._overcome(error)
                if failed:
                    self._stop.wait(wait)
                    wait = min(wait * 2, _RETRY_LAST)
        self._tell()
        self.store.close()
        for cut in self._cuts:
            cut.done(cut.removed)
        self._cuts.clear()
        self._ears.stopped()

    def _ends(self, failed: bool) -> bool:
        """Return whether it is time to end: asked to, and nothing waits, or it has been tried in vain."""
        with self._ending:
            self._running = not (self._stop.is_set() and (failed or self._idle))
            return not self._running

    @property
    def _idle(self) -> bool:
        return not (self._rows or self._group or self._own or self._behind) and self._queue.empty()

    @property
    def _behind(self) -> bool:
        """Whether the cursor of delivery on disk is behind."""
        return self._delivered > self.store.delivered

    def _turn(self) -> None:
        if not self.store.is_open:
            self.store.open()
            self._delivered = max(self._delivered, self.store.delivered)
            self._ears.opened()
        self._write()
        if self._doubted:
            self._doubted = False
            self._look()
        if self._cuts and not self._stop.is_set():
            self._cut()
        self._take()

    def _write(self) -> None:
        # What an attempt before has left stays the same group, so that it is known again if it did reach the disk.
        if not self._group:
            self._group = [self._rows.popleft() for _ in range(min(GROUP, len(self._rows)))]
        rows = self._group
        if self._own:
            rows = chain(self.store.head, self._own + to_lines(rows))
        if not rows:
            self._tell()
            return
        rows = self.store.append(rows, self._delivered)
        self.written += len(self._group)
        self._own, self._group = [], []
        self._new_file = False
        self._untold.append((rows, self.written))
        if not self._rows and self._queue.empty():
            self._tell()

    def _tell(self) -> None:
        """Tell of what is on disk.

        While there is more to write, that is done only when this thread is about to wait for the disk: what the event
        loop then computes, and appends in answer, would else hold this thread up for as long.
        """
        while self._untold:
            self._ears.written(*self._untold.popleft())

    def _look(self) -> None:
        # It reads the whole file, and whoever found it damaged will ask again and again.
        if monotonic() - self._looked_at > _LOOK_EVERY:
            self._looked_at = monotonic()
            self.store.check()

    def _cut(self) -> None:
        cut = self._cuts[0]
        removed, rows = self.store.cut(cut.before, self._delivered)
        cut.removed += removed
        if rows:
            self._shrinking = True
            self._ears.written(rows, self.written)
        else:
            self._cuts.popleft().done(cut.removed)

    def _take(self) -> None:
        """Wait for something to do, and take what there is up to a group."""
        if len(self._rows) >= GROUP:
            return
        try:
            item = self._queue.get(timeout=self._patience())
            while True:
                self._sort(item)
                if len(self._rows) >= GROUP:
                    return
                item = self._queue.get_nowait()
        except Empty:
            if self._rows or self._cuts:
                return
        if self._behind and self._patience() == 0:
            self.store.mark(self._delivered)
        elif self._shrinking and not self._behind:
            self._shrinking = self.store.shrink()

    def _sort(self, item: list[Row] | Cut | Doubt | None) -> None:
        match item:
            case list():
                self._rows.extend(item)
            case Cut():
                self._cuts.append(item)
            case Doubt():
                self._doubted = True

    def _patience(self) -> float | None:
        """Return how long to wait for more; None: as long as nothing comes."""
        if self._behind and self._cursor_due is None:
            self._cursor_due = monotonic() + _CURSOR_WAITS
        elif not self._behind:
            self._cursor_due = None
        if self._rows or self._cuts or self._shrinking or self._stop.is_set():
            return 0
        return None if self._cursor_due is None else max(0, self._cursor_due - monotonic())

    def _overcome(self, error: Exception) -> bool:
        """Close the file, move it aside if it is damaged; return whether to go on at once."""
        self.store.close()
        if not isinstance(error, (sqlite3.Error, OSError, UnusableError, UnicodeDecodeError)):
            _LOGGER.error("The journal's writer stumbled", exc_info=error)
        often = len(self._asides) == _MOST_ASIDE and monotonic() - self._asides[0] < _ASIDE_WITHIN
        if often or not damaged(error):
            self._ears.failed(error)
            return False
        try:
            aside, self._own = self.store.set_aside(str(error))
        except OSError as stuck:
            self._ears.failed(stuck)
            return False
        self._asides.append(monotonic())
        self._ears.set_aside(aside, str(error), isinstance(error, LaterVersionError))
        # A new file that is damaged at once: the disk is; a pause keeps it from being filled with such files.
        again, self._new_file = self._new_file, True
        return not again
