"""Looks through the whole chain for a record that was changed or is gone, and says which is the first."""

from dataclasses import dataclass
from pathlib import Path
import sqlite3
from typing import Any, Final

import orjson

from .chain import NOTHING, Head, hash_of, moment
from .reads import gently, reading
from .store import damaged

_CHANGED: Final = "It was changed: its hash does not follow from its text and the hash before it."
_MISSING: Final = "It is missing, and no removal of old records accounts for that."
_OTHER: Final = "It was changed: it is not the one that Earlid wrote or found here since its start."

# Records between two breaths; fewer than where they are only read, since each is hashed too.
_AT_ONCE: Final = 32

type Raw = tuple[Any, ...]
"""A row as it is on disk; after damage anything may stand in any column."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look through the chain found."""

    ok: bool
    checked: int
    """How many records from the oldest on are as they were written."""
    head: Head
    """The last record found."""
    first_bad: dict[str, Any] | None
    """`seq` of the first that is not, and `why` in words; seq is None where only what finds records fast is damaged."""
    cuts: int
    """How many of the records tell of a removal of older ones."""


def verify(path: Path, known: Head) -> Verification:
    """Look through the file; `known` is the newest record that this process wrote or found."""
    walk = _Walk(known)
    try:
        with reading(path) as connection:
            # What is no text any more must not end the walk before its place is known.
            connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            query = "SELECT seq, id, at, kind, speaker, body, hash FROM record NOT INDEXED ORDER BY seq"
            for row in gently(connection.execute(query), _AT_ONCE):
                walk.step(row)
            walk.end()
            if walk.bad is None:
                # Not a record, but a record that an index does not name is one that no reader sees.
                (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
                walk.bad = None if said == "ok" else (None, f"The file is damaged; SQLite says: {said}")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if not damaged(error):
            raise
        walk.stumble(error)
    bad = walk.bad
    return Verification(
        ok=bad is None,
        checked=walk.checked,
        head=walk.head,
        first_bad=None if bad is None else {"seq": bad[0], "why": bad[1]},
        cuts=walk.cuts,
    )


class _Walk:
    """Goes from the oldest record to the newest, and on after a bad one: what the oldest follows comes later."""

    def __init__(self, known: Head) -> None:
        self.bad: tuple[int | None, str] | None = None
        self.checked = 0
        self.head = Head()
        self.cuts = 0
        self._known = known
        self._oldest: Raw | None = None
        self._lowest: int | None = None
        """The lowest seq of all records that the next one follows."""
        self._cut: tuple[int, str] | None = None
        """Seq and hash of the last record removed, as the last good record of a cut has them."""
        self._cut_is_last = False
        """Whether that is the last cut for sure: what is bad comes before its record, so is not that of a later one."""
        self._oldest_again = False

    def step(self, row: Raw) -> None:
        """Look at the next record."""
        seq, *columns, hash_ = row
        if self._oldest is None:
            good = seq != 1 or _follows(row, NOTHING)
        else:
            good = _follows(row, self.head.hash)
            self._oldest_again = self._oldest_again or row == self._oldest
            if good and seq == self.head.seq + 1:
                self._lowest = min(self._lowest or self.head.seq, self.head.seq)
            if seq != self.head.seq + 1:
                # An oldest record with a changed seq is found by the one that still follows it.
                moved = good and self.checked <= 1
                self._is_bad(seq - 1 if moved else self.head.seq + 1, _MISSING)
        if not good:
            self._is_bad(seq, _CHANGED)
        if seq == self._known.seq and self._known.at is not None and hash_ != self._known.hash:
            self._is_bad(seq, _OTHER)
        self.checked += self.bad is None
        if good and columns[2] == "lifecycle":
            self._remember_cut(row)
        self._oldest = self._oldest or row
        self.head = Head(seq, hash_, moment(columns[1]))

    def end(self) -> None:
        """Look at both ends: the oldest must follow what was cut off, the newest be at least the known one."""
        if self._oldest is not None:
            self._begin(self._oldest)
        if self._known.at is not None and self.head.seq < self._known.seq:
            self._is_bad(self.head.seq + 1, _MISSING)

    def stumble(self, error: Exception) -> None:
        """Note that SQLite could not go on behind the last record."""
        self._is_bad(self.head.seq + 1, f"It cannot be read; SQLite says: {error}")
        if self._oldest is not None:
            self._begin(self._oldest)

    def _begin(self, oldest: Raw) -> None:
        seq = oldest[0]
        if seq == 1 or (_event(oldest).get("event") == "set_aside" and _follows(oldest, NOTHING)):
            return
        if self._cut is not None and self._cut[0] + 1 == seq:
            if not _follows(oldest, self._cut[1]):
                self.bad, self.checked = (seq, _CHANGED), 0
        # Lower ones that come later, itself once more, or a cut that ended elsewhere: it does not belong there.
        elif self.bad is None or self._cut_is_last or self._oldest_again or (self._lowest or seq) < seq:
            self.bad, self.checked = (1 if self._cut is None else self._cut[0] + 1, _MISSING), 0

    def _remember_cut(self, row: Raw) -> None:
        match _event(row):
            case {"event": "cut", "through_seq": int(seq), "through_hash": str(hash_)}:
                self.cuts += 1
                # Where the oldest is itself the record of a cut, it counts only if it is the last one.
                if self._oldest is not None or seq + 1 == row[0]:
                    self._cut = (seq, hash_)
                    self._cut_is_last = self.bad is not None

    def _is_bad(self, seq: int, why: str) -> None:
        self.bad = self.bad or (seq, why)


def _follows(row: Raw, before: object) -> bool:
    """Return whether a record's hash is the one that follows from its text and the hash before."""
    *columns, hash_ = row
    try:
        return bool(hash_ == hash_of(str(before), *columns))
    except TypeError, ValueError:
        return False


def _event(row: Raw) -> dict[str, Any]:
    try:
        body = orjson.loads(row[5])
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}
