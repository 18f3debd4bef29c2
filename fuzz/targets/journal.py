"""Records as damage, or somebody with an editor, left them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
import json
from typing import Any, Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from custom_components.earlid.engine.ledger import Ledger, fold
from custom_components.earlid.engine.model import Speaker
from custom_components.earlid.engine.timeline import read_moment
from custom_components.earlid.history import Passage
from custom_components.earlid.journal import Entry, reads
from custom_components.earlid.journal.chain import Head, chain, clean, to_entry, to_line
from custom_components.earlid.journal.verify import _Walk
from custom_components.earlid.lanes import Lanes
from custom_components.earlid.memory import _activations
from custom_components.earlid.weeks import Weeks
from fuzz.target import Feed, Target, part, several, text_of

_START: Final = datetime(2026, 11, 22, tzinfo=UTC)
_MOST: Final = 20


def _rows(given: Any) -> list[Any]:
    """Return rows that are as they were written."""
    lines = []
    for number, record in enumerate(several(given, _MOST)):
        body = part(record, "body")
        at = _START + timedelta(minutes=number)
        speaker, kind = text_of(part(record, "speaker", "kitchen")), clean(text_of(part(record, "kind", "activation")))
        if part(record, "whole") is True:
            at += timedelta(microseconds=1)
        line = to_line(f"{number}", at, kind, speaker, body if isinstance(body, dict) else {})
        # By somebody who knows how hashes are made.
        forged = part(record, "forged")
        lines.append(line._replace(body=clean(forged)) if isinstance(forged, str) else line)
    return list(chain(Head(), lines))


def cell(value: Any) -> Any:
    """Return what may stand in a column: SQLite has numbers, texts and bytes, and texts are read with care."""
    match value:
        case int() if abs(value) >= 2**63:
            return float("inf")
        case None | int() | float():
            return value
        case str():
            return clean(value)
        case _:
            return json.dumps(value).encode()


@contextmanager
def _chains() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        rows = _rows(part(given, "records"))
        damaged = [list(row) for row in rows]
        for change in several(part(given, "changes", [])):
            place, column = part(change, "row"), part(change, "column")
            if rows and isinstance(place, int) and isinstance(column, int):
                damaged[place % len(rows)][1 + column % 6] = cell(part(change, "to"))
        walk = _Walk(Head())
        for row in damaged:
            walk.step(tuple(row))
        walk.end()
        same = [tuple(row) for row in damaged] == rows
        assert (walk.bad is None) is same, "a change shows, and nothing else does"
        for row in damaged:
            entry: Any = to_entry(tuple(row))
            assert isinstance(entry.body, dict)
            assert entry.at.tzinfo is not None

    yield feed


@contextmanager
def _histories() -> Iterator[Feed]:
    end = _START + timedelta(hours=1)

    def feed(given: Any) -> None:
        entries = []
        for row, record in zip(_rows(part(given, "records")), several(part(given, "records"), _MOST), strict=True):
            changed = list(row)
            for number, name in enumerate(("seq", "id", "at", "kind", "speaker", "text", "hash")):
                # A place in the file is a number whatever happens, and a time is looked for as a text.
                if number and (to := part(record, name)) is not None:
                    changed[number] = cell(to)
            entries.append(to_entry(tuple(changed)))
        assert all(isinstance(one.body, dict) and isinstance(one.speaker, str) for one in entries)
        entries = [one for one in entries if _START <= one.at < end]
        split = len(entries) // 3
        ledger = Ledger()
        ledger.add(entries[split:], _START, end, entries[:split])
        for sums in (*ledger.shown()["speakers"].values(), ledger.shown()["all"]):
            assert min(sums[name] for name in ("activations", "live_s", "exposed_s", "unknown_s", "not_allowed")) >= 0
        lived = _lived(entries, end)
        for sums in ledger.shown()["speakers"].values():
            assert max(sums["live_s"] + sums["unknown_s"], sums["exposed_s"]) <= lived.total_seconds()
        passage = [Passage(start=_START, end=end, records=entries[split:], before=entries[:split]) for _ in range(2)]
        lanes = Lanes([Speaker(slug="kitchen", name="Kitchen")], {"night": "Night"})
        lanes.add(passage[0])
        lane = json.loads(lanes.written(_START, end, end))["lanes"][0]
        assert all(band["start"] < band["end"] for band in lane["bands"])
        weeks = Weeks({"kitchen": "Kitchen"}, ZoneInfo("Europe/Berlin"))
        weeks.add(passage[1])
        json.loads(weeks.written(_START, end))
        assert len(fold(entries)) <= len(entries)
        for slug, woke in _activations([one for one in entries if one.kind == "activation"]).items():
            assert all(one.speaker == slug for one in woke)

    # It lets the event loop of a home come by; here nobody else waits.
    with patch.object(reads, "sleep", lambda _span: None):
        yield feed


def _lived(entries: list[Entry], end: datetime) -> timedelta:
    """Return how much time was lived at most: from each record to the next, so twice where a clock was set back."""
    lived, now = timedelta(0), _START
    for entry in entries:
        told = [read_moment(entry.body.get(key)) for key in ("since", "from")] if entry.kind == "lifecycle" else []
        for moment in (*(one for one in told if one is not None), entry.at):
            seen = min(max(moment, _START), end)
            lived += max(seen - now, timedelta(0))
            now = seen
    return lived + end - now


_WAKE: Final = {
    "source": "mqtt",
    "sources": ["mqtt"],
    "outcome": "answered",
    "allowed": True,
    "because": "rule",
    "microphone": "live",
}
_TOLD: Final = [
    {"kind": "lifecycle", "speaker": "", "body": {"event": "start"}},
    {
        "kind": "decision",
        "body": {"allowed": True, "because": "rule", "slug": "night", "lost": [{"because": "posture", "slug": ""}]},
    },
    {"kind": "microphone", "body": {"microphone": "live"}},
    {"kind": "activation", "body": _WAKE},
    {"kind": "activation", "body": _WAKE | {"amends": "3", "outcome": "unanswered"}},
    {"kind": "lifecycle", "speaker": "", "body": {"event": "gap", "since": "2026-11-22T00:03:00+00:00"}},
    {"kind": "lifecycle", "speaker": "", "body": {"event": "cut", "through_seq": 1, "through_hash": "0" * 64}},
    {"kind": "lifecycle", "speaker": "", "body": {"event": "stop"}},
    {"kind": "lifecycle", "speaker": "kitchen", "body": {"event": "removed"}},
]
_WORDS: Final = (
    "records",
    "body",
    "kind",
    "speaker",
    "kitchen",
    "night",
    "2026-11-22T00:10:00.000000+00:00",
    "text",
    "at",
    "id",
    "start",
    "stop",
    "gap",
    "lost",
    "cut",
    "removed",
    "set_aside",
    "amends",
    "3",
    "unanswered",
    "off_proven",
    "0" * 64,
    *_TOLD,
)

TARGETS: Final = (
    Target(
        name="journal_chain",
        begin=_chains,
        parses=(
            "journal/chain:to_line",
            "journal/chain:body_text",
            "journal/chain:clean",
            "journal/chain:moment",
            "journal/chain:to_entry",
            "journal/chain:_dict",
            "journal/chain:_plain",
            "journal/verify:_Walk.step",
            "journal/verify:_Walk._remember_cut",
            "journal/verify:_follows",
            "journal/verify:_event",
        ),
        words=(*_WORDS, "changes", "row", "column", "to", "whole", "forged"),
        share=0.3,
        spared={
            "if seq != self.head.seq + 1:": "no record is taken away here",
            "moved = good and self.checked <= 1": "the same",
            "self._is_bad(seq - 1 if moved else self.head.seq + 1, _MISSING)": "the same",
            "if good and seq == self.head.seq + 1:": "the same",
            "good = seq != 1 or _follows(row, NOTHING)": "the same",
            "if seq == self._known.seq and self._known.at is not None and hash_ != self._known.hash:": "the same",
            'if both[12] == "T":': "a subclass of datetime never comes from a record",
            "return [Line(*row[1:-1]) for row in rows]": "writes, and takes nothing apart",
            "case list() | tuple() | set() | frozenset():": "JSON has lists",
            "self._oldest_again = self._oldest_again or row == self._oldest": "only rows in disorder",
        },
    ),
    Target(
        name="history",
        begin=_histories,
        parses=(
            "journal/chain:to_entry",
            "journal/chain:moment",
            "engine/ledger:fold",
            "engine/ledger:_Sums.add_activation",
            "engine/ledger:Ledger.add",
            "lanes:Lanes.add",
            "lanes:Lanes._",
            "lanes:_because",
            "lanes:_wake",
            "engine/timeline",
            "engine/gaps",
            "memory:_activations",
            "memory:_to_activation",
            "weeks:Weeks.add",
        ),
        words=_WORDS,
        share=0.1,
    ),
)
