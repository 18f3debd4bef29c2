"""What makes a later edit show: each record's hash is taken over its own text and the hash of the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import cycle
import json
import math
from os import urandom
from time import time_ns
from typing import Any, Final, NamedTuple

import orjson

# Stands before the first record, where there is no hash yet.
NOTHING: Final = "0" * 64

# Crockford's base 32, in which ULIDs are written: https://github.com/ulid/spec
_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(high + low for high in _DIGITS for low in _DIGITS)
_DIGIT_OF_BYTE: Final = _DIGITS.encode() * 8
# Digits of an id that nobody can guess, and for how many ids they are drawn at once.
_RANDOM: Final = 14
_DRAWN: Final = 64

type Row = tuple[int, str, str, str, str, str, str]
"""A record as it is stored: seq, id, at, kind, speaker, body, hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in the journal."""

    seq: int
    id: str
    at: datetime
    kind: str
    speaker: str
    body: dict[str, Any]
    hash: str


class Head(NamedTuple):
    """The newest record; of an empty journal seq is 0 and `at` None."""

    seq: int = 0
    hash: str = NOTHING
    at: datetime | None = None


class Line(NamedTuple):
    """A record that waits for its place in the journal, in the texts that are stored."""

    id: str
    at: str
    kind: str
    speaker: str
    body: str


def time_text(moment: datetime) -> str:
    """Return a time in UTC and always as wide, so that the order of the texts is that of the times."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(timespec="microseconds")


def moment(text: object) -> datetime:
    """Return a stored time; what damage made unreadable is the time 0."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError, OverflowError:
        return datetime.fromtimestamp(0, UTC)


def body_text(body: Mapping[str, object]) -> str:
    """Return a body as compact JSON with sorted keys; never raises, since one odd body would hold up all after it."""
    try:
        return orjson.dumps(dict(body), default=str, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        # Numbers beyond 64 bits, keys that are no text, text that is not Unicode: rare, so slow is good enough.
        return json.dumps(_plain(dict(body)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def new_ids() -> Iterator[str]:
    """Yield ULIDs of now: the ms, two digits that count within it, and 70 random bits.

    So they rise, however many one ms holds, while the clock is not set back.
    """
    began, start, counts = -1, "", cycle(_PAIRS)
    while True:
        random = urandom(_RANDOM * _DRAWN).translate(_DIGIT_OF_BYTE).decode()
        for place in range(0, len(random), _RANDOM):
            ms = time_ns() // 1_000_000
            if ms != began:
                began, counts = ms, cycle(_PAIRS)
                start = "".join(_PAIRS[ms >> shift & 1023] for shift in (40, 30, 20, 10, 0))
            yield start + next(counts) + random[place : place + _RANDOM]


def clean(text: str) -> str:
    """Return a text that can be stored; half characters (surrogates) become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def hash_of(before: str, *columns: int | str) -> str:
    """Return a record's hash from the hash before and its columns as stored, seq to body, as a JSON array."""
    return sha256(before.encode() + orjson.dumps(columns)).hexdigest()


def to_line(id_: str, at: datetime, kind: str, speaker: str, body: Mapping[str, object]) -> Line:
    """Return a record as it will be stored; what its owner changes in it later makes no difference."""
    if at.tzinfo is UTC and at.microsecond:
        # `time_text` and `body_text` in one go: a time's own way to a text takes longer than all the rest of a line.
        try:
            both = orjson.dumps((at, dict(body)), str, orjson.OPT_SORT_KEYS).decode()
        except TypeError:
            pass
        else:
            # A subclass of datetime goes by `str`, which puts a blank there: sorted as text it would come too early.
            if both[12] == "T":
                return Line(clean(id_), both[2:34], str(kind), clean(speaker), both[36:-1])
    return Line(clean(id_), time_text(at), str(kind), clean(speaker), body_text(body))


def chain(head: Head, lines: list[Line]) -> list[Row]:
    """Return the lines as rows that follow the head."""
    seq, before = head.seq, head.hash
    rows: list[Row] = []
    for line in lines:
        seq += 1
        # `hash_of`, without the call: it is the dearest part of writing.
        before = sha256(before.encode() + orjson.dumps((seq, *line))).hexdigest()
        rows.append((seq, *line, before))
    return rows


def follow(head: Head, rows: list[Row]) -> list[Row]:
    """Return rows, each of which follows the one before, as they are if the first follows the head, or else anew."""
    seq, *columns, hash_ = rows[0]
    if seq == head.seq + 1 and hash_ == hash_of(head.hash, seq, *columns):
        return rows
    return chain(head, to_lines(rows))


def to_lines(rows: list[Row]) -> list[Line]:
    """Return rows without their places."""
    return [Line(*row[1:-1]) for row in rows]


def to_entry(row: Row) -> Entry:
    """Return a stored row as an entry; what damage made unreadable is empty, or the time 0."""
    seq, id_, at, kind, speaker, body, hash_ = row
    try:
        then, told = datetime.fromisoformat(at), orjson.loads(body)
        # What is read is compared with other times, and looked into; damage leaves anything.
        if then.tzinfo is not None and isinstance(told, dict) and {*map(type, (id_, kind, speaker, hash_))} == {str}:
            return Entry(seq, id_, then, kind, speaker, told, hash_)
    except ValueError, TypeError:
        pass
    return Entry(seq, str(id_), moment(at), str(kind), str(speaker), _dict(body), str(hash_))


def _dict(text: Any) -> dict[str, Any]:
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _plain(value: object) -> object:
    match value:
        case dict():
            return {clean(str(key)): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case float() if not math.isfinite(value):
            return None
        case None | bool() | int() | float():
            return value
        case _:
            return clean(str(value))
